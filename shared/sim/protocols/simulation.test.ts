import { afterEach, describe, expect, test } from "vitest";
import { plantNotes, plants, unplant } from "../../agents/plants.ts";
import { findInWorld } from "./planted.ts";
import { worldFailureText } from "./report.ts";
import { runHosted } from "./run.ts";
import { worldNamed, worlds } from "./worlds.ts";

/** Short runs; `npm run simulate -- --world all` tries more of them. */
const seeds = 40;
const plantSeeds = 400;

afterEach(unplant);

test("every mistake that can be planted belongs to one world, and none is planted unless a test plants it", () => {
  expect(worlds.flatMap((world) => world.plants).sort()).toEqual(Object.keys(plantNotes).sort());
  expect(Object.values(plants).every((planted) => !planted)).toBe(true);
});

/** What each of them showed was wrong in a checker or a machine. A change of scenarios changes what they meet. */
test.each([
  { name: "raft", seed: 24_041, what: "EL-25 who comes to lead alone snapshots what it commits in the same step" },
  { name: "raft", seed: 1_228, what: "EL-29 a leader looks who answered with its heartbeat, whichever timer goes off before that" },
  { name: "oral-messages", seed: 9_010, what: "EL-42 who stood still until an epoch was over is faulty" },
  { name: "hirschberg-sinclair", seed: 3_525, what: "EL-47 copies of a probe do not beget copies" },
  { name: "pbft", seed: 812, what: "EL-43 a replica counts its own word, also where it crashed before it sent it" },
])("$name, seed $seed: $what", ({ name, seed }) => {
  const result = runHosted(worldNamed(name), seed);
  if (result.breaches.length > 0) expect.fail(worldFailureText(result));
});

describe.each(worlds.map((world) => [world.name, world] as const))("%s", (_name, world) => {
  test(`every rule holds in ${seeds} runs`, { timeout: 120_000 }, () => {
    for (let seed = 1; seed <= seeds; seed++) {
      const result = runHosted(world, seed);
      if (result.breaches.length > 0) expect.fail(worldFailureText(result));
    }
  });

  test("EL-47 the same seed gives the same run, whatever ran before it", () => {
    const first = [11, 12].map((seed) => runHosted(world, seed).digest);
    const again = [12, 11].map((seed) => runHosted(world, seed).digest).reverse();
    expect(again).toEqual(first);
    expect(new Set(first).size).toBe(2);
  });

  test.skipIf(world.plants.length === 0).each([...world.plants])("the simulator finds %s", { timeout: 300_000 }, (name) => {
    const { seed, rules, breaks } = findInWorld(world, name, 1, plantSeeds);
    expect(seed).toBeDefined();
    expect(rules).toContain(breaks);
  });
});
