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
  const drawn = drawScenario(new Random(seed));
  const core = mode === "liveness" ? Math.ceil(drawn.agents.length / 2) : 0;
  // A lock that is never given back has to end for others to get on; who says that it waits for the healthy holds them up for ever.
  const bounded = ["*", "**"].map((pattern) => ({ pattern, settings: { maxHoldMs: 2_000 } }));
  return {
    ...drawn,
    rules: core > 0 ? [...bounded, ...drawn.rules] : drawn.rules,
    declares: core > 0 ? 0 : drawn.declares,
    injects: 0,
    core,
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

test("a fault is felt: the same run without it is another one", () => {
  for (const kind of simulatedKinds.filter((one) => one !== "bitFlip")) {
    const scenario = only(5, kind, "safety");
    const calm = { ...scenario, faults: { ...scenario.faults, menuMs: never } };
    expect(runSeed(5, { scenario }).digest, kind).not.toBe(runSeed(5, { scenario: calm }).digest);
  }
});
