import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Axis, clockText, foldedAxis, plainAxis, ticksOf } from "./lanes-axis.ts";
import type { Cut } from "./lanes-model.ts";
import { cutOf, idleAfterMs } from "./lanes-segments.ts";

const base = 1_700_000_000_000;

/** An axis with a quiet stretch of each given length, one minute of work between them. */
function axisWith(quietMs: readonly number[]): { axis: Axis; lastMs: number } {
  const cuts: Cut[] = [];
  let ms = base;
  for (const quiet of quietMs) {
    ms += 60_000;
    cuts.push(cutOf(ms, ms + quiet, cuts.at(-1)));
    ms += quiet;
  }
  return { axis: foldedAxis(cuts, ms, ms), lastMs: ms };
}

const quiets = fc.array(fc.integer({ min: idleAfterMs + 1, max: 10_000_000 }), { maxLength: 8 });

describe("the folded axis", () => {
  it("never goes back, and comes back to the same time outside of a cut", () => {
    fc.assert(
      fc.property(quiets, fc.array(fc.double({ min: -0.2, max: 1.2, noNaN: true }), { minLength: 2, maxLength: 20 }), (quiet, shares) => {
        const { axis, lastMs } = axisWith(quiet);
        const times = shares.map((share) => Math.round(base + share * (lastMs - base + 60_000))).sort((a, b) => a - b);
        const places = times.map(axis.placeOf);
        for (let index = 0; index < times.length; index++) {
          const ms = times[index] as number;
          if (index > 0) expect(places[index]).toBeGreaterThanOrEqual(places[index - 1] as number);
          const cut = axis.cutAt(ms);
          expect(axis.msAt(places[index] as number)).toBe(cut === undefined ? ms : cut.toMs);
        }
      }),
    );
  });

  it("shows every quiet stretch as long as the longest that is not folded", () => {
    const { axis } = axisWith([3_600_000]);
    expect(axis.placeOf(base + 60_000 + 3_600_000) - axis.placeOf(base + 60_000)).toBe(idleAfterMs);
  });

  it("folds the quiet until now as it grows, without a jump", () => {
    const place = (nowMs: number) => foldedAxis([], base, nowMs).placeOf(nowMs);
    expect(place(base + idleAfterMs - 1)).toBe(base + idleAfterMs - 1);
    expect(place(base + idleAfterMs + 1)).toBe(base + idleAfterMs);
    expect(place(base + 86_400_000)).toBe(base + idleAfterMs);
  });

  it("puts ticks at round times, at least the gap apart but for rounding at a cut, and none inside a cut", () => {
    fc.assert(
      fc.property(quiets, fc.integer({ min: 2, max: 100 }), (quiet, count) => {
        const { axis, lastMs } = axisWith([...quiet, 40_000]);
        const gap = (axis.placeOf(lastMs) - base) / count;
        const ticks = ticksOf(axis, axis.placeOf(base), axis.placeOf(lastMs), gap, 0);
        for (const [index, tick] of ticks.entries()) {
          const cut = axis.cutAt(tick.ms);
          expect(cut === undefined || tick.ms === cut.toMs).toBe(true);
          const before = ticks[index - 1];
          if (before !== undefined) expect(tick.place - before.place).toBeGreaterThanOrEqual(gap * 0.7);
        }
      }),
    );
  });

  it("folds nothing where nothing has happened: an empty space is not quiet since 1970", () => {
    const axis = foldedAxis([], 0, base);
    expect(axis.cuts).toEqual([]);
    expect(axis.placeOf(base)).toBe(base);
  });

  it("writes times without a locale, as precise as the step", () => {
    const ms = Date.UTC(2026, 10, 20, 20, 38, 5, 250);
    expect(clockText(ms, 0)).toBe("20:38:05");
    expect(clockText(ms, 3_600_000, 60_000)).toBe("21:38");
    expect(clockText(ms, 0, 100)).toBe("20:38:05.250");
    expect(ticksOf(plainAxis, ms, ms + 240_000, 50_000, 0).map((tick) => tick.label)).toEqual(["20:39", "20:40", "20:41", "20:42"]);
  });
});
