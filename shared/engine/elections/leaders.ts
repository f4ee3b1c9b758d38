import {
  type Actor,
  type AgentCommand,
  type Candidate,
  type Cause,
  type CommandOf,
  type ElectedWhy,
  type Election,
  type EventBody,
  type Leader,
  type LeaderEndWhy,
  limits,
  rendezvousWindow,
  type Session,
} from "../../model/index.ts";
import { compareFences, nextFence, plants, type State } from "../../state/index.ts";
import { type Decision, done, type Refusal, refuse } from "../decision.ts";
import { openBallot, overtakeBallot } from "./ballots.ts";
import { overruledWhy } from "./choose.ts";

type Command<T extends AgentCommand["type"]> = CommandOf<AgentCommand, T>;
type Body<T extends EventBody["type"]> = Extract<EventBody, { type: T }>;
type By = { readonly actor?: Actor; readonly reason?: string };

/** These a leader does by itself: it stops before it says so. */
const ownAccord: ReadonlySet<LeaderEndWhy> = new Set<LeaderEndWhy>(["resigned", "left", "handedOver"]);

/** Makes a candidate leader under a new term; whoever leads until now ends in the same event. */
export function elect(
  state: State,
  election: Election,
  candidate: Candidate,
  how: { readonly why: ElectedWhy; readonly because: string; readonly endsAs?: LeaderEndWhy; readonly term?: string; readonly confirmedBy?: readonly string[] },
  nowMs: number,
): Body<"leader.elected"> {
  const { settings, leader: former } = election;
  const leader: Leader = {
    session: candidate.session,
    agent: candidate.agent,
    term: how.term ?? (plants.termReused ? laterOf(election.lastTerm, "1") : nextFence(state.lastFence)),
    sinceMs: nowMs,
    value: candidate.value,
    why: how.why,
    because: how.because.slice(0, limits.reasonLength),
    ...(settings.policy === "rendezvous" && { turnMs: rendezvousWindow(nowMs, settings.windowMs).untilMs }),
  };
  const after = former && { session: former.session, agent: former.agent, term: former.term, why: how.endsAs ?? "window", ledMs: nowMs - former.sinceMs };
  return {
    type: "leader.elected",
    group: election.group,
    leader,
    ...(after && !(plants.followsUnnamed && how.why === "appointed") && { after }),
    ...(how.confirmedBy && { confirmedBy: [...how.confirmedBy] }),
  };
}

function laterOf(term: string, least: string): string {
  return compareFences(term, least) > 0 ? term : least;
}

/**
 * Nobody leads from now on, and a ballot on its heir is over. Who did not go by itself may still be writing: the group's
 * delay gives it time to notice.
 */
export function endLeader(election: Election, why: LeaderEndWhy, nowMs: number, by: By = {}): EventBody[] {
  const { session, agent, term, sinceMs } = election.leader as Leader;
  const delayMs = ownAccord.has(why) || plants.leaderDelaySkipped ? 0 : election.settings.delayMs;
  const delay = delayMs > 0 ? { coolingUntilMs: nowMs + delayMs } : {};
  return [...overtakeBallot(election), { type: "leader.ended", group: election.group, session, agent, term, why, ledMs: nowMs - sinceMs, ...delay, ...by }];
}

/** Says what the group's followers are to know: an address, a version, a plan. */
export function proclaim(state: State, session: Session, command: Command<"election.proclaim">, cause: Cause): Decision {
  const refused = notLeader(state, session, command, command.type);
  if (refused !== undefined) return refused;
  const { group, term, value } = command;
  return { events: [{ type: "leader.proclaimed", group, session: session.session, agent: session.agent, term, value, cause }] };
}

/** A leader asks whether it still is one: so, or refused and written down. */
export function assertLeads(state: State, session: Session, command: Command<"election.assert">): Decision {
  return notLeader(state, session, command, command.type) ?? done;
}

/**
 * Another candidate leads from now on. Nobody could have seen the group without a leader. Where a quorum confirms leaders,
 * it is asked first, and whoever leads goes on until then.
 */
export function handOver(state: State, session: Session, command: Command<"election.handOver">, nowMs: number, cause: Cause): Decision {
  const refused = notLeader(state, session, command, command.type);
  if (refused !== undefined) return refused;
  const election = state.elections.get(command.group) as Election;
  if (election.frozen !== undefined && !plants.electionFreezeIgnored)
    return refuse("conflict", `${command.group} is frozen by ${election.frozen.by}: ${election.frozen.reason}`, { field: "group" });
  if (command.to === session.agent) return refuse("invalid", "It leads already.", { field: "to" });
  const heir = election.candidates.find(({ agent }) => agent === command.to);
  if (heir === undefined) return refuse("notFound", `${command.to} does not campaign in ${command.group}.`, { field: "to" });
  const overruled = overruledWhy(election, heir.priority);
  if (overruled !== undefined) return refuse("unsupported", overruled, { field: "to" });
  if (election.settings.policy === "quorum" && !plants.handedPastQuorum) return askForHeir(state, election, heir, nowMs, cause);
  const because = `${session.agent} handed over to it.`;
  const elected = { ...elect(state, election, heir, { why: "handedOver", endsAs: "handedOver", because }, nowMs), cause };
  return plants.handOverGap ? { events: [...endLeader(election, "handedOver", nowMs), { ...elected, after: undefined }] } : { events: [elected] };
}

function askForHeir(state: State, election: Election, heir: Candidate, nowMs: number, cause: Cause): Decision {
  if (election.ballot !== undefined) return refuse("conflict", `A ballot on ${election.ballot.agent} is open; wait for its end.`, { field: "to" });
  const ballot = openBallot(state, election, heir, nowMs);
  if (ballot === undefined) return refuse("conflict", `Too few members of ${election.group} are here to confirm ${heir.agent}.`, { field: "to" });
  return { events: [{ ...ballot, cause }] };
}

/** An operator's choice. Takes over from whoever leads. */
export function appoint(state: State, election: Election, candidate: Candidate, actor: Actor, reason: string, nowMs: number): EventBody[] {
  const because = `${actor.principal} appointed it: ${reason}`;
  const elected = elect(state, election, candidate, { why: "appointed", endsAs: "appointed", because }, nowMs);
  return [...overtakeBallot(election), { ...elected, actor, reason }];
}

/** The refusal of whoever does not lead in that term, with a note of it; undefined when it does. */
function notLeader(state: State, session: Session, { group, term }: { readonly group: string; readonly term: string }, command: string): Refusal | undefined {
  const election = state.elections.get(group);
  const leader = election?.leader;
  if (leader !== undefined && leader.session === session.session && (leader.term === term || plants.oldTermAccepted)) return undefined;
  const now = leader === undefined ? "nobody leads it" : `${leader.agent} leads it in term ${leader.term}`;
  const refusal = refuse("notLeader", `${session.agent} does not lead ${group} in term ${term}; ${now}. Stop what you do as its leader.`, { field: "term" });
  const { session: id, agent } = session;
  const noted: EventBody = {
    type: "leader.refused",
    group,
    session: id,
    agent,
    command,
    term,
    leader: leader?.agent ?? null,
    current: election?.lastTerm ?? "0",
  };
  return { ...refusal, noted: [noted] };
}
