import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { foldedAxis } from "../../projections/lanes-axis.ts";
import type { Cut } from "../../projections/lanes-model.ts";
import { cutOf } from "../../projections/lanes-segments.ts";
import { edges, firstSpanMs, fitted, keeping, onPixels, panned, showing, showingAll, usualSpanMs, zoomed } from "./viewport.ts";

const base = 1_700_000_000_000;
const cuts: Cut[] = [];
for (const [from, to] of [
  [100_000, 700_000],
  [800_000, 4_000_000],
] as const) {
  cuts.push(cutOf(base + from, base + to, cuts.at(-1)));
}
const nowMs = base + 4_200_000;
const axis = foldedAxis(cuts, nowMs, nowMs);
const usual = { endMs: nowMs, spanMs: usualSpanMs, follow: false };

describe("the timeline's viewport", () => {
  it("zooming keeps the time under the pointer where it is", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4_200_000 }),
        fc.double({ min: 0.05, max: 20, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (endMs, factor, share) => {
          const view = { ...usual, endMs: axis.msAt(axis.placeOf(base + endMs)) };
          const before = edges(view, axis, nowMs);
          const zoom = zoomed(view, axis, nowMs, factor, share);
          const after = edges(zoom, axis, nowMs);
          expect(after.left + share * zoom.spanMs).toBeCloseTo(before.left + share * view.spanMs, 3);
        },
      ),
    );
  });

  it("panning crosses a folded stretch and comes back", () => {
    const there = panned(usual, axis, nowMs, -190_000, base);
    expect(there.follow).toBe(false);
    expect(edges(panned(there, axis, nowMs, 190_000, base), axis, nowMs).right).toBeCloseTo(edges(usual, axis, nowMs).right, 3);
  });

  it("panning ends a little beyond what there is", () => {
    expect(edges(panned(usual, axis, nowMs, -1e12, base), axis, nowMs).right).toBeGreaterThan(axis.placeOf(base));
    expect(edges(panned(usual, axis, nowMs, 1e12, base), axis, nowMs).left).toBeLessThan(axis.placeOf(nowMs));
  });

  it("following shows the present with a margin, whatever time it is, and zooms without letting go of it", () => {
    const follow = { ...usual, follow: true };
    for (const later of [nowMs, nowMs + 5_000, nowMs + 9_000_000]) {
      const moved = foldedAxis(cuts, nowMs, later);
      const { left, right } = edges(zoomed(follow, moved, later, 0.5, 0.1), moved, later);
      expect(moved.placeOf(later)).toBeGreaterThan(left);
      expect(moved.placeOf(later)).toBeLessThan(right);
    }
  });

  it("shows a young journal whole, and grows to the usual span in steps", () => {
    const spans = Array.from({ length: 400 }, (_, second) => firstSpanMs(second * 1_000));
    for (const [second, span] of spans.entries()) expect(span).toBeGreaterThan(Math.min(second * 1_000, usualSpanMs - 1));
    expect(new Set(spans)).toEqual(new Set([usualSpanMs / 4, usualSpanMs / 2, usualSpanMs]));
  });

  it("fits all that is known, and shows just the range of a link", () => {
    const all = edges(fitted(axis, nowMs, base), axis, nowMs);
    expect(all.left).toBeLessThan(axis.placeOf(base));
    const range = edges(showing(axis, base + 50_000, base + 750_000), axis, nowMs);
    expect(axis.msAt(range.left)).toBe(base + 50_000);
    expect(axis.msAt(range.right)).toBe(base + 750_000);
  });

  it("shows all of a trace with a little air, and moves only when the cursor leaves what is shown", () => {
    const all = showingAll(axis, base, nowMs);
    const { left, right } = edges({ ...all, follow: false }, axis, nowMs);
    expect(left).toBeLessThan(axis.placeOf(base));
    expect(right).toBeGreaterThan(axis.placeOf(nowMs));
    expect(right - left).toBeLessThan((axis.placeOf(nowMs) - axis.placeOf(base)) * 1.2);
    const near = { endMs: base + 90_000, spanMs: 60_000, follow: true };
    expect(keeping(near, axis, base + 40_000)).toBe(near);
    const moved = keeping(near, axis, base + 95_000);
    const at = axis.placeOf(base + 95_000);
    expect(axis.placeOf(moved.endMs) - at).toBeGreaterThan(0);
    expect(at - (axis.placeOf(moved.endMs) - moved.spanMs)).toBeGreaterThan(0);
  });

  it("of a whole trace stands on a pixel: moved by less than one, and by whole ones from where the trace begins", () => {
    const [spanMs, pixels, origin] = [7_777, 1_213, 1_700_000_000_123];
    for (const left of [origin - 500.5, origin, origin + 0.1, origin + 123_456.7]) {
      const snapped = onPixels({ left, right: left + spanMs }, spanMs, pixels, origin);
      expect(Math.abs(snapped.left - left)).toBeLessThanOrEqual(spanMs / pixels / 2 + 1e-3);
      expect(snapped.right - snapped.left).toBeCloseTo(spanMs, 2);
      const before = ((snapped.left - origin) / spanMs) * pixels;
      expect(Math.abs(before - Math.round(before))).toBeLessThan(1e-3);
    }
  });
});
