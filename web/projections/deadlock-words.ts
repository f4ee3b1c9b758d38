import { formatDuration, plural } from "../../shared/analysis/words.ts";
import type { DeadlockRecord, VictimCandidate } from "../../shared/model/index.ts";
import type { PastDeadlock } from "./deadlock-history.ts";

/** `w2, w5 and t1`; long lists end in a count. */
export function names(list: readonly string[], atMost = 6): string {
  const shown = list.slice(0, atMost);
  const more = list.length - shown.length;
  if (more > 0) return `${shown.join(", ")} and ${more} more`;
  return shown.length < 2 ? shown.join("") : `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}`;
}

export const ringOf = (found: DeadlockRecord): string[] => [...new Set(found.cycle.map((step) => step.agent))];

/** Why it is not, or is, the one to give way. */
export function sparedWords({ spared }: VictimCandidate): string {
  if (spared === "oldest") return "oldest: never by itself";
  return spared === "oftenVictim" ? "gave way too often already" : "";
}

/** What it would cost at a time: `loses 44 s, 1 lock`. Holding goes on while the deadlock stands. */
export function costWords(found: DeadlockRecord, candidate: VictimCandidate, atMs: number): string {
  const heldMs = candidate.heldMs + candidate.locks * Math.max(0, atMs - found.sinceMs);
  return candidate.locks === 0 ? "loses only its place" : `loses ${formatDuration(heldMs)}, ${plural(candidate.locks, "lock")}`;
}

/** What the engine makes of it by its rules, while it stands. */
export function planWords(found: DeadlockRecord, shadow: { readonly agreed: number; readonly differed: number }): string {
  const { plan, automatic } = found;
  if (plan.act === "none") return plan.why;
  const judged = shadow.agreed + shadow.differed;
  const counted =
    judged === 0
      ? ""
      : ` Of ${plural(judged, "choice")} made by hand so far, ${shadow.agreed} ${shadow.agreed === 1 ? "was" : "were"} what it would have chosen.`;
  switch (automatic) {
    case "off":
      return `Automatic acts are off here, so it stands until somebody acts. The plan would be: ${plan.why}`;
    case "shadow":
      return `In shadow: it only says what it would have done. ${plan.why}${counted}`;
    case "canary":
      return `One deadlock in four is resolved by itself; this is not one of them. The plan would be: ${plan.why}`;
    case "live":
      return plan.why;
  }
}

/** How it ended and what became of whom: `w5 gave way by the rule youngest; it got it 1.2 s later.` */
export function endWords({ found, end, victims, moved }: PastDeadlock): string {
  if (end === undefined) return "It stands.";
  const gave = victims.map(({ agent, atMs, backMs }) =>
    backMs === undefined ? `${agent} has not come back for it yet` : `${agent} came back and got it ${formatDuration(backMs - atMs)} later`,
  );
  const after = gave.length === 0 ? "" : ` ${gave.join("; ")}.`;
  const who = names([...new Set(victims.map(({ agent }) => agent))]);
  switch (end.how) {
    case "reordered":
      return found.plan.act === "reorder" ? found.plan.why : `${moved ?? "One of them"} went before another in the queue: nobody lost anything.`;
    case "aborted":
      return `${found.plan.why}${after}`;
    case "operator": {
      const [first] = victims;
      const reason = first?.reason === undefined ? "" : `: “${first.reason}”`;
      const agreed =
        end.agreed === undefined ? "" : end.agreed ? " The plan would have been the same." : ` The plan would have picked ${found.plan.agent ?? "another"}.`;
      return `${first?.by ?? "An operator"} let ${who || "one of them"} give way${reason}.${agreed}${after}`;
    }
    case "replanned":
      return "The settings changed; it was written down anew under the new ones.";
    case "other":
      return "One of them could go on: it gave something back, gave up waiting, or left.";
  }
}

/** `resolved by policy in 0 s`, for a list. */
export function endShort({ end }: PastDeadlock): string {
  if (end === undefined) return "stands";
  const how = {
    reordered: "reordered, nobody lost anything",
    aborted: "one gave way by policy",
    operator: "resolved by hand",
    other: "ended by itself",
    replanned: "planned anew",
  }[end.how];
  return end.lastedMs === 0 ? `${how}, at once` : `${how} after ${formatDuration(end.lastedMs)}`;
}
