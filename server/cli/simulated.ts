import { allPlants, findPlant } from "../../shared/sim/planted.ts";
import { findInWorld } from "../../shared/sim/protocols/planted.ts";
import { worldFailureText } from "../../shared/sim/protocols/report.ts";
import { runHosted } from "../../shared/sim/protocols/run.ts";
import { type HostedWorld, worlds } from "../../shared/sim/protocols/worlds.ts";
import { failureText } from "../../shared/sim/report.ts";
import { runSeed } from "../../shared/sim/run.ts";

/** What one run came to. */
export interface Outcome {
  /** Events of a space, steps of nodes. */
  readonly steps: number;
  readonly simulatedMs: number;
  /** Set when a rule broke: the outcome as it is, and in words. */
  readonly failed?: { readonly result: unknown; readonly text: string };
}

/** What became of one planted mistake; `seed` is undefined when none found it. */
export interface FoundMistake {
  readonly plant: string;
  readonly note: string;
  readonly breaks: string;
  readonly seed: number | undefined;
  readonly seedsTried: number;
  readonly rules: readonly string[];
}

/** One kind of world that can be run by seed: a whole space, or one protocol among nodes. */
export interface Simulated {
  readonly name: string;
  run(seed: number): Outcome;
  /** Each finds the mistake that it is named after, from a seed on, within so many seeds. */
  readonly finds: readonly { readonly plant: string; find(from: number, limit: number): FoundMistake }[];
}

const space: Simulated = {
  name: "space",
  run(seed) {
    const result = runSeed(seed);
    const { events, simulatedMs, breaches } = result;
    return { steps: events, simulatedMs, ...(breaches.length > 0 && { failed: { result, text: failureText(result) } }) };
  },
  finds: allPlants.map((plant) => ({ plant, find: (from, limit) => findPlant(plant, from, limit) })),
};

const ofNodes = (world: HostedWorld): Simulated => ({
  name: world.name,
  run(seed) {
    const result = runHosted(world, seed);
    const { steps, simulatedMs, breaches } = result;
    return { steps, simulatedMs, ...(breaches.length > 0 && { failed: { result, text: worldFailureText(result) } }) };
  },
  finds: world.plants.map((plant) => ({ plant, find: (from, limit) => findInWorld(world, plant, from, limit) })),
});

/** All of them; the space, with the engine in it, comes first. */
export const simulated: readonly Simulated[] = [space, ...worlds.map(ofNodes)];
