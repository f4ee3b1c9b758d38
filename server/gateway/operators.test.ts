import { afterEach, describe, expect, it } from "vitest";
import type { Event } from "../../shared/model/index.ts";
import type { Frame, Report } from "../../shared/protocol/index.ts";
import { evolve, fromSnapshot, toSnapshot } from "../../shared/state/index.ts";
import { JournalError } from "../journal/journal.ts";
import { MemoryJournal } from "../journal/memory-journal.ts";
import {
  type AgentClient,
  acquire,
  closeServers,
  collect,
  command,
  connectAgent,
  connectOperator,
  joined,
  resumeKey,
  startServer,
  subscribe,
  until,
} from "../test-server.ts";
import { snapshotInSight } from "./viewer-sight.ts";

afterEach(closeServers);

async function work(socket: AgentClient, times: number): Promise<void> {
  for (let time = 0; time < times; time++) {
    const fence = await acquire(socket, "repo/a");
    await command(socket, { type: "lock.release", resource: "repo/a", fence });
  }
}

function positions(frames: readonly Frame[]): number[] {
  return frames.flatMap((frame) => frame.events.map((event) => event.position));
}

describe("viewers", () => {
  it("JR-8: a snapshot and the frames after it lead to the very state of the space, without a gap", async () => {
    const app = await startServer();
    const { state } = app.spaces.get("main")!;
    const agent = await joined(app, "a1");
    await work(agent, 5);
    const viewer = await connectOperator(app);
    const frames = collect<Frame>(viewer, "frame");
    const busy = work(agent, 100);
    const subscription = await subscribe(viewer);
    await busy;
    expect(subscription).toMatchObject({ space: "main", spaces: ["main"], actor: { principal: "local", role: "operator" }, creditFrames: 40 });
    await until(() => expect(positions(frames).at(-1)).toBe(state.position));

    const folded = fromSnapshot(subscription.snapshot!);
    for (const event of subscription.events) evolve(folded, event);
    for (const frame of frames) {
      expect(frame.after).toBe(folded.position);
      for (const event of frame.events) {
        expect(event.position).toBe(folded.position + 1);
        evolve(folded, event);
      }
    }
    // All but what is between an agent and the server.
    for (const session of folded.sessions.values())
      folded.sessions.set(session.session, { ...session, resumeHash: state.sessions.get(session.session)!.resumeHash });
    expect({ ...toSnapshot(folded), answers: [] }).toEqual({ ...toSnapshot(state), answers: [] });
  });

  it("see no hash of a resume key: not in snapshots, frames, resumed events or the history", async () => {
    const app = await startServer();
    await joined(app, "a1");
    const viewer = await connectOperator(app);
    const frames = collect<Frame>(viewer, "frame");
    const { snapshot } = await subscribe(viewer);
    await joined(app, "a2");
    await until(() => expect(frames.flatMap(({ events }) => events).some(({ type }) => type === "session.joined")).toBe(true));
    const resumed = await subscribe(await connectOperator(app), 0);
    expect(resumed.snapshot).toBeNull();
    const history = await viewer.emitWithAck("history", {});
    const hashes = [...app.spaces.get("main")!.state.sessions.values()].map((session) => session.resumeHash);
    expect(hashes).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/), expect.stringMatching(/^[0-9a-f]{64}$/)]);
    const seen = JSON.stringify([snapshot, frames, resumed, history]);
    expect(seen.match(/"resumeHash":""/g)).toHaveLength(1 + 1 + 2 + 2);
    for (const hash of hashes) expect(seen).not.toContain(hash);
  });

  it("many at once see the same, whenever they came", async () => {
    const app = await startServer();
    const agent = await joined(app, "a1");
    const busy = work(agent, 150);
    const viewers = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const viewer = await connectOperator(app);
        const frames = collect<Frame>(viewer, "frame");
        return { frames, subscription: await subscribe(viewer) };
      }),
    );
    await busy;
    const { position } = app.spaces.get("main")!.state;
    for (const { frames, subscription } of viewers) {
      await until(() =>
        expect([...subscription.events.map((event) => event.position), ...positions(frames)].at(-1) ?? subscription.snapshot!.position).toBe(position),
      );
      const first = subscription.snapshot!.position;
      expect([...subscription.events.map((event) => event.position), ...positions(frames)]).toEqual(
        Array.from({ length: position - first }, (_, index) => first + 1 + index),
      );
    }
  });

  it("JR-8: go on where they stood after a lost connection, and get a snapshot when that is not to be had", async () => {
    const app = await startServer();
    const agent = await joined(app, "a1");
    const first = await connectOperator(app);
    const { snapshot } = await subscribe(first);
    first.disconnect();
    await work(agent, 10);
    const again = await connectOperator(app);
    const resumed = await subscribe(again, snapshot!.position);
    expect(resumed.snapshot).toBeNull();
    expect(resumed.events.map((event) => event.position)).toEqual(Array.from({ length: resumed.events.length }, (_, index) => snapshot!.position + 1 + index));
    const ahead = await connectOperator(app);
    expect((await subscribe(ahead, 1_000_000)).snapshot).not.toBeNull();
  });

  it("JR-8: that give no credit back are told that they lag, and subscribe anew", async () => {
    const app = await startServer();
    const agent = await joined(app, "a1");
    const viewer = await connectOperator(app);
    const frames = collect<Frame>(viewer, "frame");
    const lagged = collect(viewer, "lagged");
    await subscribe(viewer);
    while (lagged.length === 0) await work(agent, 1);
    expect(frames.length).toBeLessThanOrEqual(41);
    const seen = positions(frames).at(-1)!;
    await work(agent, 1);
    const late = collect<Frame>(viewer, "frame");
    const again = await subscribe(viewer, seen);
    expect(again.snapshot).toBeNull();
    const { position } = app.spaces.get("main")!.state;
    await until(() =>
      expect([...again.events.map((event) => event.position), ...positions(late)]).toEqual(
        Array.from({ length: position - seen }, (_, index) => seen + 1 + index),
      ),
    );
  });

  it("that give credit back never lag", async () => {
    const app = await startServer();
    const agent = await joined(app, "a1");
    const viewer = await connectOperator(app);
    const lagged = collect(viewer, "lagged");
    const frames = collect<Frame>(viewer, "frame");
    viewer.on("frame", (frame) => viewer.emit("credit", { position: frame.events.at(-1)!.position }));
    await subscribe(viewer);
    while (frames.length < 45) await work(agent, 1);
    expect(lagged).toEqual([]);
  });

  it.each([
    ["subscribe", { after: -1 }, "after"],
    ["subscribe", { since: 1 }, ""],
    ["history", { limit: 1_000_000 }, "limit"],
    ["state", { at: -1 }, "at"],
    ["preview", { command: { type: "lock.forceRelease", id: "1", resource: "a", fence: "1" } }, "command.reason"],
    ["vitals", { sessions: ["a b"] }, "sessions[0]"],
    ["credit", { position: "end" }, "position"],
  ])("are told which field of a malformed %s is wrong: %j", async (event, message, field) => {
    const app = await startServer();
    const viewer = await connectOperator(app);
    const refused = collect(viewer, "refused");
    const loose = viewer as unknown as { emit(event: string, ...args: unknown[]): void };
    const error = expect.objectContaining({ code: "invalid", field });
    if (event === "credit") {
      loose.emit(event, message);
      await until(() => expect(refused).toEqual([error]));
    } else {
      const answer = await new Promise((resolve) => loose.emit(event, message, resolve));
      expect(answer).toEqual({ ok: false, error });
    }
  });

  it("get the reports that were made before they came, and each new one", async () => {
    const app = await startServer();
    const report = (value: number): Report => ({ name: "git", atMs: 1, figures: { collisions: value } });
    app.report("main", report(1));
    const viewer = await connectOperator(app);
    const reports = collect<Report>(viewer, "report");
    await subscribe(viewer);
    app.report("main", report(2));
    await until(() => expect(reports).toEqual([report(1), report(2)]));
  });
});

describe("operators", () => {
  it("OP-1, OP-5: preview an act, do it, and find it in the history with actor and reason", async () => {
    const app = await startServer();
    const stuck = await joined(app, "a1");
    const waiter = await joined(app, "a2");
    const fence = await acquire(stuck, "repo/a");
    await command(waiter, { type: "lock.acquire", wants: [{ resource: "repo/a" }] });
    const operator = await connectOperator(app, { principal: "olaf" });
    const act = { type: "lock.forceRelease", resource: "repo/a", fence, reason: "stuck for an hour" } as const;

    const preview = await operator.emitWithAck("preview", { command: { id: "p", ...act } });
    expect(preview).toMatchObject({ ok: true, effect: { loses: [{ agent: "a1", resource: "repo/a", fence }], gains: [{ agent: "a2" }] } });
    expect(app.spaces.get("main")!.state.locks.get(fence)).toMatchObject({ agent: "a1" });

    expect(await command(operator, act)).toMatchObject({ ok: true });
    const history = await operator.emitWithAck("history", { acts: true, newest: true });
    expect(history).toMatchObject({
      ok: true,
      more: false,
      events: [{ type: "lock.released", why: "forced", fence, actor: { principal: "olaf", role: "operator" }, reason: "stuck for an hour" }],
    });
    expect(await command(operator, act)).toMatchObject({ ok: false });
  });

  it("read history forwards, backwards and in pieces", async () => {
    const app = await startServer();
    const agent = await joined(app, "a1");
    await work(agent, 10);
    const viewer = await connectOperator(app);
    const ask = async (question: object): Promise<{ positions: number[]; more: boolean }> => {
      const answer = await viewer.emitWithAck("history", question);
      if (!answer.ok) throw new Error(answer.error.message);
      return { positions: answer.events.map((event: Event) => event.position), more: answer.more };
    };
    const last = app.spaces.get("main")!.durablePosition;
    expect(await ask({})).toEqual({ positions: Array.from({ length: last }, (_, index) => index + 1), more: false });
    expect(await ask({ after: 5, to: 8 })).toEqual({ positions: [6, 7, 8], more: false });
    expect(await ask({ limit: 2 })).toEqual({ positions: [1, 2], more: true });
    expect(await ask({ newest: true, limit: 2 })).toEqual({ positions: [last, last - 1], more: true });
    expect(await ask({ newest: true, after: last - 2, limit: 5 })).toEqual({ positions: [last, last - 1], more: false });
    expect(await ask({ newest: true, to: 3 })).toEqual({ positions: [3, 2, 1], more: false });
  });

  it("JR-4: get a state of the past from which the events lead to the present", async () => {
    const journal = new MemoryJournal();
    const app = await startServer({}, { journals: () => journal });
    const agent = await joined(app, "a1");
    await work(agent, 5);
    const viewer = await connectOperator(app);
    expect(await viewer.emitWithAck("state", { at: 4 })).toEqual({ ok: true, snapshot: null, oldest: 1 });
    const { state } = app.spaces.get("main")!;
    const [position, then] = [state.position, toSnapshot(state)];
    await journal.checkpoint(then);
    await work(agent, 5);
    expect(await viewer.emitWithAck("state", { at: position - 1 })).toMatchObject({ ok: true, snapshot: null });
    const answer = await viewer.emitWithAck("state", { at: state.position });
    if (!answer.ok || answer.snapshot === null) throw new Error("no state was given");
    expect(answer.snapshot).toEqual(snapshotInSight(then));
    const history = await viewer.emitWithAck("history", { after: position });
    if (!history.ok) throw new Error(history.error.message);
    const again = fromSnapshot(answer.snapshot);
    for (const event of history.events) evolve(again, event);
    expect(snapshotInSight(toSnapshot(again))).toEqual(snapshotInSight(toSnapshot(state)));
  });
});

describe("a space whose journal fails", () => {
  class FullDisk extends MemoryJournal {
    full = false;
    override async append(...args: Parameters<MemoryJournal["append"]>): Promise<void> {
      if (this.full) throw new JournalError("full", "the disk is full: free some space and restart");
      return super.append(...args);
    }
  }

  it("JR-1, JR-5: stops; everybody is answered with the reason, and nothing that was not durable is shown", async () => {
    const journal = new FullDisk();
    const app = await startServer({}, { journals: () => journal });
    const agent = await joined(app, "a1");
    const viewer = await connectOperator(app);
    const frames = collect<Frame>(viewer, "frame");
    const stopped = collect(viewer, "stopped");
    const { snapshot } = await subscribe(viewer);
    journal.full = true;
    const unavailable = { ok: false, error: { code: "unavailable", message: expect.stringContaining("the disk is full") } };
    expect(await command(agent, { type: "lock.acquire", wants: [{ resource: "a" }] })).toMatchObject(unavailable);
    expect(await command(agent, { type: "lock.acquire", wants: [{ resource: "b" }] })).toMatchObject(unavailable);
    expect(await agent.emitWithAck("heartbeat", {})).toMatchObject(unavailable);
    expect(await viewer.emitWithAck("subscribe", {})).toMatchObject(unavailable);
    await until(() => expect(stopped).toMatchObject([{ reason: expect.stringContaining("the disk is full") }]));
    expect(positions(frames).filter((position) => position > snapshot!.position)).toEqual([]);
    const late = await connectAgent(app);
    expect(await late.emitWithAck("join", { agent: "a2", resumeKey })).toMatchObject(unavailable);
    const health = await fetch(`${app.url}/healthz`);
    expect(health.status).toBe(503);
    expect(await health.json()).toMatchObject({ ok: false, stopped: [{ space: "main", reason: expect.stringContaining("the disk is full") }] });
  });
});
