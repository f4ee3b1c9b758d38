import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Event, Lock } from "../../shared/model/index.ts";
import { emptyState, evolve, type State } from "../../shared/state/index.ts";
import { heatOf } from "./contention-heat.ts";
import { contentionRows, rowOf, seriesOf } from "./contention-rows.ts";
import { Contention } from "./contention-tracks.ts";
import { sampleEvents, takeEvents } from "./lanes-sample.ts";

const history = (seed: number, count: number): Event[] => takeEvents(sampleEvents({ agents: 6, resources: 5, seed, trouble: true }), count);
const folded = (events: readonly Event[]): Contention => {
  const contention = new Contention();
  contention.take(events);
  return contention;
};
const evolved = (events: readonly Event[]): State => {
  const state = emptyState("main");
  for (const event of events) evolve(state, event);
  return state;
};
const present = (state: State) => ({ waits: state.waits.values(), locks: state.locks.values() });
const seeds = fc.integer({ min: 1, max: 1_000_000 });
const counts = fc.integer({ min: 1, max: 700 });

const p = (values: readonly number[], share: number) => [...values].sort((a, b) => a - b)[Math.max(0, Math.ceil(share * values.length) - 1)];
const both = (values: readonly number[]) => (values.length === 0 ? undefined : { median: p(values, 0.5), p95: p(values, 0.95) });

/** The same figures, resource by resource, by looking each thing's end up in the whole history. */
function fromScratch(events: readonly Event[], resource: string, fromMs: number, toMs: number) {
  const inside = (atMs: number) => atMs >= fromMs && atMs <= toMs;
  const grants = events.flatMap((event) =>
    event.type === "lock.granted" && inside(event.atMs)
      ? event.locks.filter((lock) => lock.resource === resource).map((lock) => ({ ...lock, atMs: event.atMs }))
      : [],
  );
  let waitedMs = 0;
  let refusals = 0;
  let queue = 0;
  for (const [index, event] of events.entries()) {
    if (event.type !== "lock.queued" || !event.wait.wants.some((want) => want.resource === resource)) continue;
    const { request, queuedMs } = event.wait;
    const end = events.slice(index).find((later) => "request" in later && later.type !== "lock.reordered" && later.request === request);
    waitedMs += Math.max(0, Math.min(end?.atMs ?? toMs, toMs) - Math.max(queuedMs, fromMs));
    if (end === undefined) queue++;
    if (end?.type === "lock.dequeued" && ["deadline", "victim", "wounded"].includes(end.why) && inside(end.atMs)) refusals++;
  }
  const heldMs = (hold: Pick<Lock, "fence" | "grantedMs">): number | undefined => {
    let { fence } = hold;
    for (const event of events) {
      if ((event.type === "lock.released" || event.type === "lock.transferred") && event.fence === fence)
        return inside(event.atMs) ? event.atMs - hold.grantedMs : undefined;
      if (event.type === "lock.upgraded" && event.fence === fence) fence = event.newFence;
    }
    return undefined;
  };
  const ever = events.flatMap((event) => {
    if (event.type === "lock.granted") return event.locks.filter((lock) => lock.resource === resource);
    return event.type === "lock.transferred" && event.resource === resource ? [{ fence: event.newFence, grantedMs: event.atMs }] : [];
  });
  return {
    waitedMs,
    queue,
    refusals,
    grants: grants.length,
    agents: new Set(grants.map(({ agent }) => agent)).size,
    waits: both(grants.map((lock) => lock.waitedMs)),
    holds: both(ever.map(heldMs).filter((ms) => ms !== undefined)),
  };
}

describe("contention", () => {
  it("its figures are those of a recomputation from scratch, for any span", () => {
    fc.assert(
      fc.property(seeds, counts, fc.double({ min: 0, max: 1, noNaN: true }), (seed, count, share) => {
        const events = history(seed, count);
        const [first, last] = [events[0]!.atMs, events.at(-1)!.atMs];
        const fromMs = Math.floor(first + (last - first) * share);
        const contention = folded(events);
        for (const track of contention.tracks.values()) {
          const { key, resource, why, ...figures } = rowOf(track, fromMs, last);
          expect(figures).toEqual(fromScratch(events, resource, fromMs, last));
        }
      }),
      { numRuns: 40 },
    );
  });

  it("who waits and who holds is what the folded state says", () => {
    fc.assert(
      fc.property(seeds, counts, (seed, count) => {
        const events = history(seed, count);
        const state = evolved(events);
        const tracks = [...folded(events).tracks.values()];
        expect(tracks.flatMap(({ waiting }) => [...waiting.keys()]).sort()).toEqual([...state.waits.keys()].sort());
        const held = [...state.locks.values()].filter((lock) => lock.coolingUntilMs === undefined).map(({ fence }) => fence);
        expect(tracks.flatMap(({ holding }) => [...holding.keys()]).sort()).toEqual(held.sort());
      }),
      { numRuns: 40 },
    );
  });

  it("event by event is the same as all at once", () => {
    fc.assert(
      fc.property(seeds, counts, (seed, count) => {
        const events = history(seed, count);
        const one = new Contention();
        for (const event of events) one.take([event]);
        expect([...one.tracks]).toEqual([...folded(events).tracks]);
      }),
      { numRuns: 30 },
    );
  });

  it("with the state that a log stands on, what ends later is told in full though it began before", () => {
    fc.assert(
      fc.property(seeds, counts, (seed, count) => {
        const events = history(seed, count);
        const cut = Math.floor(count / 2);
        const late = new Contention();
        late.know(present(evolved(events.slice(0, cut))));
        late.take(events.slice(cut));
        const fromMs = events[cut]!.atMs;
        const toMs = events.at(-1)!.atMs;
        const all = folded(events);
        for (const track of late.tracks.values()) {
          const { grants, waits, holds, ...rest } = rowOf(track, fromMs + 1, toMs);
          const { grants: g, waits: w, holds: h, ...whole } = rowOf(all.tracks.get(track.resource)!, fromMs + 1, toMs);
          expect([grants, waits, holds, rest.waitedMs, rest.queue, rest.refusals]).toEqual([g, w, h, whole.waitedMs, whole.queue, whole.refusals]);
        }
      }),
      { numRuns: 40 },
    );
  });

  it("steps over time add up to the figures of the whole span", () => {
    const events = history(4, 700);
    const [first, last] = [events[0]!.atMs, events.at(-1)!.atMs];
    for (const track of folded(events).tracks.values()) {
      const row = rowOf(track, first, last);
      const series = seriesOf(track, first, last);
      const sum = (list: readonly number[]) => list.reduce((all, one) => all + one, 0);
      expect([sum(series.grants), sum(series.refusals), series.queue.at(-1)]).toEqual([row.grants, row.refusals, row.queue]);
      expect(Math.max(...series.holdP95.map((ms) => ms ?? 0))).toBeGreaterThanOrEqual(row.holds?.p95 ?? 0);
    }
  });

  it("the heat of a path is all waiting at it and below it, the most contended come first", () => {
    const events = history(9, 700);
    const [first, last] = [events[0]!.atMs, events.at(-1)!.atMs];
    const contention = folded(events);
    const rows = contentionRows(contention, first, last);
    expect(rows.length).toBe(5);
    expect(rows.map(({ waitedMs }) => waitedMs)).toEqual(rows.map(({ waitedMs }) => waitedMs).sort((a, b) => b - a));
    const [top, ...others] = heatOf(contention, first, last);
    expect(others).toEqual([]);
    expect(top).toMatchObject({ path: "repo/src", name: "repo/src", share: 1, waitedMs: rows.reduce((sum, { waitedMs }) => sum + waitedMs, 0) });
    for (const leaf of top!.children)
      expect(leaf.waitedMs).toBe(rows.filter(({ resource }) => resource.startsWith(`${leaf.path}`)).reduce((sum, row) => sum + row.waitedMs, 0));
  });

  it("says why, what matters now first", () => {
    const wait = {
      request: 1,
      session: "s",
      agent: "w2",
      command: "c",
      wants: [{ resource: "a", mode: "exclusive" as const, weight: 1 }],
      priority: 0,
      rank: 0,
      queuedMs: 5_000,
      reason: "",
    };
    const lock = {
      fence: "1",
      resource: "a",
      mode: "exclusive",
      weight: 1,
      level: "sequenced",
      guarded: false,
      session: "s",
      agent: "w1",
      command: "c",
      reason: "",
      grantedMs: 1_000,
      waitedMs: 0,
      holds: 1,
    } as const;
    const contention = folded([
      { type: "lock.granted", session: "s", agent: "w1", command: "c", locks: [lock], position: 1, atMs: 1_000 },
      { type: "lock.queued", wait, blockers: [], position: 2, atMs: 5_000 },
    ]);
    expect(contentionRows(contention, 0, 45_000)[0]?.why).toBe(
      "1 waits now, the longest for 40 s; w1 has held it for 44 s; 1 grant to 1 agent, most of them at once",
    );
  });

  it("stays within its bounds and never drops what lasts", () => {
    const contention = new Contention({ samples: 16, resources: 20 });
    const events = takeEvents(sampleEvents({ agents: 40, resources: 200, seed: 3 }), 8_000);
    for (const event of events) contention.take([event]);
    const state = evolved(events);
    const lasting = new Set([
      ...[...state.waits.values()].flatMap(({ wants }) => wants.map(({ resource }) => resource)),
      ...[...state.locks.values()].filter((lock) => lock.coolingUntilMs === undefined).map(({ resource }) => resource),
    ]);
    for (const resource of lasting) expect(contention.tracks.has(resource)).toBe(true);
    expect(contention.tracks.size).toBeLessThanOrEqual(Math.max(23, lasting.size + 1));
    for (const { grants, waits, holds } of contention.tracks.values()) for (const list of [grants, waits, holds]) expect(list.length).toBeLessThanOrEqual(18);
  });
});
