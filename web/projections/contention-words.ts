import { formatDuration, plural } from "../../shared/analysis/words.ts";
import type { Contended } from "./contention.ts";

/** Why a resource is contended, what matters now first: `3 wait now, the longest for 40 s; w3 has held it for 2 min 5 s`. */
export function whyWords({ queue, waitingSinceMs, holders, waitedMs, waitMs, holdMs, grants, refusals }: Contended, nowMs: number): string {
  const words: string[] = [];
  if (waitingSinceMs !== undefined) {
    words.push(`${queue} ${queue === 1 ? "waits" : "wait"} now, the longest for ${formatDuration(nowMs - waitingSinceMs)}`);
    const [holder] = holders;
    if (holder === undefined) words.push("nobody holds just this: what stands in the way is held above or below it");
    else words.push(holders.length === 1 ? `${holder.agent} has held it for ${formatDuration(nowMs - holder.sinceMs)}` : `${holders.length} hold it`);
  }
  if (waitedMs > 0 && grants > 0 && waitMs !== undefined) words.push(grantWords(grants, waitMs.p50));
  if (waitedMs > 0 && holdMs !== undefined)
    words.push(
      holdMs.p95 > 4 * holdMs.p50 && holdMs.p95 > 1_000
        ? `some hold it long: p95 ${formatDuration(holdMs.p95)}`
        : `usually held for ${formatDuration(holdMs.p50)}`,
    );
  if (refusals > 0) words.push(`${plural(refusals, "wait was", "waits were")} in vain`);
  return words.length === 0 ? "nobody had to wait" : words.join("; ");
}

/** What waiting for it came to: of one grant there is no half. */
function grantWords(grants: number, p50Ms: number): string {
  if (grants === 1) return p50Ms > 0 ? `its one grant came after ${formatDuration(p50Ms)}` : "its one grant came at once";
  return p50Ms > 0 ? `half of ${plural(grants, "grant")} came after ${formatDuration(p50Ms)} or more` : `most of ${plural(grants, "grant")} came at once`;
}
