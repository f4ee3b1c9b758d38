import { expect, test } from "vitest";
import { assertFlat } from "./memory.ts";

test("memory that grows from round to round is found out", () => {
  expect(() => assertFlat([150, 170, 190, 210, 230])).toThrow(/it grows: 190 MB after round 3, 230 MB after round 5/);
});

test("buffers that fill in the first rounds, and garbage that comes and goes, are no leak", () => {
  expect(assertFlat([120, 160, 180, 170, 185])).toBe("180 MB after round 3, 185 MB after round 5");
});

test("too few rounds say nothing", () => {
  expect(() => assertFlat([150, 150, 150])).toThrow(/too few/);
});
