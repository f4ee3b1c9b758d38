import { afterEach, expect, test } from "vitest";
import { plants, unplant } from "../state/index.ts";
import { allPlants, findPlant } from "./planted.ts";

afterEach(unplant);

test("no mistake is planted unless a test plants it", () => {
  expect(Object.values(plants).every((planted) => !planted)).toBe(true);
  expect(allPlants.length).toBeGreaterThanOrEqual(20);
});

test.each(allPlants)("the simulator finds %s", { timeout: 120_000 }, (name) => {
  const { seed, rules, breaks } = findPlant(name, 1, 400);
  expect(seed).toBeDefined();
  expect(rules).toContain(breaks);
});
