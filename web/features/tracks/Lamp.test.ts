import { describe, expect, it } from "vitest";
import { shortCount } from "./Block.tsx";
import { lampWidth, shortId } from "./Lamp.tsx";

describe("words on a lamp", () => {
  it("are the id, or what tells it from others", () => {
    expect(["w3", "t10", "builder-12", "planner", "worker-10482"].map(shortId)).toEqual(["w3", "t10", "b12", "pla", "10482"]);
  });

  it("make the lamp longer when they do not fit a circle", () => {
    expect(lampWidth("w3", 24)).toBe(24);
    expect(lampWidth("w4665", 20)).toBeGreaterThan(30);
  });

  it("give weights in thousands and millions", () => {
    expect([4, 9_999, 310_000, 1_250_000].map(shortCount)).toEqual(["4", "9\u202f999", "310k", "1.3M"]);
  });
});
