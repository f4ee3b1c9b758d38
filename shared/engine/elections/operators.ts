import {
  type Actor,
  type Cause,
  type CommandOf,
  defaultElectionSettings,
  type Election,
  type EventBody,
  limits,
  type OperatorCommand,
} from "../../model/index.ts";
import { electionOf, plants, type State } from "../../state/index.ts";
import { type Decision, refuse } from "../decision.ts";
import { overtakeBallot } from "./ballots.ts";
import { withdraw } from "./candidates.ts";
import { overruledWhy } from "./choose.ts";
import { ineligibleWhy } from "./eligible.ts";
import { appoint, endLeader } from "./leaders.ts";

type ByOperator = CommandOf<OperatorCommand, `election.${string}` & OperatorCommand["type"]>;

/** An operator's act on an election. What follows from it, another leader, is settled by the group's policy. */
export function operateElections(state: State, actor: Actor, command: ByOperator, nowMs: number, cause: Cause): Decision {
  const { group, reason } = command;
  const known = state.elections.get(group);
  if (known === undefined && state.elections.size >= limits.elections) return refuse("limit", `At most ${limits.elections} groups have an election.`);
  const election = known ?? electionOf(state, group, nowMs);
  const by = { actor, reason };
  switch (command.type) {
    case "election.configure":
      if (command.settings === null && known?.configured === undefined) return refuse("notFound", `${group} is not set up.`, { field: "group" });
      return { events: configure(state, election, command, actor, nowMs, cause) };
    case "election.depose": {
      if (election.leader === undefined) return refuse("notFound", `Nobody leads ${group}.`, { field: "term" });
      if (election.leader.term !== command.term && !plants.deposeUnnamed) {
        const { agent, term } = election.leader;
        return refuse("notFound", `Term ${command.term} of ${group} is over; ${agent} leads in term ${term} now. Nobody was deposed.`, { field: "term" });
      }
      return { events: withCause(endLeader(election, "deposed", nowMs, by), cause) };
    }
    case "election.appoint": {
      if (election.frozen !== undefined && !plants.appointedOnIce)
        return refuse("conflict", `${group} is frozen by ${election.frozen.by}: ${election.frozen.reason}`, { field: "group" });
      const candidate = election.candidates.find(({ agent }) => agent === command.agent);
      if (candidate === undefined) return refuse("notFound", `${command.agent} does not campaign in ${group}.`, { field: "agent" });
      if (election.leader?.session === candidate.session) return refuse("conflict", `${command.agent} leads ${group} already.`, { field: "agent" });
      const overruled = overruledWhy(election, candidate.priority);
      if (overruled !== undefined) return refuse("unsupported", overruled, { field: "agent" });
      return { events: withCause(appoint(state, election, candidate, actor, reason, nowMs), cause) };
    }
    case "election.block": {
      if (election.blocked.some(({ agent }) => agent === command.agent)) return refuse("conflict", `${command.agent} is blocked already.`, { field: "agent" });
      if (election.blocked.length >= limits.blockedPerGroup) return refuse("limit", `At most ${limits.blockedPerGroup} agents are blocked in a group.`);
      const candidate = election.candidates.find(({ agent }) => agent === command.agent);
      const out = candidate === undefined ? [] : withdraw(election, candidate, "blocked", nowMs, by);
      return { events: [{ type: "candidate.blocked", group, agent: command.agent, ...by, cause }, ...out] };
    }
    case "election.unblock":
      if (!election.blocked.some(({ agent }) => agent === command.agent)) return refuse("notFound", `${command.agent} is not blocked.`, { field: "agent" });
      return { events: [{ type: "candidate.unblocked", group, agent: command.agent, ...by, cause }] };
    case "election.freeze":
      if (election.frozen !== undefined) return refuse("conflict", `${group} is frozen already, by ${election.frozen.by}: ${election.frozen.reason}`);
      return { events: [...overtakeBallot(election), { type: "election.frozen", group, ...by, cause }] };
    case "election.thaw":
      if (election.frozen === undefined) return refuse("notFound", `${group} is not frozen.`, { field: "group" });
      return { events: [{ type: "election.thawed", group, ...by, cause }] };
  }
}

/** New settings: whoever may not lead under them goes, and a ballot is begun anew. */
function configure(
  state: State,
  election: Election,
  command: CommandOf<ByOperator, "election.configure">,
  actor: Actor,
  nowMs: number,
  cause: Cause,
): EventBody[] {
  const { group, reason, settings } = command;
  const events: EventBody[] = [{ type: "election.configured", group, settings, actor, reason, cause }];
  events.push(...overtakeBallot(election));
  const under = { ...election, ballot: undefined, settings: settings ?? defaultElectionSettings };
  for (const candidate of election.candidates) {
    const session = state.sessions.get(candidate.session);
    if (session === undefined || ineligibleWhy(under.settings, session) === undefined) continue;
    events.push(...withdraw(under, candidate, "ineligible", nowMs, { actor, reason }));
  }
  return events;
}

/** The sender's retry finds its answer by the first event. */
function withCause(events: readonly EventBody[], cause: Cause): EventBody[] {
  return events.map((event, index) => (index === 0 ? { ...event, cause } : event));
}
