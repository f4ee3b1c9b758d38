import { describe, expect, it } from "vitest";
import type { Event } from "../../shared/model/index.ts";
import { indexPart } from "./index-part.ts";
import { type PlayOptions, played, stepAlong } from "./play.ts";
import { TraceIndex } from "./trace-index.ts";

/** Events at these times, one position each. */
function indexAt(...times: number[]): TraceIndex {
  const events = times.map((atMs, at) => ({ type: "session.connected", session: "s", agent: "w", position: at + 1, atMs }) as Event);
  const index = new TraceIndex();
  index.append(indexPart(events));
  return index;
}
const options: PlayOptions = { speed: 1, skipsIdle: true, loop: null, along: null };

describe("playing", () => {
  it("goes in the trace's own time, at the chosen speed", () => {
    const index = indexAt(1_000, 2_000, 3_000);
    expect(played(index, 1_000, 500, options)).toEqual({ atMs: 1_500, position: 1, ended: false });
    expect(played(index, 1_000, 100, { ...options, speed: 10 })).toEqual({ atMs: 2_000, position: 2, ended: false });
    expect(played(index, 1_000, 1_000, { ...options, speed: 0.1 })).toEqual({ atMs: 1_100, position: 1, ended: false });
  });

  it("ends with the last event", () => {
    expect(played(indexAt(1_000, 2_000), 1_900, 500, options)).toEqual({ atMs: 2_000, position: 2, ended: true });
  });

  it("leaps over a quiet stretch, and shows its begin and its end", () => {
    const index = indexAt(0, 600_000, 601_000);
    expect(played(index, 500, 16, options).atMs).toBe(516);
    expect(played(index, 1_000, 16, options).atMs).toBe(599_000);
    expect(played(index, 599_000, 16, options).atMs).toBe(599_016);
    expect(played(index, 1_000, 16, { ...options, skipsIdle: false }).atMs).toBe(1_016);
    // At speed a quiet stretch has to be longer than what is shown of it.
    expect(played(index, 10_000, 16, { ...options, speed: 100 }).atMs).toBe(11_600);
    expect(played(index, 15_000, 16, { ...options, speed: 100 }).atMs).toBe(585_000);
  });

  it("counts as quiet where the followed agent does nothing", () => {
    const index = indexAt(0, 10_000, 20_000, 30_000, 40_000, 50_000);
    expect(played(index, 5_000, 16, options).atMs).toBe(5_016);
    expect(played(index, 5_000, 16, { ...options, along: Uint32Array.of(1, 6) }).atMs).toBe(49_000);
  });

  it("plays a range again and again", () => {
    const index = indexAt(0, 1_000, 2_000, 3_000);
    const loop = { fromMs: 1_000, toMs: 2_000 };
    expect(played(index, 1_900, 50, { ...options, loop })).toEqual({ atMs: 1_950, position: 2, ended: false });
    expect(played(index, 1_990, 50, { ...options, loop })).toEqual({ atMs: 2_000, position: 3, ended: false });
    expect(played(index, 2_000, 50, { ...options, loop })).toEqual({ atMs: 1_000, position: 2, ended: false });
    expect(played(index, 100, 50, { ...options, loop }).atMs).toBe(1_000);
    // A range that reaches beyond the trace begins anew at the trace's end.
    expect(played(index, 3_000, 50, { ...options, loop: { fromMs: 500, toMs: 9_000 } }).atMs).toBe(500);
  });
});

describe("stepping along", () => {
  const positions = Uint32Array.of(3, 7, 8);
  it.each([
    [0, 1, 3],
    [3, 1, 7],
    [5, -1, 3],
    [7, -1, 3],
    [8, 1, undefined],
    [3, -1, undefined],
    [100, -1, 8],
  ] as const)("from %s by %s to %s", (from, direction, to) => {
    expect(stepAlong(positions, from, direction)).toBe(to);
  });
});
