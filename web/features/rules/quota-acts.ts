import type { Quota } from "../../../shared/model/index.ts";
import { plural } from "../../app/format.ts";
import { openAct } from "../acts/act-store.ts";

type Bounds = Pick<Quota, "principal" | "locks" | "waits">;

/** `20 locks, 5 waits`: what all agents of a principal may have together. */
export function boundsInWords({ locks, waits }: Pick<Quota, "locks" | "waits">): string {
  const words = [locks === null ? "" : plural(locks, "lock"), waits === null ? "" : plural(waits, "wait")].filter((word) => word !== "");
  return words.length === 0 ? "no bound" : `${words.join(", ")} at most`;
}

/** Asks for a reason and sets the quota; without a bound it takes it away. */
export function openQuota(bounds: Bounds): void {
  const { principal, locks, waits } = bounds;
  const none = locks === null && waits === null;
  openAct({
    type: "ready",
    act: { type: "quota.set", principal, locks, waits },
    words: {
      title: none ? `Take the quota of ${principal} away` : `Quota of ${principal}`,
      meaning: none
        ? `The agents of ${principal} may have as much as each of them is allowed.`
        : `All agents of ${principal} together: ${boundsInWords(bounds)}.`,
      confirm: none ? "Take it away" : "Set the quota",
      done: none ? `The quota of ${principal} is gone.` : `The quota of ${principal} holds: ${boundsInWords(bounds)}.`,
      harmful: false,
      calm: "Nobody loses what it has. What is asked for from now on counts against it.",
    },
  });
}
