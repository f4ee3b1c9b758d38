import { type Ballot, type Election, type EventBody, rendezvousWindow } from "../../model/index.ts";
import { plants, type State } from "../../state/index.ts";
import { ballotClosed, closeBallot, openBallot } from "./ballots.ts";
import { chooseLeader } from "./choose.ts";
import { elect } from "./leaders.ts";

/** The groups in which an event may bring another leader. */
export function groupOpenedBy(event: EventBody): string | undefined {
  switch (event.type) {
    case "candidate.left":
    case "leader.ended":
      return event.why === "expired" && plants.successionForgotten ? undefined : event.group;
    case "election.configured":
    case "leader.delayEnded":
    case "election.thawed":
    case "candidate.entered":
    case "ballot.voted":
    case "ballot.opened":
    case "ballot.closed":
    case "group.observed":
      return event.group;
    default:
      return undefined;
  }
}

/**
 * The next event that a group's election comes to by itself, or undefined when it is at rest. Asked again after each: the
 * end of a delay, or of a ballot, leaves a vacancy; a vacancy opens a ballot, a ballot that is won makes a leader.
 */
export function settleElection(state: State, group: string, nowMs: number): EventBody | undefined {
  const election = state.elections.get(group);
  if (election === undefined || (election.frozen !== undefined && !plants.electionFreezeIgnored)) return undefined;
  if (election.ballot !== undefined) return settleBallot(state, election, election.ballot, nowMs);
  if (election.coolingUntilMs !== undefined) return election.coolingUntilMs > nowMs ? undefined : { type: "leader.delayEnded", group };
  return election.leader === undefined ? fill(state, election, nowMs) : takeOver(state, election, nowMs);
}

/** Nobody leads: the policy's choice does, or is put to the vote. */
function fill(state: State, election: Election, nowMs: number): EventBody | undefined {
  const choice = chooseLeader(election, nowMs);
  if (choice === undefined) return undefined;
  if (election.settings.policy === "quorum") {
    const passedBy = plants.refusedForEver && choice.candidate.unconfirmedMs !== undefined;
    return passedBy ? undefined : openBallot(state, election, choice.candidate, nowMs);
  }
  return elect(state, election, choice.candidate, { why: "vacant", because: choice.because }, nowMs);
}

/** Somebody leads: another takes over where the policy says so. */
function takeOver(state: State, election: Election, nowMs: number): EventBody | undefined {
  const { settings, leader, group } = election;
  if (leader === undefined) return undefined;
  if (settings.policy === "rendezvous") {
    const choice = chooseLeader(election, nowMs);
    if (choice === undefined) return undefined;
    if (choice.candidate.session !== leader.session)
      return elect(state, election, choice.candidate, { why: "window", endsAs: "window", because: choice.because }, nowMs);
    const turnMs = rendezvousWindow(nowMs, settings.windowMs).untilMs;
    return turnMs === leader.turnMs ? undefined : { type: "leader.kept", group, term: leader.term, turnMs };
  }
  if (settings.policy !== "priority" || !settings.preempt) return undefined;
  const own = election.candidates.find(({ session }) => session === leader.session);
  const choice = chooseLeader(election, nowMs);
  if (choice === undefined || own === undefined || plants.preemptionForgotten) return undefined;
  if (plants.equalPreempts ? choice.candidate === own : choice.candidate.priority <= own.priority) return undefined;
  const because = `Its priority ${choice.candidate.priority} was above the ${own.priority} of ${leader.agent}, who led until then.`;
  return elect(state, election, choice.candidate, { why: "preempted", endsAs: "preempted", because }, nowMs);
}

function settleBallot(state: State, election: Election, ballot: Ballot, nowMs: number): EventBody | undefined {
  const nominee = election.candidates.find(({ session }) => session === ballot.session);
  if (nominee === undefined) return plants.ballotOutlives ? undefined : ballotClosed(election, ballot, "nomineeGone");
  if (ballot.yes.length >= ballot.need) {
    const because = `${ballot.yes.length} of ${ballot.electorate.length} members confirmed it, ${ballot.need} were needed: ${ballot.yes.join(", ")}.`;
    return elect(state, election, nominee, { why: "confirmed", endsAs: "handedOver", because, term: ballot.ballot, confirmedBy: ballot.yes }, nowMs);
  }
  if (ballot.electorate.length - ballot.no.length < ballot.need) return closeBallot(election, ballot, "refused", nowMs);
  return ballot.untilMs <= nowMs ? closeBallot(election, ballot, "timeout", nowMs) : undefined;
}
