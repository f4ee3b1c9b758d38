import type { State } from "../../state/index.ts";
import { overlaps } from "../../state/index.ts";

/** The agents that are here and that a target names, in the order of their ids. */
export function targetsOf(state: State, target: string): string[] {
  if (!target.includes("*")) return state.agents.has(target) ? [target] : [];
  return [...state.agents.keys()].filter((agent) => isTarget(target, agent)).sort();
}

/** Does a target name this agent? `*` stands for any characters. */
export function isTarget(target: string, agent: string): boolean {
  return target === agent || (target.includes("*") && overlaps(target, agent));
}
