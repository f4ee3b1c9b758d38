import { describe, expect, it } from "vitest";
import { formatClock, formatCount, formatDuration, plural } from "./format.ts";

describe("figures", () => {
  it("groups counts", () =>
    expect([0, 999, 1_000, 48_213, 1_234_567].map(formatCount)).toEqual(["0", "999", "1\u202f000", "48\u202f213", "1\u202f234\u202f567"]));
  it("shows running times", () => expect([-5, 0, 8_999, 252_000, 3_723_000].map(formatClock)).toEqual(["0:00", "0:00", "0:08", "4:12", "1:02:03"]));
  it("says times in words", () =>
    expect([0, 400, 1_500, 9_960, 59_600, 252_000, 7_500_000, 273_600_000].map(formatDuration)).toEqual([
      "0 s",
      "0.4 s",
      "1.5 s",
      "10 s",
      "1 min",
      "4 min 12 s",
      "2 h 5 min",
      "3 d 4 h",
    ]));
  it("counts things", () =>
    expect([plural(1, "entry", "entries"), plural(2, "entry", "entries"), plural(3, "agent")]).toEqual(["1 entry", "2 entries", "3 agents"]));
});
