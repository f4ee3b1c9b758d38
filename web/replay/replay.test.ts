import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Event } from "../../shared/model/index.ts";
import { emptyState, evolve, type State, toSnapshot } from "../../shared/state/index.ts";
import { traceOf, writeTrace } from "../../shared/trace/index.ts";
import { type OperatorPort, port, setPort } from "../connection/port.ts";
import { isAct } from "../projections/acts.ts";
import { sampleEvents, takeEvents } from "../projections/lanes-sample.ts";
import { cursorStore } from "../stores/cursor.ts";
import { EventLog } from "../stores/event-log.ts";
import { liveStore, worldStore } from "../stores/world.ts";
import { jumpKindOf } from "./marks.ts";
import type { FromWorker, ToWorker } from "./messages.ts";
import { Replay } from "./replay.ts";
import { TraceClient, type WorkerLike } from "./trace-client.ts";
import { TraceHost } from "./trace-host.ts";

const events = takeEvents(sampleEvents({ agents: 6, resources: 9, trouble: true, restEvery: 300, restMs: 120_000, seed: 4 }), 3_000);

function stateAt(position: number): State {
  const state = emptyState("main");
  for (const event of events.slice(0, position)) evolve(state, structuredClone(event));
  return state;
}
const picture = (state: State | null) => (state === null ? null : { ...toSnapshot(state), answers: [] });

/** The worker's own code in this thread; everything is copied as it would be between threads. */
class HereWorker implements WorkerLike {
  onmessage: WorkerLike["onmessage"] = null;
  onerror: WorkerLike["onerror"] = null;
  readonly asked: ToWorker[] = [];
  #gone = false;
  readonly #host = new TraceHost((message: FromWorker) => {
    const data = message.type === "answer" && message.answer instanceof Blob ? message : structuredClone(message);
    setImmediate(() => this.#gone || this.onmessage?.({ data } as MessageEvent<FromWorker>));
  });
  postMessage(message: ToWorker): void {
    this.asked.push(message);
    const copy = message.type === "open" ? message : structuredClone(message);
    setImmediate(() => this.#gone || this.#host.hear(copy));
  }
  terminate(): void {
    this.#gone = true;
  }
}

const world = () => worldStore.getState();
const cursor = () => cursorStore.getState();

/** A server that has these events, and refuses nothing. */
function serverWith(known: readonly Event[]): OperatorPort & { acts: unknown[] } {
  const acts: unknown[] = [];
  return {
    acts,
    act: async (act) => {
      acts.push(act);
      return { id: "1", ok: true, result: { status: "done" } };
    },
    preview: async () => ({ ok: false, error: { code: "unavailable", message: "" } }),
    history: async ({ after = 0, limit = 1_000 }) => {
      const page = known.slice(after, after + limit);
      return { ok: true, events: page, more: after + page.length < known.length };
    },
    state: async () => ({ ok: true, snapshot: null, oldest: 1 }),
    vitals: async () => ({ ok: true, serverMs: 0, vitals: [] }),
    close: () => {},
  };
}

function goLive(position: number): void {
  const log = new EventLog();
  log.append(events.slice(0, position));
  liveStore.setState({ status: "live", space: "main", spaces: ["main"], state: stateAt(position), events: log, revision: 1, lastSeenMs: 1 });
}

async function fileOf(some: readonly Event[], notes: { at: number; text: string }[] = []): Promise<Blob> {
  const { trace } = traceOf({ engine: "test", space: "main", name: "night", base: "0".repeat(64), notes }, undefined, [{ events: some }]);
  const parts: string[] = [];
  writeTrace(trace, (text) => parts.push(text));
  return new Blob(parts);
}

describe("replay", () => {
  let workers: HereWorker[];
  let replay: Replay;
  let server: ReturnType<typeof serverWith>;
  const seeks = () => workers.flatMap(({ asked }) => asked).filter((message) => message.type === "ask" && message.name === "seek");
  const settled = (position: number) =>
    vi.waitFor(() => expect([cursor().position, cursor().wanted]).toEqual([position, null]), { timeout: 10_000, interval: 1 });
  const read = () =>
    vi.waitFor(() => expect(cursor().reading.done && cursor().wanted === null && world().state !== null).toBe(true), { timeout: 10_000, interval: 5 });

  beforeEach(() => {
    workers = [];
    replay = new Replay((source, told) => {
      const worker = new HereWorker();
      workers.push(worker);
      return new TraceClient(source, told, worker);
    });
    replay.watch();
    server = serverWith(events);
    setPort(server);
    goLive(events.length);
  });
  afterEach(() => {
    replay.leave();
    setPort(null);
  });

  it("shows at any position what was true then, forwards and backwards (JR)", async () => {
    replay.open({ kind: "file", file: await fileOf(events), name: "night.sbtrace" });
    await read();
    expect(world()).toMatchObject({ status: "replay", space: "main" });
    expect(cursor()).toMatchObject({ position: 1, head: { name: "night", to: events.length } });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: events.length }), { minLength: 1, maxLength: 4 }), async (positions) => {
        for (const position of positions) {
          replay.seek(position);
          await settled(position);
          expect(picture(world().state)).toEqual(picture(stateAt(position)));
          expect(world().events.to).toBe(position);
          expect(
            world()
              .events.slice()
              .every((event, at) => event.position === world().events.from + at),
          ).toBe(true);
        }
      }),
      { numRuns: 8 },
    );
  });

  it("fills the log with what was before when the cursor has come to rest, page by page", async () => {
    replay.open({ kind: "file", file: await fileOf(events), name: "night.sbtrace", at: events.length });
    await settled(events.length);
    expect(world().events.from).toBeGreaterThan(2_000);
    await vi.waitFor(() => expect(world().events.from).toBe(1), { timeout: 10_000, interval: 5 });
    expect(world().events.slice()).toEqual(events);
    const asked = workers.flatMap(({ asked }) => asked).flatMap((message) => (message.type === "ask" && message.name === "events" ? [message.question] : []));
    expect(asked.length).toBeGreaterThan(1);
    for (const question of asked) if ("first" in question) expect(question.last - question.first).toBeLessThan(2_501);
  });

  it("steps over one event, both ways, with the same state object where it goes on", async () => {
    replay.open({ kind: "file", file: await fileOf(events), name: "night.sbtrace", at: 2_000 });
    await settled(2_000);
    const { state } = world();
    replay.step(1);
    await settled(2_001);
    expect(world().state).toBe(state);
    expect(cursor().atMs).toBe(events[2_000]?.atMs);
    replay.step(-1);
    replay.step(-1);
    await settled(1_999);
    expect(picture(world().state)).toEqual(picture(stateAt(1_999)));
  });

  it("goes to the latest place only, however fast one drags", async () => {
    replay.open({ kind: "file", file: await fileOf(events), name: "night.sbtrace" });
    await read();
    const before = seeks().length;
    for (let position = 1; position <= 2_500; position++) replay.seek(position);
    await settled(2_500);
    expect(seeks().length - before).toBeLessThanOrEqual(2);
  });

  it("shows the beginning before the end was read, and what was asked for as soon as it is there", async () => {
    const file = await fileOf(events);
    // A file that comes in small pieces.
    const slow = { size: file.size, stream: () => file.stream().pipeThrough(new TransformStream<Uint8Array, Uint8Array>({ transform: cut })) } as Blob;
    replay.open({ kind: "file", file: slow, name: "night.sbtrace" });
    await vi.waitFor(() => expect(world().state?.position).toBe(1), { timeout: 10_000, interval: 1 });
    expect(cursor().reading.done).toBe(false);
    expect(cursor().index.to).toBeLessThan(events.length);
    replay.seek(2_800);
    expect(cursor().position).toBe(1);
    await settled(2_800);
    expect(picture(world().state)).toEqual(picture(stateAt(2_800)));
  });

  it("stops reading where one says so, and keeps what is there", async () => {
    const file = await fileOf(events);
    const slow = { size: file.size, stream: () => file.stream().pipeThrough(new TransformStream<Uint8Array, Uint8Array>({ transform: cut })) } as Blob;
    replay.open({ kind: "file", file: slow, name: "night.sbtrace" });
    await vi.waitFor(() => expect(world().state?.position).toBe(1), { timeout: 10_000, interval: 1 });
    replay.stopReading();
    await read();
    const { to } = cursor().index;
    expect(to).toBeLessThan(events.length);
    replay.seek(events.length);
    await settled(to);
  });

  it("says what is wrong with a file, and where, and shows nothing of it", async () => {
    const lines = (await (await fileOf(events)).text()).split("\n");
    lines[2_000] = '{"type":"nonsense"}';
    replay.open({ kind: "file", file: new Blob([lines.join("\n")]), name: "broken.sbtrace" });
    await vi.waitFor(() => expect(cursor().problem).not.toBeNull(), { timeout: 10_000 });
    expect(cursor().problem).toMatchObject({ line: 2_001 });
    expect(cursor().problem?.message).toContain("Line 2001");
    expect(world()).toMatchObject({ status: "replay", state: null });
    expect(cursor()).toMatchObject({ head: null, position: 0, wanted: null });
    replay.seek(5);
    replay.step(1);
    expect(await port().act({ type: "resource.freeze", resource: "repo", reason: "from nowhere" })).toMatchObject({ ok: false });
    expect(server.acts).toEqual([]);
    replay.leave();
    expect(world().status).toBe("live");
  });

  it("opens a trace without events, and one that begins in the middle", async () => {
    const { trace } = traceOf({ engine: "test", space: "main", name: "none", base: "0".repeat(64) }, toSnapshot(stateAt(500)), []);
    const parts: string[] = [];
    writeTrace(trace, (text) => parts.push(text));
    replay.open({ kind: "file", file: new Blob(parts), name: "none.sbtrace" });
    await read();
    expect(cursor()).toMatchObject({ position: 500, problem: null });
    expect(picture(world().state)).toEqual(picture(stateAt(500)));
    replay.step(1);
    replay.step(-1);
    await settled(500);
  });

  it("asks the server to do nothing while it shows the past, whoever asks", async () => {
    replay.openSpace(1_000);
    await settled(1_000);
    const answer = await port().act({ type: "resource.freeze", resource: "repo", reason: "from the past" });
    expect(answer).toMatchObject({ ok: false, error: { message: expect.stringContaining("This is the past") } });
    expect(await port().preview({ type: "resource.freeze", resource: "repo", reason: "from the past" })).toMatchObject({ ok: false });
    expect(server.acts).toEqual([]);
    replay.leave();
    expect(await port().act({ type: "resource.freeze", resource: "repo", reason: "now" })).toMatchObject({ ok: true });
    expect(server.acts).toHaveLength(1);
  });

  it("answers for the audit and the timeline as the server would have then", async () => {
    replay.openSpace(2_900);
    await settled(2_900);
    const acts = events.slice(0, 2_900).filter(isAct);
    expect(acts.length).toBeGreaterThan(3);
    const answer = await port().history({ acts: true, newest: true, limit: 3 });
    expect(answer).toEqual({ ok: true, events: acts.slice(-3).reverse(), more: true });
    const pages = await port().history({ newest: true, to: 9_000, limit: 2 });
    expect(pages).toMatchObject({ ok: true, events: [{ position: 2_900 }, { position: 2_899 }], more: true });
    expect(await port().history({ after: 10, to: 12 })).toMatchObject({ ok: true, events: [{ position: 11 }, { position: 12 }], more: false });
  });

  it("stops the live picture at once, keeps the connection's news to itself, and shows them all when it goes back", async () => {
    goLive(2_000);
    replay.togglePlay();
    expect(world()).toMatchObject({ status: "replay", state: { position: 2_000 } });
    const live = liveStore.getState();
    for (const event of events.slice(2_000, 2_200)) if (live.state !== null) evolve(live.state, structuredClone(event));
    live.events.append(events.slice(2_000, 2_200));
    liveStore.setState({ revision: live.revision + 1 });
    expect(world().state?.position).toBe(2_000);
    expect(picture(world().state)).toEqual(picture(stateAt(2_000)));
    replay.leave();
    expect(world()).toMatchObject({ status: "live", state: { position: 2_200 } });
    expect(world().events).toBe(live.events);
    liveStore.setState({ status: "offline" });
    expect(world().status).toBe("offline");
  });

  it("jumps to anomalies, and steps along what an agent and a resource did", async () => {
    replay.openSpace(1);
    await read();
    const anomalies = events.filter((event) => jumpKindOf(event) === "anomaly").map(({ position }) => position);
    expect(anomalies.length).toBeGreaterThan(1);
    for (const position of anomalies.slice(0, 2)) {
      expect(replay.jump("anomaly", 1)).toBe(true);
      await settled(position);
    }
    expect(replay.jump("anomaly", -1)).toBe(true);
    await settled(anomalies[0] as number);
    expect(replay.jump("term", 1)).toBe(false);

    const own = events.filter((event) => "agent" in event && event.agent === "w2" && event.position > cursor().position);
    expect(await replay.stepAlong({ kind: "agent", id: "w2" }, 1)).toBe(true);
    await vi.waitFor(() => expect(cursor().wanted).toBeNull());
    expect(cursor().position).toBeLessThanOrEqual(own[0]?.position as number);
    expect(await replay.stepAlong({ kind: "agent", id: "nobody" }, 1)).toBe(false);
  });

  it("keeps notes, and saves them with the trace", async () => {
    replay.open({ kind: "file", file: await fileOf(events.slice(0, 200), [{ at: 7, text: "from the file" }]), name: "night.sbtrace" });
    await read();
    expect(cursor().notes).toEqual([{ at: 7, text: "from the file" }]);
    replay.note(3, "look here");
    const saved = await replay.save();
    replay.open({ kind: "file", file: saved as Blob, name: "night-2.sbtrace" });
    await read();
    expect(cursor().notes).toEqual([
      { at: 3, text: "look here" },
      { at: 7, text: "from the file" },
    ]);
    expect(cursor().index.to).toBe(200);
    replay.note(3, "");
    expect(cursor().notes).toHaveLength(1);
  });

  it("begins at a state that the server has kept where it has the first events no more", async () => {
    const snapshot = toSnapshot(stateAt(1_000));
    setPort({ ...server, state: async (at) => ({ ok: true, snapshot: at >= 1_000 ? snapshot : null, oldest: 501 }) });
    replay.openSpace(1_500);
    await settled(1_500);
    expect(picture(world().state)).toEqual(picture(stateAt(1_500)));
    await read();
    expect(cursor().index.from).toBe(1_001);
    // As far back as it goes, also where one asks for more.
    replay.leave();
    replay.openSpace(600);
    await settled(1_000);
    expect(picture(world().state)).toEqual(picture(stateAt(1_000)));
  });

  it("says so where nothing of the past can be known", async () => {
    setPort({ ...server, state: async () => ({ ok: true, snapshot: null, oldest: 501 }) });
    replay.openSpace(1_500);
    await vi.waitFor(() => expect(cursor().problem?.message).toContain("Record it"));
  });

  it("goes on with the space: what happens meanwhile can be looked at too", async () => {
    goLive(2_000);
    const known = events.slice(0, 2_000);
    setPort(serverWith(known));
    replay.openSpace(1_900);
    await read();
    expect(cursor().index.to).toBe(2_000);
    const live = liveStore.getState();
    known.push(...events.slice(2_000, 2_100));
    for (const event of events.slice(2_000, 2_100)) if (live.state !== null) evolve(live.state, structuredClone(event));
    await vi.waitFor(() => expect(cursor().index.to).toBe(2_100), { timeout: 10_000 });
    replay.seek(2_100);
    await settled(2_100);
    expect(picture(world().state)).toEqual(picture(stateAt(2_100)));
  });

  it("tells what changed between two positions", async () => {
    replay.openSpace(500);
    await read();
    const changes = await replay.changes(500, 1_500);
    expect(changes).toMatchObject({ from: 500, to: 1_500 });
    expect(changes?.granted.map(({ fence }) => fence).every((fence) => stateAt(1_500).locks.has(fence) && !stateAt(500).locks.has(fence))).toBe(true);
  });
});

function cut(chunk: Uint8Array, out: TransformStreamDefaultController<Uint8Array>): void {
  for (let at = 0; at < chunk.length; at += 20_000) out.enqueue(chunk.slice(at, at + 20_000));
}
