import { type Plant, plant, plantNotes, unplant } from "../../agents/plants.ts";
import { runHosted } from "./run.ts";
import type { HostedWorld } from "./worlds.ts";

/** What became of one mistake that was planted in a protocol. */
export interface FoundInWorld {
  readonly world: string;
  readonly plant: Plant;
  readonly note: string;
  /** The rule that has to show it. */
  readonly breaks: string;
  /** Undefined when no seed found it. */
  readonly seed: number | undefined;
  /** Every rule that broke in that run, the first one first. */
  readonly rules: readonly string[];
  /** What the rule said. */
  readonly message: string;
  readonly seedsTried: number;
}

/** Plants one mistake and runs seeds until the rule that it breaks shows it, at most `limit`. Takes it out again in any case. */
export function findInWorld(world: HostedWorld, name: Plant, from: number, limit: number): FoundInWorld {
  const found = { world: world.name, plant: name, ...plantNotes[name] };
  plant(name);
  try {
    for (let tried = 1; tried <= limit; tried++) {
      const { seed, breaches } = runHosted(world, from + tried - 1, { until: found.breaks });
      const shown = breaches.find(({ rule }) => rule === found.breaks);
      if (shown !== undefined) return { ...found, seed, rules: [...new Set(breaches.map(({ rule }) => rule))], message: shown.message, seedsTried: tried };
    }
    return { ...found, seed: undefined, rules: [], message: "", seedsTried: limit };
  } finally {
    unplant();
  }
}
