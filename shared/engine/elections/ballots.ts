import {
  type AgentCommand,
  type Ballot,
  type Candidate,
  type Cause,
  type CommandOf,
  type Election,
  type EventBody,
  limits,
  type Session,
} from "../../model/index.ts";
import { nextFence, plants, type State } from "../../state/index.ts";
import { type Decision, refuse } from "../decision.ts";
import { standing } from "./choose.ts";

type Body<T extends EventBody["type"]> = Extract<EventBody, { type: T }>;

/**
 * Opens a ballot on the next candidate, when enough members are here to confirm it: those who campaign in the group or
 * observe it are told of it. Its number is a fence that nobody had: it becomes the term.
 */
export function openBallot(state: State, election: Election, nominee: Candidate, nowMs: number): Body<"ballot.opened"> | undefined {
  const electorate = electorateOf(election);
  const need = plants.quorumTooSmall ? Math.max(1, Math.floor(electorate.length / 2)) : Math.floor(electorate.length / 2) + 1;
  const here = membersHere(state, election);
  if (electorate.filter((agent) => here.has(agent)).length < need) return undefined;
  const ballot: Ballot = {
    ballot: nextFence(state.lastFence),
    session: nominee.session,
    agent: nominee.agent,
    electorate: [...electorate],
    need,
    yes: electorate.includes(nominee.agent) ? [nominee.agent] : [],
    no: [],
    sinceMs: nowMs,
    untilMs: nowMs + election.settings.confirmMs,
  };
  return { type: "ballot.opened", group: election.group, ballot };
}

/** Who confirms: the members by name, or else whoever campaigns. */
function electorateOf({ settings, candidates }: Election): readonly string[] {
  return settings.members.length > 0 ? settings.members : candidates.map(({ agent }) => agent).slice(0, limits.membersPerGroup);
}

function membersHere(state: State, { group, candidates }: Election): ReadonlySet<string> {
  const here = new Set(candidates.map(({ agent }) => agent));
  for (const session of state.observers.get(group) ?? []) {
    const agent = state.sessions.get(session)?.agent;
    if (agent !== undefined) here.add(agent);
  }
  return here;
}

/** One member's word on the ballot that is open. It is given once, whatever session it comes from. */
export function vote(state: State, session: Session, command: CommandOf<AgentCommand, "election.vote">, nowMs: number, cause: Cause): Decision {
  const { group, yes } = command;
  const ballot = state.elections.get(group)?.ballot;
  if (ballot === undefined || ballot.ballot !== command.ballot || ballot.untilMs <= nowMs)
    return refuse("notFound", `Ballot ${command.ballot} of ${group} is over.`, { field: "ballot" });
  if (!ballot.electorate.includes(session.agent)) return refuse("conflict", `${session.agent} is no member of ${group}: it has no vote.`, { field: "group" });
  const voted = ballot.yes.includes(session.agent) || ballot.no.includes(session.agent);
  if (voted && !plants.voteTwice) return refuse("conflict", `${session.agent} has voted in ballot ${ballot.ballot} already.`, { field: "ballot" });
  return { events: [{ type: "ballot.voted", group, session: session.session, agent: session.agent, ballot: ballot.ballot, yes, cause }] };
}

/**
 * Ends a ballot that cannot be won any more, or whose time is over. When all others who could be asked were refused as well,
 * everybody waits a while.
 */
export function closeBallot(election: Election, ballot: Ballot, why: "refused" | "timeout", nowMs: number): Body<"ballot.closed"> {
  const { leader, vacantMs = 0 } = election;
  const untried = standing(election).some(({ session, unconfirmedMs = -1 }) => session !== ballot.session && unconfirmedMs < vacantMs);
  const coolingUntilMs = leader !== undefined || untried ? undefined : nowMs + election.settings.confirmMs;
  return ballotClosed(election, ballot, why, coolingUntilMs);
}

/** Ends the ballot that is open, if one is, because of something else. */
export function overtakeBallot(election: Election): EventBody[] {
  return election.ballot === undefined ? [] : [ballotClosed(election, election.ballot, "overtaken")];
}

export function ballotClosed(
  { group }: Election,
  { session, agent, ballot }: Ballot,
  why: Body<"ballot.closed">["why"],
  coolingUntilMs?: number,
): Body<"ballot.closed"> {
  return { type: "ballot.closed", group, session, agent, ballot, why, ...(coolingUntilMs !== undefined && { coolingUntilMs }) };
}
