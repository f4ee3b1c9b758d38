import {
  type AgentCommand,
  type Candidate,
  type CandidateEndWhy,
  type Cause,
  type CommandOf,
  type Election,
  type EventBody,
  limits,
  type Session,
} from "../../model/index.ts";
import { electionOf, plants, type State } from "../../state/index.ts";
import { type Decision, done, refuse } from "../decision.ts";
import { ineligibleWhy } from "./eligible.ts";
import { endLeader } from "./leaders.ts";

type Command<T extends AgentCommand["type"]> = CommandOf<AgentCommand, T>;

/** Enters a group's election, or enters it anew with another priority, weight or value; keeps its place in that case. */
export function campaign(state: State, session: Session, command: Command<"election.campaign">, nowMs: number, cause: Cause): Decision {
  const { group, priority, weight, value } = command;
  const election = electionOf(state, group, nowMs);
  const isNew = !state.elections.has(group);
  const settings = isNew && command.settings !== undefined ? command.settings : election.settings;
  const blocked = election.blocked.find(({ agent }) => agent === session.agent);
  if (blocked !== undefined && !plants.blockIgnored)
    return refuse("conflict", `${blocked.by} keeps ${session.agent} out of ${group}: ${blocked.reason}`, { field: "group" });
  const why = ineligibleWhy(settings, session);
  if (why !== undefined) return refuse("conflict", `${session.agent} may not lead ${group}: ${why}`, { field: "group" });
  const known = election.candidates.find((candidate) => candidate.session === session.session);
  const full = fullOf(state, election, isNew, known, session);
  if (full !== undefined) return full;
  const candidate: Candidate = { session: session.session, agent: session.agent, priority, weight, value, enteredMs: known?.enteredMs ?? nowMs };
  return { events: [{ type: "candidate.entered", group, candidate, ...(isNew && command.settings !== undefined && { settings }), cause }] };
}

function fullOf(state: State, election: Election, isNew: boolean, known: Candidate | undefined, session: Session): Decision | undefined {
  if (isNew && state.elections.size >= limits.elections) return refuse("limit", `At most ${limits.elections} groups have an election.`, { field: "group" });
  if (known !== undefined) return undefined;
  if (election.candidates.length >= limits.candidatesPerGroup)
    return refuse("limit", `At most ${limits.candidatesPerGroup} candidates a group.`, { field: "group" });
  if ((state.bySession.get(session.session)?.campaigns.size ?? 0) >= limits.groupsPerSession)
    return refuse("limit", `At most ${limits.groupsPerSession} groups a session; resign from some.`, { field: "group" });
  return undefined;
}

/** Leads no more, if it did, and campaigns no more. */
export function resign(state: State, session: Session, command: Command<"election.resign">, nowMs: number, cause: Cause): Decision {
  const election = state.elections.get(command.group);
  if (election === undefined || !isCandidate(election, session.session)) return done;
  return { events: withdraw(election, session, "resigned", nowMs, { cause }) };
}

/** Who takes a candidate out and why, where it was not the candidate itself. */
export interface Withdrawal {
  readonly actor?: Extract<EventBody, { type: "leader.ended" }>["actor"];
  readonly reason?: string;
  readonly cause?: Cause;
}

/** Takes a candidate out of a group: its leadership ends with it, and a ballot on it when the election is settled. */
export function withdraw(
  election: Election,
  { session, agent }: Pick<Session, "session" | "agent">,
  why: CandidateEndWhy,
  nowMs: number,
  { actor, reason, cause }: Withdrawal = {},
): EventBody[] {
  const by = { ...(actor && { actor }), ...(reason !== undefined && { reason }) };
  const events: EventBody[] = [];
  if (election.leader?.session === session && !plants.leaderOutlivesSession) events.push(...endLeader(election, why, nowMs, by));
  events.push({ type: "candidate.left", group: election.group, session, agent, why, ...(cause && { cause }) });
  return events;
}

/** A session's end takes it out of every group. */
export function withdrawAll(state: State, session: Session, why: CandidateEndWhy, nowMs: number, by: Withdrawal): EventBody[] {
  const events: EventBody[] = [];
  for (const group of state.bySession.get(session.session)?.campaigns ?? []) {
    const election = state.elections.get(group);
    if (election !== undefined) events.push(...withdraw(election, session, why, nowMs, by));
  }
  return events;
}

export function isCandidate(election: Election, session: string): boolean {
  return election.candidates.some((candidate) => candidate.session === session);
}
