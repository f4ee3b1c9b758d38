import type { State } from "../../../shared/state/index.ts";
import { agentFacts, type Filter } from "../../app/filter.ts";
import type { LaneBy, LaneView, Segment } from "../../projections/lanes-model.ts";
import { firstEndingAfter, lastingAt } from "../../projections/lanes-rows.ts";
import { isHold } from "../../projections/lanes-words.ts";

/** Which lanes a filter lets through, by what is true now; an agent that left is still found by its name. */
export function laneFilter(filter: Filter, by: LaneBy, state: State | null, nowMs: number): (lane: LaneView) => boolean {
  if (by === "agent") return (lane) => filter.agent(factsOfAgent(lane, state));
  return (lane) => filter.resource(by === "group" ? factsOfGroup(lane, nowMs) : factsOfResource(lane, nowMs));
}

function factsOfAgent(lane: LaneView, state: State | null) {
  const session = state?.sessions.get(state.agents.get(lane.key) ?? "");
  if (state !== null && session !== undefined) return agentFacts(state, session);
  return { agent: lane.key, states: ["left"], words: () => lane.key.toLowerCase(), paths: () => [] };
}

/** The states that the list of groups knows, as far as a lane shows them. */
function factsOfGroup(lane: LaneView, nowMs: number) {
  const lasting = lane.bars.map((row) => lastingAt(row, nowMs)).filter((segment): segment is Segment => segment !== undefined && segment.endMs > nowMs);
  const agentsOf = (kind: Segment["kind"]) => lasting.flatMap((segment) => (segment.kind === kind && segment.agent !== null ? [segment.agent] : []));
  const states = { leads: "led", vacant: "vacant", ballot: "voting" } as const;
  return {
    resource: lane.key,
    holders: agentsOf("leads"),
    waiters: agentsOf("ballot"),
    states: lasting.map(({ kind }) => states[kind as keyof typeof states] ?? ""),
  };
}

function factsOfResource(lane: LaneView, nowMs: number) {
  const lasting = [...lane.bars, ...lane.backdrop]
    .map((row) => lastingAt(row, nowMs))
    // What is intended may begin later.
    .concat(lane.plans.map((row) => row.at(firstEndingAfter(row, nowMs))))
    .filter((segment): segment is Segment => segment !== undefined && segment.endMs > nowMs);
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
