import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sampleEvents, takeEvents } from "../../projections/lanes-sample.ts";
import { indexPart } from "../../replay/index-part.ts";
import { jumpKindOf, jumpKinds } from "../../replay/marks.ts";
import { TraceIndex } from "../../replay/trace-index.ts";
import { msAt, type StripScale, spotsNear, stripOf, xOf } from "./strip.ts";

const events = takeEvents(sampleEvents({ agents: 6, resources: 9, trouble: true, restEvery: 100, restMs: 120_000, seed: 2 }), 3_000);
const index = new TraceIndex();
index.append(indexPart(events));
const scaleOf = (width: number, folded = true): StripScale => ({ axis: index.axis(folded), fromMs: index.sinceMs, toMs: index.untilMs, width });

describe("the scrubber's strip", () => {
  it("shows every event of every kind in the column where it happened, and nothing else", () => {
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 900 }), fc.boolean(), (width, folded) => {
        const scale = scaleOf(width, folded);
        const { columns } = stripOf(index, scale);
        for (const kind of jumpKinds) {
          const marked = [...columns[kind]].flatMap((one, x) => (one === 1 ? [x] : []));
          const wanted = events.filter((event) => jumpKindOf(event) === kind).map((event) => Math.min(width - 1, xOf(scale, event.atMs)));
          // An event may stand on the edge of two columns.
          for (const x of wanted)
            expect(
              marked.some((one) => Math.abs(one - x) <= 1.001),
              `${kind} at ${x}`,
            ).toBe(true);
          for (const x of marked)
            expect(
              wanted.some((one) => Math.abs(one - x) <= 1.001),
              `${kind} in column ${x}`,
            ).toBe(true);
        }
      }),
      { numRuns: 20 },
    );
  });

  it("is full where most happens, and empty where nothing does", () => {
    const { load } = stripOf(index, scaleOf(400, false));
    expect(Math.max(...load)).toBe(1);
    expect(load.some((one) => one === 0)).toBe(true);
    const { load: folded } = stripOf(index, scaleOf(400));
    expect(folded.filter((one) => one === 0).length).toBeLessThan(load.filter((one) => one === 0).length);
  });

  it("goes from places to times and back", () => {
    for (const folded of [true, false]) {
      const scale = scaleOf(500, folded);
      for (let x = 0; x <= 500; x += 7) expect(xOf(scale, msAt(scale, x))).toBeCloseTo(x, 3);
    }
    expect(msAt(scaleOf(500), -20)).toBe(index.sinceMs);
    expect(msAt(scaleOf(500), 900)).toBe(index.untilMs);
  });

  it("names what is near the pointer, and what lasts there", () => {
    const scale = scaleOf(500, false);
    const [spot] = index.spots;
    if (spot === undefined) throw new Error("the sample has nothing to name");
    expect(spotsNear(index.spots, scale, xOf(scale, spot.atMs), 3, 10)).toContain(spot);
    expect(spotsNear(index.spots, scale, -100, 3, 10)).toEqual([]);
    expect(spotsNear(index.spots, scale, xOf(scale, spot.atMs), 500, 2)).toHaveLength(2);
  });

  it("stands a trace of one moment", () => {
    const one = new TraceIndex();
    one.append(indexPart(events.slice(0, 1)));
    const scale = { axis: one.axis(true), fromMs: one.sinceMs, toMs: one.untilMs, width: 100 };
    expect(stripOf(one, scale).load).toHaveLength(100);
    expect(msAt(scale, 50)).toBe(one.sinceMs);
  });
});
