import type { Recording } from "../../../shared/model/index.ts";

/** What a recording was begun for. */
export function whyWords({ why, by, about }: Pick<Recording, "why" | "by" | "about">): string {
  switch (why) {
    case "operator":
      return `by ${by}`;
    case "deadlock":
    case "livelock":
      return `by itself, for a ${why}`;
    case "expelled":
      return `by itself, for ${about[0] ?? "an agent"} was expelled`;
    case "splitBrain":
      return "by itself, for two believed that they lead";
    case "brokenRule":
      return "by itself, for a rule was broken";
  }
}

const kinds: Readonly<Record<string, string>> = {
  deadlock: "deadlocks",
  livelock: "livelocks",
  starvation: "starving",
  convoy: "convoys",
  staleHolder: "stale holders",
  priorityInversion: "inversions",
  lockOrder: "lock orders",
  splitBrain: "split brains",
  expired: "expired",
  expelled: "expelled",
  forced: "forced",
  overheld: "held too long",
  conflict: "conflicts",
  refused: "refused",
  fault: "faults",
};

/** `3 deadlocks, 2 faults`, the most first. */
export function anomalyWords(anomalies: Readonly<Record<string, number>> | undefined): string {
  return Object.entries(anomalies ?? {})
    .sort(([, left], [, right]) => right - left)
    .slice(0, 4)
    .map(([kind, count]) => `${count} ${kinds[kind] ?? kind}`)
    .join(", ");
}

export function sizeText(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
