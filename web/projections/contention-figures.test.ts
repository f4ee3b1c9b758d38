import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Event, Lock } from "../../shared/model/index.ts";
import { emptyState, evolve, type State } from "../../shared/state/index.ts";
import { Contention, contentionBounds, percentiles } from "./contention.ts";
import { heatOf } from "./contention-heat.ts";
import { whyWords } from "./contention-words.ts";
import { sampleEvents, takeEvents } from "./lanes-sample.ts";

/** Room for all of a history, so that nothing is left out. */
const roomy = { ...contentionBounds, samples: 10_000, buckets: 100_000 };
const history = (seed: number, count: number): Event[] => takeEvents(sampleEvents({ agents: 6, resources: 5, seed, trouble: true }), count);
const folded = (events: readonly Event[]): Contention => {
  const contention = new Contention(roomy);
  contention.take(events);
  return contention;
};
const evolved = (events: readonly Event[]): State => {
  const state = emptyState("main");
  for (const event of events) evolve(state, event);
  return state;
};
const seeds = fc.integer({ min: 1, max: 1_000_000 });
const counts = fc.integer({ min: 2, max: 700 });

/** The same figures by looking each thing's end up in the whole history. */
function fromScratch(events: readonly Event[], resource: string, nowMs: number) {
  const waits: number[] = [];
  const [sum, holders] = [{ queue: 0, grants: 0, refusals: 0, waitedMs: 0 }, [] as { agent: string; sinceMs: number }[]];
  let waitingSinceMs: number | undefined;
  for (const [index, event] of events.entries()) {
    if (event.type === "lock.granted" && event.request === undefined) {
      const count = event.locks.filter((lock) => lock.resource === resource).length;
      sum.grants += count;
      for (let each = 0; each < count; each++) waits.push(0);
    }
    if (event.type !== "lock.queued" || !event.wait.wants.some((want) => want.resource === resource)) continue;
    const { request, queuedMs } = event.wait;
    const end = events
      .slice(index + 1)
      .find((later) => (later.type === "lock.granted" || later.type === "lock.dequeued" || later.type === "lock.upgraded") && later.request === request);
    sum.waitedMs += (end?.atMs ?? nowMs) - queuedMs;
    if (end === undefined) {
      sum.queue++;
      waitingSinceMs = Math.min(waitingSinceMs ?? queuedMs, queuedMs);
    }
    if (end?.type === "lock.dequeued" && ["deadline", "victim", "wounded"].includes(end.why)) sum.refusals++;
    if (end !== undefined && end.type !== "lock.dequeued") sum.grants++;
    if (end?.type !== "lock.dequeued") waits.push((end?.atMs ?? nowMs) - queuedMs);
  }
  const holds: number[] = [];
  const begun = events.flatMap((event): Pick<Lock, "fence" | "grantedMs" | "agent">[] => {
    if (event.type === "lock.granted") return event.locks.filter((lock) => lock.resource === resource);
    return event.type === "lock.transferred" && event.resource === resource ? [{ fence: event.newFence, grantedMs: event.atMs, agent: event.toAgent }] : [];
  });
  for (const { fence: first, grantedMs, agent } of begun) {
    let fence = first;
    let endMs: number | undefined;
    for (const event of events) {
      if (event.type === "lock.upgraded" && event.fence === fence) fence = event.newFence;
      if ((event.type === "lock.released" || event.type === "lock.transferred") && event.fence === fence) endMs ??= event.atMs;
    }
    if (endMs === undefined) holders.push({ agent, sinceMs: grantedMs });
    else holds.push(endMs - grantedMs);
  }
  return { resource, ...sum, waitingSinceMs, holders, waitMs: percentiles(waits), holdMs: percentiles(holds) };
}

const bySince = (left: { agent: string; sinceMs: number }, right: { agent: string; sinceMs: number }) =>
  left.sinceMs - right.sinceMs || (left.agent < right.agent ? -1 : 1);

describe("figures of contention", () => {
  it("are those of a recomputation from scratch, however the events came", () => {
    fc.assert(
      fc.property(seeds, counts, fc.double({ min: 0, max: 1, noNaN: true }), (seed, count, share) => {
        const events = history(seed, count);
        const nowMs = events.at(-1)!.atMs + 500;
        const contention = folded(events.slice(0, Math.floor(count * share)));
        contention.take(events.slice(Math.floor(count * share)));
        for (const { resource } of contention.all(nowMs)) {
          const { holders, ...figures } = contention.of(resource, nowMs);
          const { holders: known, ...scratch } = fromScratch(events, resource, nowMs);
          expect(figures).toEqual(scratch);
          expect([...holders].sort(bySince)).toEqual(known.sort(bySince));
        }
      }),
      { numRuns: 40 },
    );
  });

  it("over time add up to those of the whole", () => {
    fc.assert(
      fc.property(seeds, counts, (seed, count) => {
        const events = history(seed, count);
        const nowMs = events.at(-1)!.atMs;
        const contention = folded(events);
        for (const { resource } of contention.all(nowMs)) {
          const series = contention.series(resource, nowMs);
          const { grants, refusals, queue, holdMs } = contention.of(resource, nowMs);
          const sum = (of: (slice: (typeof series)[number]) => number) => series.reduce((all, slice) => all + of(slice), 0);
          expect([sum((slice) => slice.grants), sum((slice) => slice.refusals)]).toEqual([grants, refusals]);
          expect(series.at(-1)!.queue).toBeGreaterThanOrEqual(queue);
          expect(Math.max(0, ...series.map((slice) => slice.holdMs?.p95 ?? 0))).toBeGreaterThanOrEqual(holdMs?.p95 ?? 0);
        }
      }),
      { numRuns: 30 },
    );
  });

  it("who waits and who holds is what the folded state says, also where the log begins late", () => {
    fc.assert(
      fc.property(seeds, counts, (seed, count) => {
        const events = history(seed, count);
        const cut = Math.floor(count / 2);
        const before = evolved(events.slice(0, cut));
        const late = new Contention(roomy);
        late.know({ waits: before.waits.values(), locks: before.locks.values() }, before.atMs);
        late.take(events.slice(cut));
        const nowMs = events.at(-1)!.atMs;
        const all = folded(events);
        for (const contention of [late, all]) {
          const state = evolved(events);
          const queues = contention.all(nowMs).reduce((sum, { queue }) => sum + queue, 0);
          expect(queues).toBe([...state.waits.values()].reduce((sum, { wants }) => sum + new Set(wants.map(({ resource }) => resource)).size, 0));
          expect(contention.all(nowMs).reduce((sum, { holders }) => sum + holders.length, 0)).toBe(
            [...state.locks.values()].filter((lock) => lock.coolingUntilMs === undefined).length,
          );
        }
        for (const { resource, waitingSinceMs, holders } of late.all(nowMs)) {
          const whole = all.of(resource, nowMs);
          expect([waitingSinceMs, [...holders].sort(bySince)]).toEqual([whole.waitingSinceMs, [...whole.holders].sort(bySince)]);
        }
      }),
      { numRuns: 40 },
    );
  });

  it("the heat of a path is all waiting at it and below it", () => {
    const events = history(9, 700);
    const all = folded(events).all(events.at(-1)!.atMs);
    const waitedBelow = (path: string) =>
      all.filter(({ resource }) => resource === path || resource.startsWith(`${path}/`)).reduce((sum, { waitedMs }) => sum + waitedMs, 0);
    const [top, ...others] = heatOf(all);
    expect(others).toEqual([]);
    expect(top).toMatchObject({ path: "repo/src", name: "repo/src", share: 1, waitedMs: waitedBelow("repo/src") });
    expect(top!.children.length).toBeGreaterThan(2);
    for (const child of top!.children) expect(child.waitedMs).toBe(waitedBelow(child.path));
    expect(heatOf([])).toEqual([]);
  });

  it("says why, what matters now first", () => {
    const base = { resource: "a", waitMs: undefined, holdMs: undefined, queue: 0, grants: 0, refusals: 0, waitedMs: 0, waitingSinceMs: undefined, holders: [] };
    expect(whyWords(base, 0)).toBe("nobody had to wait");
    expect(
      whyWords(
        { ...base, queue: 2, waitingSinceMs: 5_000, holders: [{ agent: "w1", sinceMs: 1_000 }], waitedMs: 40_000, grants: 1, waitMs: { p50: 0, p95: 0 } },
        45_000,
      ),
    ).toBe("2 wait now, the longest for 40 s; w1 has held it for 44 s; its one grant came at once");
    expect(whyWords({ ...base, grants: 9, waitedMs: 9_000, refusals: 3, waitMs: { p50: 1_000, p95: 4_000 }, holdMs: { p50: 500, p95: 20_000 } }, 0)).toBe(
      "half of 9 grants came after 1 s or more; some hold it long: p95 20 s; 3 waits were in vain",
    );
  });
});
