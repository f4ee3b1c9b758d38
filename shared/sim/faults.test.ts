import { describe, expect, test } from "vitest";
import { faultKindSchema } from "../model/index.ts";
import { simulatedKinds } from "./faults.ts";
import type { SimulatedKind } from "./felt.ts";
import { Random } from "./random.ts";
import { failureText } from "./report.ts";
import { runSeed } from "./run.ts";
import { drawScenario, type Scenario } from "./scenario.ts";

const never = Number.POSITIVE_INFINITY;
const seeds = [1, 2, 3, 4, 5, 6];

/** What some kinds do in more than one way: each of them has to strike, too. */
const ways: Partial<Record<SimulatedKind, readonly string[]>> = {
  clockJump: ["the server's clock set ahead", "the server's clock set back", "a client's time of day set ahead", "a client's time of day set back"],
  lie: ["false release", "old fence", "forged holder"],
  falseLeader: ["present term", "old term", "false view"],
  hostileInput: ["malformed", "well formed"],
  slowViewer: ["taken off"],
};

/** Those that are felt only where leaders are elected, and confirmed. */
const ofElections: readonly SimulatedKind[] = ["doubleVote", "falseLeader"];

/** The scenario of a seed with this one fault and no other, striking all the time. */
function only(seed: number, kind: SimulatedKind, mode: "safety" | "liveness"): Scenario {
  const drawn = drawScenario(new Random(seed), mode === "liveness");
  return {
    ...drawn,
    ...(ofElections.includes(kind) && { elects: 10, policies: ["quorum"] as const }),
    injects: 0,
    viewers: 1,
    // A checkpoint is there to be spoilt.
    server: { ...drawn.server, checkpoint: 0.02 },
    faults: { agentCrashMs: never, agentPauseMs: never, cutMs: never, serverCrashMs: never, serverStallMs: never, menuMs: 600, kinds: [kind] },
  };
}

describe.each(["safety", "liveness"] as const)("%s", (mode) => {
  test.each(simulatedKinds)("every rule holds under %s, and it is felt", { timeout: 60_000 }, (kind) => {
    const felt = new Set<string>();
    for (const seed of seeds) {
      const result = runSeed(seed, { scenario: only(seed, kind, mode) });
      if (result.breaches.length > 0) expect.fail(failureText(result));
      for (const what of result.felt.keys()) felt.add(what);
    }
    const of = [...felt].filter((what) => what === kind || what.startsWith(`${kind}: `));
    expect(of.length).toBeGreaterThan(0);
    // A few runs do not show every way in which a fault can strike; the healing ones do.
    if (mode === "safety") expect(of).toEqual(expect.arrayContaining((ways[kind] ?? []).map((way) => `${kind}: ${way}`)));
    expect([...felt].filter((what) => !of.includes(what))).toEqual([]);
  });
});

test("the simulator knows every kind that can be injected live", () => {
  const simulated = new Set(simulatedKinds.map((kind) => (kind.startsWith("kill ") ? "killServer" : kind)));
  expect(faultKindSchema.options.filter((kind) => !simulated.has(kind))).toEqual([]);
});
