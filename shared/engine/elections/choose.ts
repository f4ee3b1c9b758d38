import { formatDuration } from "../../analysis/words.ts";
import { type Candidate, type Election, rendezvousLeader, rendezvousWindow } from "../../model/index.ts";
import { plants } from "../../state/index.ts";

/** Whom a group's policy makes leader, and why this one, in words that are read long after. */
export interface Choice {
  readonly candidate: Candidate;
  readonly because: string;
}

/** The choice among the candidates of a group; undefined when there is none, or when it is an operator's. */
export function chooseLeader(election: Election, nowMs: number): Choice | undefined {
  const { settings, candidates } = election;
  const among = standing(election);
  const aside = candidates.length - among.length;
  const choice = chooseAmong(among, election, nowMs);
  if (choice === undefined || settings.policy === "operator") return undefined;
  const deposed = candidates.find(({ deposedMs }) => deposedMs !== undefined)?.agent;
  return aside === 0
    ? choice
    : { ...choice, because: `${choice.because} ${deposed} had been deposed and stood back${aside > 1 ? `, with ${aside - 1} more` : ""}.` };
}

/** Those among whom a leader is chosen: whoever was deposed stands back as long as anybody else is there. */
export function standing({ candidates }: Election): readonly Candidate[] {
  const others = candidates.filter(({ deposedMs }) => deposedMs === undefined || plants.deposedReturns);
  return others.length > 0 ? others : candidates;
}

/** Why somebody who is made leader by another's word would not lead for a moment; undefined when it would. */
export function overruledWhy({ settings, candidates, group }: Election, priority: number): string | undefined {
  if (settings.policy === "rendezvous") return `In ${group} the hash of the window says who leads; that takes another policy first.`;
  if (settings.policy !== "priority" || !settings.preempt) return undefined;
  const above = candidates.find((other) => other.deposedMs === undefined && other.priority > priority);
  return above && `${above.agent} has a higher priority and would take over at once; that takes its block first, or another policy.`;
}

function chooseAmong(among: readonly Candidate[], { group, settings }: Election, nowMs: number): Choice | undefined {
  const first = among.at(plants.lastCampaignsFirst ? -1 : 0);
  if (first === undefined) return undefined;
  if (settings.policy === "rendezvous") {
    const agent = rendezvousLeader({ group, windowMs: settings.windowMs }, among, nowMs);
    const { window } = rendezvousWindow(nowMs, settings.windowMs);
    const weights = among.reduce((sum, { weight }) => sum + weight, 0);
    const candidate = among.find((one) => one.agent === agent);
    if (candidate === undefined) return undefined;
    return { candidate, because: `The hash of window ${window} fell on it, with ${candidate.weight} of ${weights} shares.` };
  }
  if (settings.policy === "firstCome") return { candidate: first, because: byTurn(first, among, nowMs) };
  const refusedMs = ({ unconfirmedMs = -1 }: Candidate): number => (settings.policy === "quorum" ? unconfirmedMs : 0);
  // A quorum is asked about whom it refused longest ago or never; then the highest priority counts, then who came first.
  const comesBefore = (one: Candidate, other: Candidate): boolean => (refusedMs(one) - refusedMs(other) || other.priority - one.priority) < 0;
  const best = among.reduce((one, other) => (comesBefore(other, one) ? other : one));
  return { candidate: best, because: byPriority(best, among, nowMs) };
}

function byTurn(candidate: Candidate, among: readonly Candidate[], nowMs: number): string {
  if (among.length === 1) return "It was the only candidate.";
  return `It had campaigned longest of ${among.length}, for ${formatDuration(nowMs - candidate.enteredMs)}.`;
}

function byPriority(candidate: Candidate, among: readonly Candidate[], nowMs: number): string {
  if (among.length === 1) return "It was the only candidate.";
  const equal = among.filter(({ priority }) => priority === candidate.priority).length;
  if (equal === 1) return `Its priority ${candidate.priority} was the highest of ${among.length} candidates.`;
  return `${equal} of ${among.length} candidates had priority ${candidate.priority}, and of these it had campaigned longest, for ${formatDuration(nowMs - candidate.enteredMs)}.`;
}
