import { describe, expect, test } from "vitest";
import { calm } from "../network.ts";
import { Random } from "../random.ts";
import { nodeFaults } from "./faults.ts";
import { worldFailureText } from "./report.ts";
import { runWorld } from "./run.ts";
import { drawNodeScenario, type NodeScenario } from "./scenario.ts";
import { type Mistake, mistakes, toyWorld } from "./testing/toy.ts";

const names = Object.keys(mistakes) as Mistake[];

test("every rule holds for a protocol without a mistake, whatever strikes it", { timeout: 60_000 }, () => {
  for (let seed = 1; seed <= 25; seed++) {
    const result = runWorld(toyWorld(), seed);
    if (result.breaches.length > 0) expect.fail(worldFailureText(result));
  }
});

test.each(names)("EL-45 EL-46 EL-47 EL-48 EL-49 the rule that it breaks shows the mistake %s", { timeout: 60_000 }, (mistake) => {
  const world = toyWorld(mistake);
  const rule = mistakes[mistake];
  for (let seed = 1; seed <= 100; seed++) {
    const { breaches, story } = runWorld(world, seed, { until: rule });
    if (!breaches.some((breach) => breach.rule === rule)) continue;
    expect(story.length).toBeGreaterThan(0);
    return;
  }
  expect.fail(`No seed up to 100 shows ${rule}.`);
});

test("EL-47 the same seed gives the same run, whatever ran before it", () => {
  const world = toyWorld();
  const first = [11, 12, 13].map((seed) => runWorld(world, seed).digest);
  const again = [13, 12, 11].map((seed) => runWorld(world, seed).digest).reverse();
  expect(again).toEqual(first);
  expect(new Set(first).size).toBe(3);
});

test("a failure tells the world, the rule, the seed, what happened before, and how to run it again", () => {
  const text = worldFailureText(runWorld(toyWorld("showsOther"), 1));
  expect(text).toContain("EL-45 (general) at");
  expect(text).toContain("Run again: npm run simulate -- --world toy --from 1 --seeds 1");
  expect(text).toContain("-> a");
});

/** The scenario of a seed with this one fault and no other. */
function only(seed: number, kinds: NodeScenario["kinds"]): NodeScenario {
  const drawn = drawNodeScenario(toyWorld(), new Random(seed));
  return { ...drawn, members: 5, left: 0, weather: { ...calm, maxDelayMs: drawn.options.maxDelayMs }, kinds };
}

describe("faults", () => {
  test.each(nodeFaults)("every rule holds under %s, and it is felt", (kind) => {
    const felt = new Set<string>();
    for (let seed = 1; seed <= 3; seed++) {
      const result = runWorld(toyWorld(), seed, { scenario: only(seed, [kind]) });
      if (result.breaches.length > 0) expect.fail(worldFailureText(result));
      for (const what of result.felt.keys()) felt.add(what);
    }
    expect([...felt].sort()).toEqual(kind === "hostileInput" ? [kind, `${kind}: well formed`] : [kind]);
  });

  test("without faults none is felt", () => {
    const { felt, faults, breaches } = runWorld(toyWorld(), 1, { scenario: only(1, []) });
    expect(breaches).toEqual([]);
    expect([...felt]).toEqual([]);
    expect(faults).toBe(0);
  });

  test("members that stay down do not keep the others from a leader", () => {
    const { breaches } = runWorld(toyWorld(), 5, { scenario: { ...only(5, nodeFaults), left: 2 } });
    expect(breaches).toEqual([]);
  });

  test("EL-46 with too many down there is no leader, and that is seen", () => {
    const broken = [1, 2, 3, 4, 5, 6].map((seed) => runWorld(toyWorld(), seed, { scenario: { ...only(seed, []), left: 3 } }).breaches);
    expect(new Set(broken.flat().map(({ rule }) => rule))).toEqual(new Set(["EL-46"]));
  });
});
