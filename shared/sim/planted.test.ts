import { afterEach, expect, test } from "vitest";
import { plant, plants, unplant } from "../state/index.ts";
import { allPlants, findPlant, rarePlants, scenarioFor } from "./planted.ts";
import { failureText } from "./report.ts";
import { runSeed } from "./run.ts";

afterEach(unplant);

test("no mistake is planted unless a test plants it", () => {
  expect(Object.values(plants).every((planted) => !planted)).toBe(true);
  expect(allPlants.length).toBeGreaterThanOrEqual(20);
});

test.each(allPlants)("the simulator finds %s", { timeout: 300_000 }, (name) => {
  const { seed, rules, breaks } = findPlant(name, 1, 1_000);
  expect(seed).toBeDefined();
  expect(rules).toContain(breaks);
});

test("nothing but the judging of a cycle's requests shows a ring by any request", { timeout: 60_000 }, () => {
  const { seed = 0 } = findPlant("ringByAnyRequest", 1, 1_000);
  plant("ringByAnyRequest");
  const { breaches } = runSeed(seed, { until: "WG-1" });
  expect([...new Set(breaches.map(({ rule, checker }) => `${rule} ${checker}`))]).toEqual(["WG-1 cycles"]);
});

test.each(rarePlants)("every rule holds in the scenario in which %s is looked for", { timeout: 60_000 }, (name) => {
  for (let seed = 1; seed <= 10; seed++) {
    const result = runSeed(seed, { scenario: scenarioFor(name, seed) });
    if (result.breaches.length > 0) expect.fail(failureText(result));
  }
});

test("a failure tells the rule, the seed, what happened before, and how to run it again", () => {
  const { seed = 0 } = findPlant("tryWaits", 1, 100);
  plant("tryWaits");
  const text = failureText(runSeed(seed, { until: "LK-15" }));
  expect(text).toContain("LK-15 (waiting) after position");
  expect(text).toContain(`Run again: npm run simulate -- --from ${seed} --seeds 1`);
  expect(text.split("\n").length).toBeGreaterThan(10);
});
