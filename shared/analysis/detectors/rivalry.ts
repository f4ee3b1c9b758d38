import type { Finding } from "../../model/index.ts";
import { findingId } from "./detector.ts";

/** One that believes to lead: in which term, of the engine or of its protocol, and since when it leads there, or shows it. */
export interface Believer {
  readonly agent: string;
  readonly term: string;
  readonly sinceMs: number;
}

/** Two that believe to lead one group. */
export interface Rivalry {
  readonly group: string;
  /** First the one that should not lead. */
  readonly believers: readonly [Believer, Believer];
  /** What else it is about: where the first one wrote. */
  readonly resources: readonly string[];
  /** Why we think so, signal by signal, in words. */
  readonly signals: readonly string[];
  readonly sinceMs: number;
  readonly plan: NonNullable<Finding["plan"]>;
}

export function findingOf({ group, believers: [one, other], resources, signals, sinceMs, plan }: Rivalry): Finding {
  return {
    finding: rivalryKey(group, one.agent),
    kind: "splitBrain",
    agents: [one.agent, other.agent],
    resources: [group, ...resources.filter((resource) => resource !== group)],
    because: [...signals],
    sinceMs,
    plan,
  };
}

/** The same agent in the same group is one finding, however it showed. */
export function rivalryKey(group: string, agent: string): string {
  return findingId("splitBrain", [group, agent]);
}
