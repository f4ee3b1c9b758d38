import { expect, it } from "vitest";
import { play } from "./play.ts";

it("generated histories, half of them broken by one change, are all judged rightly", () => {
  const played = Array.from({ length: 300 }, (_, at) => play(at + 1));
  expect(played.filter(({ got, expected }) => got !== expected)).toEqual([]);
  expect(played.filter(({ planted }) => planted !== undefined)).toHaveLength(150);
  expect(new Set(played.map(({ planted }) => planted)).size).toBeGreaterThan(8);
});
