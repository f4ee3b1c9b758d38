import { worldNamed } from "../protocols/worlds.ts";
import { measuredRules, type OperationCell, type OperationRow, runOperations, summariseOperations } from "./operations/measure.ts";
import { type LabCell, type LabParameters, labCells } from "./parameters.ts";
import { type LabRow, summarise } from "./summary.ts";
import { runTrial, type Trial } from "./trial.ts";

/** What a comparison has come to: so many runs of so many are done, and which rows are new. */
export interface LabProgress {
  readonly done: number;
  readonly total: number;
  readonly row?: LabRow;
  readonly operations?: OperationRow;
}

/** What an operation costs is asked where elections are: each rule in each combination of members, loss and delay. */
export function operationCells({ members, loss, delayMs }: LabParameters): OperationCell[] {
  return members.flatMap((count) =>
    delayMs.flatMap((delay) => loss.flatMap((share) => measuredRules.map((rule) => ({ rule, members: count, loss: share, delayMs: delay })))),
  );
}

/** Runs a whole comparison, a run at a time: whoever drives it may breathe, show how far it is, and stop. Equal parameters give equal rows. */
export function* compare(parameters: LabParameters): Generator<LabProgress> {
  const { from, seeds, seconds } = parameters;
  const cells = labCells(parameters);
  const operations = operationCells(parameters);
  const total = (cells.length + operations.length) * seeds;
  let done = 0;
  function* runs<Trial>(run: (seed: number) => Trial, row: (trials: readonly Trial[]) => Pick<LabProgress, "row" | "operations">): Generator<LabProgress> {
    const trials: Trial[] = [];
    for (let seed = from; seed < from + seeds; seed++) {
      trials.push(run(seed));
      yield { done: ++done, total, ...(trials.length === seeds && row(trials)) };
    }
  }
  for (const cell of operations)
    yield* runs(
      (seed) => runOperations(cell, seed),
      (trials) => ({ operations: summariseOperations(cell, trials) }),
    );
  for (const cell of cells)
    yield* runs(
      (seed) => trialOf(cell, seed, seconds),
      (trials) => ({ row: summarise(cell, trials) }),
    );
}

function trialOf(cell: LabCell, seed: number, seconds: number): Trial {
  return worldNamed(cell.algorithm).open((world) => runTrial(world, cell, seed, seconds));
}
