import { describe, expect, test } from "vitest";
import { simulatedKinds } from "./faults.ts";
import { Random } from "./random.ts";
import { failureText } from "./report.ts";
import { runSeed } from "./run.ts";
import { drawScenario, type Scenario } from "./scenario.ts";

const never = Number.POSITIVE_INFINITY;
const seeds = [1, 2, 3, 4];

/** The scenario of a seed with this one fault and no other, striking all the time. */
function only(seed: number, kind: (typeof simulatedKinds)[number], mode: "safety" | "liveness"): Scenario {
  const drawn = drawScenario(new Random(seed), mode === "liveness");
  return {
    ...drawn,
    injects: 0,
    server: { ...drawn.server, checkpoint: 0.02 },
    faults: { agentCrashMs: never, agentPauseMs: never, cutMs: never, serverCrashMs: never, serverStallMs: never, menuMs: 600, kinds: [kind] },
  };
}

describe.each(["safety", "liveness"] as const)("%s", (mode) => {
  test.each(simulatedKinds)("every rule holds under %s", { timeout: 60_000 }, (kind) => {
    for (const seed of seeds) {
      const result = runSeed(seed, { scenario: only(seed, kind, mode) });
      if (result.breaches.length > 0) expect.fail(failureText(result));
      expect(result.faults).toBeGreaterThan(2);
    }
  });
});

test.each(simulatedKinds.filter((kind) => kind !== "bitFlip"))("%s is felt: the same run without it is another one", (kind) => {
  const differs = [5, 6, 7, 8, 9, 10].some((seed) => {
    const scenario = only(seed, kind, "safety");
    const calm = { ...scenario, faults: { ...scenario.faults, menuMs: never } };
    return runSeed(seed, { scenario }).digest !== runSeed(seed, { scenario: calm }).digest;
  });
  expect(differs).toBe(true);
});
