import { expect, test } from "vitest";
import { assertFlat } from "./memory.ts";

test("memory that grows from round to round is found out", () => {
  expect(() => assertFlat([150, 170, 190, 210, 230, 250])).toThrow(/it grows: 190 MB from round 3 on, 230 MB in the last rounds/);
});

test("buffers that fill in the first rounds, and garbage that comes and goes, are no leak", () => {
  expect(assertFlat([120, 160, 180, 190, 220, 185])).toBe("180 MB from round 3 on, 185 MB in the last rounds");
});

test("too few rounds say nothing", () => {
  expect(() => assertFlat([150, 150, 150])).toThrow(/too few/);
});
