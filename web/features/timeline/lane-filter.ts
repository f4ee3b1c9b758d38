import type { State } from "../../../shared/state/index.ts";
import { agentFacts, type Filter } from "../../app/filter.ts";
import type { Lane, LaneBy, Segment } from "../../projections/lanes-model.ts";
import { isHold } from "../../projections/lanes-words.ts";

/** Which lanes a filter lets through, by what is true now; an agent that left is still found by its name. */
export function laneFilter(filter: Filter, by: LaneBy, state: State | null): (lane: Lane) => boolean {
  return by === "agent" ? (lane) => filter.agent(factsOfAgent(lane, state)) : (lane) => filter.resource(factsOfResource(lane));
}

function factsOfAgent(lane: Lane, state: State | null) {
  const session = state?.sessions.get(state.agents.get(lane.key) ?? "");
  if (state !== null && session !== undefined) return agentFacts(state, session);
  return { agent: lane.key, states: ["left"], words: () => lane.key.toLowerCase(), paths: () => [] };
}

function factsOfResource(lane: Lane) {
  const lasting = [...lane.bars.map((row) => row.at(-1)), ...lane.plans.flat(), ...lane.backdrop.map((row) => row.at(-1))].filter(
    (segment): segment is Segment => segment !== undefined && segment.end === undefined,
  );
  const agentsOf = (test: (segment: Segment) => boolean) => lasting.filter(test).flatMap(({ agent }) => (agent === null ? [] : [agent]));
  return {
    resource: lane.key,
    holders: agentsOf(isHold),
    waiters: agentsOf(({ kind }) => kind === "waiting"),
    intending: agentsOf(({ kind }) => kind === "intent"),
    frozen: lasting.some(({ kind }) => kind === "frozen"),
    cooling: lasting.some(({ kind }) => kind === "cooling"),
  };
}
