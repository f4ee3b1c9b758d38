import { policySchema, type Settings } from "../../model/index.ts";
import { type Figures, figuresOf } from "../compare/figures.ts";
import type { OpenTrace } from "../seek/reader.ts";
import { forkTrace } from "./fork.ts";
import type { Fared } from "./player.ts";

/** One way of dealing with deadlocks, tried on a recording. */
export interface PolicyRow {
  /** "as recorded" for the recording itself. */
  readonly name: string;
  readonly settings: Settings | undefined;
  readonly figures: Figures;
  readonly fared: Fared | undefined;
}

export interface PolicyProgress {
  /** From 0 to 1, over all policies. */
  readonly share: number;
  /** Those that are done. */
  readonly rows: readonly PolicyRow[];
}

/** What is tried: every policy that acts by itself, with the usual victim. */
const tried: readonly Settings[] = policySchema.options.filter((policy) => policy !== "manual").map((policy) => ({ policy, automatic: "live" }));

/**
 * "What if we had used wound-wait last week?": runs a recording after a position under every policy, for what a pattern
 * matches, and puts the figures side by side. Yields after every stretch, so that whoever drives it can stop.
 */
export function* comparePolicies(
  source: OpenTrace,
  { at, pattern, seed, engine }: { at: number; pattern: string; seed: number; engine: string },
): Generator<PolicyProgress, readonly PolicyRow[]> {
  const rows: PolicyRow[] = [{ name: "as recorded", settings: undefined, figures: figuresOf(source.trace, at), fared: undefined }];
  for (const [index, settings] of tried.entries()) {
    const run = forkTrace(source, { at, change: { change: "settings", pattern, settings }, agents: "recorded", seed, engine });
    for (;;) {
      const turn = run.next();
      if (turn.done === true) {
        const { open, fared } = turn.value;
        rows.push({ name: settings.policy ?? "", settings, figures: figuresOf(open.trace), fared });
        break;
      }
      yield { share: (index + turn.value) / tried.length, rows };
    }
  }
  return rows;
}
