import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Event } from "../../shared/model/index.ts";
import { sampleEvents, takeEvents } from "../projections/lanes-sample.ts";
import { indexPart } from "./index-part.ts";
import { jumpKindOf, jumpKinds } from "./marks.ts";
import { TraceIndex } from "./trace-index.ts";

const history = (seed: number, count: number): Event[] =>
  takeEvents(sampleEvents({ agents: 6, resources: 9, trouble: true, restEvery: 40, restMs: 90_000, seed }), count);

/** An index of events that came in parts of this size. */
function indexOf(events: readonly Event[], size = events.length): TraceIndex {
  const index = new TraceIndex();
  for (let at = 0; at < events.length; at += size) index.append(indexPart(events.slice(at, at + size)));
  return index;
}

describe("the index of a trace", () => {
  it("is the same however it came in", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: 1, max: 200 }), (seed, size) => {
        const events = history(seed, 300);
        const [whole, parts] = [indexOf(events), indexOf(events, size)];
        expect([parts.from, parts.to, parts.sinceMs, parts.untilMs]).toEqual([whole.from, whole.to, whole.sinceMs, whole.untilMs]);
        expect(parts.spots).toEqual(whole.spots);
        expect(parts.axis(true).cuts).toEqual(whole.axis(true).cuts);
      }),
      { numRuns: 30 },
    );
  });

  it("goes from times to positions and back as one would by looking at each event", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), fc.double({ min: -0.1, max: 1.1, noNaN: true }), (seed, share) => {
        const events = history(seed, 200);
        const index = indexOf(events, 37);
        const ms = index.sinceMs + share * (index.untilMs - index.sinceMs);
        expect(index.positionAtTime(ms)).toBe(events.findLast(({ atMs }) => atMs <= ms)?.position ?? index.from - 1);
        for (const { position, atMs } of events) expect(index.timeAt(position)).toBe(atMs);
      }),
      { numRuns: 50 },
    );
  });

  it("finds the next and the previous of every kind as one would by looking at each event", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: -5, max: 310 }), (seed, position) => {
        const events = history(seed, 300);
        const index = indexOf(events, 64);
        for (const kind of jumpKinds) {
          const of = events.filter((event) => jumpKindOf(event) === kind).map((event) => event.position);
          expect(index.next(position, 1, kind), `next ${kind}`).toBe(of.find((one) => one > position));
          expect(index.next(position, -1, kind), `previous ${kind}`).toBe(of.findLast((one) => one < position));
        }
      }),
      { numRuns: 50 },
    );
  });

  it("knows until when a deadlock and a fault lasted", () => {
    const events = history(3, 3_000);
    const index = indexOf(events, 500);
    const resolved = events.find((event) => event.type === "deadlock.resolved");
    const ended = events.find((event) => event.type === "fault.ended");
    if (resolved?.type !== "deadlock.resolved" || ended?.type !== "fault.ended") throw new Error("the sample has no trouble");
    expect(index.spots.find(({ lasts }) => lasts === `deadlock ${resolved.deadlock}`)?.untilMs).toBe(resolved.atMs);
    expect(index.spots.find(({ lasts }) => lasts === `fault ${ended.fault}`)?.untilMs).toBe(ended.atMs);
  });

  it("takes no part that does not follow on what it has", () => {
    const events = history(1, 100);
    const index = indexOf(events.slice(0, 50));
    expect(index.append(indexPart(events.slice(60)))).toBe(false);
    expect(index.to).toBe(50);
  });

  it("never goes back in time, whatever a foreign clock did", () => {
    const events = history(1, 10).map((event, at) => ({ ...event, atMs: at === 5 ? 1 : event.atMs }));
    const index = indexOf(events);
    for (let position = 2; position <= 10; position++) expect(index.timeAt(position)).toBeGreaterThanOrEqual(index.timeAt(position - 1));
  });
});
