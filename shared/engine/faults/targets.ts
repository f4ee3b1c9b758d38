import { type Fault, type FaultKind, serverFaultKinds, serverTarget } from "../../model/index.ts";
import type { State } from "../../state/index.ts";
import { overlaps } from "../../state/index.ts";

/** The names and patterns that a target is made of. */
export function namesIn(target: string): string[] {
  return target.split(",");
}

/** The agents that are here and that a target names, in the order of their ids. */
export function targetsOf(state: State, target: string): string[] {
  if (!target.includes("*")) return [...new Set(namesIn(target))].filter((agent) => state.agents.has(agent)).sort();
  return [...state.agents.keys()].filter((agent) => isTarget(target, agent)).sort();
}

/** Does a target name this agent? `*` stands for any characters, commas stand between several. */
export function isTarget(target: string, agent: string): boolean {
  return namesIn(target).some((name) => name === agent || (name.includes("*") && overlaps(name, agent)));
}

const ofServer: ReadonlySet<FaultKind> = new Set(serverFaultKinds);

/** Does a fault strike the server or the viewers, and not the agents that its target would name? */
export function strikesServer({ kind, target }: Pick<Fault, "kind" | "target">): boolean {
  return ofServer.has(kind) || (kind === "clockJump" && target === serverTarget);
}
