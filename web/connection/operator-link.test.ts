import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Event, EventBody } from "../../shared/model/index.ts";
import { emptyState, toSnapshot } from "../../shared/state/index.ts";
import { EventLog } from "../stores/event-log.ts";
import { liveStore } from "../stores/world.ts";
import { type LinkSocket, OperatorLink } from "./operator-link.ts";

interface Asked {
  readonly event: string;
  readonly message: unknown;
  answer(answer: unknown): void;
  fail(): void;
}

class FakeSocket implements LinkSocket {
  active = true;
  readonly asked: Asked[] = [];
  readonly emitted: [string, unknown][] = [];
  readonly #listeners = new Map<string, (...args: never[]) => void>();

  on(event: string, listener: (...args: never[]) => void): void {
    this.#listeners.set(event, listener);
  }
  emit(event: string, message: unknown): void {
    this.emitted.push([event, message]);
  }
  ask(event: string, message: unknown): Promise<unknown> {
    return new Promise((resolve, reject) => this.asked.push({ event, message, answer: resolve, fail: () => reject(new Error("timeout")) }));
  }
  connect = vi.fn();
  close = vi.fn();

  /** Something comes in; resolves when all that follows from it at once is done. */
  async comes(event: string, ...args: unknown[]): Promise<void> {
    this.#listeners.get(event)?.(...(args as never[]));
    await settled();
  }
  async answers(event: string, answer: unknown): Promise<unknown> {
    const index = this.asked.findIndex((one) => one.event === event);
    const [asked] = index < 0 ? [] : this.asked.splice(index, 1);
    if (asked === undefined) throw new Error(`nobody asked ${event}`);
    asked.answer(answer);
    await settled();
    return asked.message;
  }
}

const settled = async () => {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
};

const join = (position: number): Event => {
  const body: EventBody = {
    type: "session.joined",
    session: `s${position}`,
    agent: `w${position}`,
    principal: "fleet",
    roles: [],
    labels: {},
    ttlMs: 15_000,
    resumeHash: "",
  };
  return { ...body, position, atMs: position } as Event;
};
const run = (from: number, to: number): Event[] => Array.from({ length: to - from + 1 }, (_, index) => join(from + index));
const welcome = (more: object) => ({
  ok: true,
  space: "main",
  spaces: ["main"],
  protocol: 1,
  actor: { principal: "dana", role: "operator" },
  serverMs: Date.now(),
  snapshot: null,
  events: [],
  creditFrames: 8,
  ...more,
});
const frame = (from: number, to: number) => ({ after: from - 1, serverMs: Date.now(), events: run(from, to) });
const world = () => liveStore.getState();

describe("the operators' stream", () => {
  let socket: FakeSocket;
  let link: OperatorLink;

  beforeEach(async () => {
    liveStore.setState({ status: "connecting", problem: undefined, state: null, revision: 0, events: new EventLog() });
    socket = new FakeSocket();
    link = new OperatorLink(socket, () => "id-1");
    await socket.comes("connect");
    await socket.answers("subscribe", welcome({ snapshot: toSnapshot(emptyState("main")), events: run(1, 3) }));
  });
  afterEach(() => {
    link.close();
    vi.useRealTimers();
  });

  it("shows the snapshot and what came after it, and gives credit", () => {
    expect(world()).toMatchObject({ status: "live", actor: { principal: "dana" }, spaces: ["main"] });
    expect(world().state?.sessions.size).toBe(3);
    expect(world().events.to).toBe(3);
    expect(socket.emitted).toEqual([["credit", { position: 3 }]]);
  });

  it("folds frames that follow: one revision and one credit each", async () => {
    const { revision } = world();
    await socket.comes("frame", frame(4, 5));
    await socket.comes("frame", frame(6, 6));
    expect(world()).toMatchObject({ revision: revision + 2 });
    expect(world().state?.position).toBe(6);
    expect(socket.emitted.at(-1)).toEqual(["credit", { position: 6 }]);
  });

  it("takes only what is new of a frame that overlaps (JR)", async () => {
    await socket.comes("frame", frame(2, 5));
    expect(world().state?.position).toBe(5);
    await socket.comes("frame", frame(2, 4));
    expect(world().state?.position).toBe(5);
    expect(
      world()
        .events.slice()
        .map(({ position }) => position),
    ).toEqual([1, 2, 3, 4, 5]);
  });

  it("never folds over a gap: it subscribes after what it has", async () => {
    await socket.comes("frame", frame(6, 7));
    expect(world().state?.position).toBe(3);
    await socket.comes("frame", frame(8, 8));
    expect(await socket.answers("subscribe", welcome({ events: run(4, 8) }))).toEqual({ after: 3 });
    expect(world().state?.position).toBe(8);
  });

  it("subscribes anew when it lagged, and takes the snapshot it is given", async () => {
    await socket.comes("lagged");
    const state = emptyState("main");
    state.position = 40;
    expect(await socket.answers("subscribe", welcome({ snapshot: toSnapshot(state) }))).toEqual({ after: 3 });
    expect(world().state?.position).toBe(40);
    expect([world().events.from, world().events.to]).toEqual([41, 40]);
  });

  it("keeps the last picture while offline and goes on where it stood", async () => {
    await socket.comes("disconnect", "transport close");
    expect(world()).toMatchObject({ status: "offline" });
    expect(world().state?.sessions.size).toBe(3);
    await socket.comes("connect");
    expect(await socket.answers("subscribe", welcome({ events: run(4, 4) }))).toEqual({ after: 3 });
    expect(world()).toMatchObject({ status: "live" });
    expect(world().state?.position).toBe(4);
  });

  it("takes no answer of a subscription that is over", async () => {
    await socket.comes("lagged");
    await socket.comes("disconnect", "transport close");
    await socket.answers("subscribe", welcome({ events: run(4, 4) }));
    expect(world().state?.position).toBe(3);
    expect(world().status).toBe("offline");
  });

  it("asks for a fresh snapshot when a frame cannot be read or folded", async () => {
    vi.useFakeTimers();
    await socket.comes("frame", { nonsense: true });
    expect(await socket.answers("subscribe", welcome({ snapshot: toSnapshot(emptyState("main")), events: run(1, 4) }))).toEqual({});
    await socket.comes("frame", { after: 4, serverMs: 1, events: [join(7)] });
    expect(world().status).toBe("offline");
    await vi.advanceTimersByTimeAsync(2_000);
    expect(await socket.answers("subscribe", welcome({ snapshot: toSnapshot(emptyState("main")) }))).toEqual({});
    expect(world().status).toBe("live");
  });

  it("shows a stopped space as stopped while it tries to come back to it", async () => {
    vi.useFakeTimers();
    await socket.comes("connect");
    await socket.answers("subscribe", { ok: false, error: { code: "unavailable", message: "space main is stopped" } });
    await socket.comes("stopped", { reason: "its disk is full", backMs: 5_000 });
    const seen: string[] = [];
    const unsubscribe = liveStore.subscribe(({ status }) => seen.push(status));
    for (let again = 0; again < 3; again++) {
      await vi.advanceTimersByTimeAsync(1_000);
      await socket.answers("subscribe", { ok: false, error: { code: "unavailable", message: "space main is stopped" } });
    }
    unsubscribe();
    vi.useRealTimers();
    expect(seen.filter((status) => status !== "stopped")).toEqual([]);
    expect(world()).toMatchObject({ status: "stopped", problem: "its disk is full" });
  });

  it("says why it was refused or stopped", async () => {
    await socket.comes("stopped", { reason: "the disk is full" });
    expect(world()).toMatchObject({ status: "stopped", problem: "the disk is full" });
    socket.active = false;
    await socket.comes("connect_error", Object.assign(new Error("refused"), { data: { code: "unauthorized", message: "This token is not known here." } }));
    expect(world()).toMatchObject({ status: "refused", problem: "This token is not known here." });
  });

  it("fills the log with the last hour, page by page", async () => {
    const state = emptyState("main");
    state.position = 10;
    await socket.comes("lagged");
    await socket.answers("subscribe", welcome({ snapshot: toSnapshot(state) }));
    const page = run(6, 10).map((event) => ({ ...event, atMs: Date.now() }));
    expect(await socket.answers("history", { ok: true, events: page.reverse(), more: true })).toMatchObject({ newest: true, to: 10 });
    expect(world().events.from).toBe(6);
    expect(await socket.answers("history", { ok: true, events: run(1, 5).reverse(), more: false })).toMatchObject({ to: 5 });
    expect(world().events.from).toBe(1);
  });

  it("sends an act again under the same id when its answer was lost (SE-8)", async () => {
    const done = link.act({ type: "resource.freeze", resource: "infra", reason: "release" });
    const first = socket.asked.pop();
    first?.fail();
    await settled();
    expect(first?.message).toEqual([{ id: "id-1", type: "resource.freeze", resource: "infra", reason: "release" }]);
    expect(await socket.answers("commands", [{ id: "id-1", ok: true, result: { status: "done" } }])).toEqual(first?.message);
    expect(await done).toEqual({ id: "id-1", ok: true, result: { status: "done" } });
  });

  it("says so when no answer came at all", async () => {
    const done = link.act({ type: "resource.thaw", resource: "infra", reason: "over" });
    for (let attempt = 0; attempt < 3; attempt++) {
      socket.asked.pop()?.fail();
      await settled();
    }
    expect(await done).toMatchObject({ ok: false, error: { code: "unavailable" } });
  });
});
