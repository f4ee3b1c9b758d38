import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Event } from "../../shared/model/index.ts";
import { emptyState, evolve, type State } from "../../shared/state/index.ts";
import { buildLanes, emptyLanes, eventsBetween, foldIntoLanes, presentOf } from "./lanes.ts";
import { prependLanes } from "./lanes-join.ts";
import { type Lane, type LaneBounds, type Lanes, laneBounds, type Segment } from "./lanes-model.ts";
import { sampleEvents, takeEvents } from "./lanes-sample.ts";

const small = { agents: 6, resources: 9, trouble: true };

function history(seed: number, count: number, more: { restEvery?: number; restMs?: number } = {}): Event[] {
  return takeEvents(sampleEvents({ ...small, ...more, seed }), count);
}

/** Everything in all rows of a lane. */
function segmentsOf(lane: Lane): Segment[] {
  return [...lane.bars, ...lane.plans, ...lane.backdrop].flat();
}

const say = (s: Segment) => `${s.key} ${s.kind} ${s.agent} [${s.resources}] ${s.startMs}${s.startKnown ? "" : "?"}..${s.endMs} ${s.end} ${s.reason}`;

/** What the lanes show, without how it is stacked: an older page stacks anew. */
function shown(lanes: Lanes) {
  const of = (lane: Lane) => ({ key: lane.key, segments: segmentsOf(lane).map(say).sort(), marks: lane.marks.map((mark) => mark.words) });
  return {
    agents: lanes.agents.order.map(of),
    resources: lanes.resources.order.map(of),
    acts: lanes.acts.map((act) => act.words),
    bands: lanes.bands.map((band) => `${say(band)} ${band.label} over ${band.covers}`).sort(),
    open: [...lanes.open.keys()].sort(),
    cuts: lanes.cuts,
    times: lanes.times,
    from: lanes.fromPosition,
  };
}

function evolved(events: readonly Event[]): State {
  const state = emptyState("main");
  for (const event of events) evolve(state, event);
  return state;
}

/** Keys of what the state itself says lasts. */
function lasting(state: State): string[] {
  const keys = [...state.locks.keys()].map((fence) => `lock:${fence}`);
  for (const request of state.waits.keys()) keys.push(`wait:${request}`);
  for (const intent of state.intents.keys()) keys.push(`intent:${intent}`);
  for (const path of state.freezes.keys()) keys.push(`frozen:${path}`);
  for (const session of state.sessions.values()) if (!session.connected) keys.push(`away:${session.session}`);
  for (const fault of state.faults.keys()) keys.push(`fault:${fault}`);
  for (const deadlock of state.deadlocks.keys()) keys.push(`deadlock:${deadlock}`);
  return keys.sort();
}

const roomy: LaneBounds = { ...laneBounds, rowsPerLane: 64 };
const seeds = fc.integer({ min: 1, max: 1_000_000 });
const counts = fc.integer({ min: 1, max: 600 });

describe("lanes", () => {
  it("what lasts is what the folded state says lasts, at every position", () => {
    fc.assert(
      fc.property(seeds, counts, (seed, count) => {
        const state = emptyState("main");
        const lanes = emptyLanes();
        for (const event of history(seed, count)) {
          evolve(state, event);
          foldIntoLanes(lanes, event);
          expect([...lanes.open.keys()].sort()).toEqual(lasting(state));
        }
      }),
      { numRuns: 60 },
    );
  });

  it("a journal without an event begins with its first one, not in 1970", () => {
    const [first, ...others] = history(7, 30) as [Event, ...Event[]];
    const lanes = buildLanes([], presentOf(emptyState("main")));
    expect(lanes.fromPosition).toBeUndefined();
    for (const event of [first, ...others]) foldIntoLanes(lanes, event);
    expect(lanes).toMatchObject({ fromPosition: 0, firstMs: first.atMs });
    expect(lanes.cuts.every((cut) => cut.fromMs >= first.atMs)).toBe(true);
  });

  it("folding event by event is the same as building at once, however it is split", () => {
    fc.assert(
      fc.property(seeds, counts, fc.double({ min: 0, max: 1, noNaN: true }), (seed, count, share) => {
        const events = history(seed, count);
        const split = Math.floor(events.length * share);
        const lanes = buildLanes(events.slice(0, split), null);
        for (const event of events.slice(split)) foldIntoLanes(lanes, event);
        expect(shown(lanes)).toEqual(shown(buildLanes(events, null)));
      }),
      { numRuns: 60 },
    );
  });

  it("older pages, prepended one by one, give what the whole history gives", () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 30, max: 600 }), (seed, count) => {
        const events = history(seed, count, { restEvery: 97, restMs: 120_000 });
        const third = Math.floor(count / 3);
        const state = presentOf(evolved(events));
        const joined = buildLanes(events.slice(2 * third), state, roomy);
        prependLanes(joined, buildLanes(events.slice(third, 2 * third), null, roomy), roomy);
        prependLanes(joined, buildLanes(events.slice(0, third), null, roomy), roomy);
        expect(shown(joined)).toEqual(shown(buildLanes(events, null, roomy)));
      }),
      { numRuns: 80 },
    );
  });

  it("rows never overlap and are sorted by start and by end, also after a join", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const events = history(seed, 500);
        const joined = buildLanes(events.slice(250), null);
        prependLanes(joined, buildLanes(events.slice(0, 250), null));
        for (const lanes of [buildLanes(events, null), joined]) {
          for (const lane of [...lanes.agents.order, ...lanes.resources.order]) {
            for (const row of [...lane.bars, ...lane.plans, ...lane.backdrop, lane.crowd]) {
              for (let index = 1; index < row.length; index++) {
                expect(row[index]!.startMs).toBeGreaterThanOrEqual(row[index - 1]!.endMs);
              }
            }
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it("a lock held since before the known history is shown from where that begins, and says so", () => {
    const events = history(3, 400);
    const granted = events.find((event) => event.type === "lock.granted");
    const lanes = buildLanes(
      events.filter((event) => event.position > granted!.position),
      null,
    );
    const fence = granted?.type === "lock.granted" ? granted.locks[0]!.fence : "";
    const segment = lanes.closed.find((one) => one.key === `lock:${fence}`);
    expect(segment).toMatchObject({ startKnown: false, startMs: lanes.firstMs });
  });

  it("beyond its rows a lane counts the crowd instead of growing", () => {
    const events = takeEvents(sampleEvents({ agents: 60, resources: 1, seed: 5, paceMs: 1 }), 2_000);
    const lane = buildLanes(events, null).resources.byKey.get("repo/src/part0/file0.ts");
    expect(lane?.bars.length).toBe(laneBounds.rowsPerLane);
    expect(Math.max(...(lane?.crowd ?? []).map((segment) => segment.count))).toBeGreaterThan(10);
  });

  it("a long history stays within its bounds and keeps the newest", () => {
    const bounds: LaneBounds = { segments: 400, segmentsPerRow: 50, rowsPerLane: 4, marksPerLane: 20, acts: 30, lanes: 30, times: 100 };
    const lanes = emptyLanes();
    const events = takeEvents(sampleEvents({ agents: 50, resources: 80, seed: 11, paceMs: 20 }), 20_000);
    for (const event of events) {
      foldIntoLanes(lanes, event, bounds);
      expect(lanes.closed.length).toBeLessThanOrEqual(450);
    }
    for (const table of [lanes.agents, lanes.resources]) {
      const quiet = table.order.filter((lane) => segmentsOf(lane).every((segment) => segment.end !== undefined));
      expect(quiet.length).toBeLessThanOrEqual(34);
      for (const lane of table.order) {
        expect(table.byKey.get(lane.key)).toBe(lane);
        expect(lane.marks.length).toBeLessThanOrEqual(22);
        for (const row of lane.bars) expect(row.length).toBeLessThanOrEqual(57);
      }
    }
    expect(lanes.acts.length).toBeLessThanOrEqual(33);
    expect(lanes.times.length).toBeLessThanOrEqual(112);
    const newest = lanes.times.at(-10)!;
    expect(eventsBetween(lanes, newest, Number.POSITIVE_INFINITY)).toBe(events.filter((event) => event.atMs >= newest).length);
    expect([...lanes.open.keys()].sort()).toEqual(lasting(evolved(events)));
    expect(lanes.closed.at(-1)!.endMs).toBeGreaterThan(events.at(-1)!.atMs - 60_000);
  });
});
