import { type Plant, plant, plantNotes, unplant } from "../state/index.ts";
import { runSeed } from "./run.ts";

/** What became of one planted mistake. */
export interface Found {
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

export const allPlants = Object.keys(plantNotes) as Plant[];

/** Plants one mistake and runs seeds until the rule that it breaks shows it, at most `limit`. Takes it out again in any case. */
export function findPlant(name: Plant, from: number, limit: number): Found {
  const found = { plant: name, ...plantNotes[name] };
  plant(name);
  try {
    for (let tried = 1; tried <= limit; tried++) {
      const { seed, breaches } = runSeed(from + tried - 1, { until: found.breaks });
      const shown = breaches.find((breach) => breach.rule === found.breaks);
      if (shown !== undefined) return { ...found, seed, rules: [...new Set(breaches.map((breach) => breach.rule))], message: shown.message, seedsTried: tried };
    }
    return { ...found, seed: undefined, rules: [], message: "", seedsTried: limit };
  } finally {
    unplant();
  }
}
