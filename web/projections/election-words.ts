import { formatDuration, plural } from "../../shared/analysis/words.ts";
import type { Ballot, Candidate, ElectedWhy, Election, ElectionPolicy, ElectionSettings, Leader, LeaderEndWhy } from "../../shared/model/index.ts";
import { names } from "./deadlock-words.ts";

/** How a policy chooses, for a list and for whoever meets it for the first time. */
export const policyWords: Readonly<Record<ElectionPolicy, { readonly label: string; readonly means: string }>> = {
  firstCome: { label: "first come", means: "whoever campaigned first leads" },
  priority: { label: "priority", means: "the highest priority leads" },
  rendezvous: { label: "rendezvous", means: "a hash of window and name says who leads" },
  operator: { label: "operator", means: "whom an operator appoints leads" },
  quorum: { label: "quorum", means: "the highest priority that a majority confirms leads" },
};

/** How it came to lead, as a sentence before the reason for this one and no other. */
const electedWords: Readonly<Record<ElectedWhy, string>> = {
  vacant: "Nobody led.",
  preempted: "It took over.",
  window: "The window turned.",
  // The reason says it all.
  appointed: "",
  handedOver: "",
  confirmed: "Put to the vote.",
};

/** Why it leads, as sentences: a person's reason ends where the next one begins. */
export function whyWords({ why, because }: Pick<Leader, "why" | "because">): string {
  const reason = /[.!?…]$/.test(because) ? because : `${because}.`;
  return electedWords[why] === "" ? reason : `${electedWords[why]} ${reason}`;
}

export const leaderEndWords: Readonly<Record<LeaderEndWhy, string>> = {
  resigned: "resigned",
  left: "left",
  handedOver: "handed over",
  expired: "its session expired",
  expelled: "was expelled",
  replaced: "its session was replaced",
  deposed: "was deposed",
  blocked: "was blocked",
  ineligible: "may not lead any more",
  preempted: "a higher priority came",
  window: "the window turned",
  appointed: "another was appointed",
};

/** Less than this is no difference that a person sees. */
const soonMs = 100;

/** `1st`, `2nd`, `3rd`, `412th`. */
export function ordinal(count: number): string {
  const tens = count % 100;
  const last = tens >= 11 && tens <= 13 ? 0 : count % 10;
  return `${count}${["th", "st", "nd", "rd"][last] ?? "th"}`;
}

/** The settings of a group as one reads them aloud. */
export function electionSettingsWords(settings: ElectionSettings): string {
  return [policyWords[settings.policy].label, ...settingsBesides(settings)].join(", ");
}

/** What is set beside the policy, a few words each. */
export function settingsBesides({ policy, preempt, windowMs, roles, labels, members, confirmMs, delayMs }: ElectionSettings): string[] {
  const words: string[] = [];
  if (policy === "priority") words.push(preempt ? "a higher priority takes over at once" : "nobody is pre-empted");
  if (policy === "rendezvous") words.push(`a window lasts ${formatDuration(windowMs)}`);
  if (policy === "quorum")
    words.push(members.length === 0 ? "the candidates vote" : `${plural(members.length, "member")} vote`, `a ballot is open ${formatDuration(confirmMs)}`);
  if (delayMs > 0) words.push(`${formatDuration(delayMs)} of quiet after a leader that was lost`);
  if (roles.length > 0) words.push(`only ${names(roles)}`);
  const wanted = Object.entries(labels).map(([label, value]) => `${label}=${value}`);
  if (wanted.length > 0) words.push(`only with ${names(wanted)}`);
  return words;
}

/** Those of a ballot's electorate that have not said a word. */
export function silentIn({ electorate, yes, no }: Ballot): string[] {
  return electorate.filter((agent) => !yes.includes(agent) && !no.includes(agent));
}

/** `1 yes of 3 needed, 5 members`. */
export const ballotWords = ({ yes, need, electorate }: Ballot): string => `${yes.length} yes of ${need} needed, ${plural(electorate.length, "member")}`;

/** Why a candidate does not lead, or that it does. */
export function standingWords(election: Election, candidate: Candidate, nowMs: number): string {
  const { leader, ballot, settings, frozen } = election;
  const { priority } = candidate;
  if (leader?.session === candidate.session) return "leads";
  if (candidate.deposedMs !== undefined) return `deposed ${ago(candidate.deposedMs, nowMs)}: leads again only when nobody else can`;
  if (ballot?.session === candidate.session) return "put to the vote";
  if (candidate.unconfirmedMs !== undefined) return `not confirmed ${ago(candidate.unconfirmedMs, nowMs)}: the others are asked first`;
  const leads = election.candidates.find(({ session }) => session === leader?.session);
  if (leads === undefined) return frozen !== undefined ? "the group is frozen" : settings.policy === "operator" ? "waits for an operator" : "stands by";
  switch (settings.policy) {
    case "firstCome":
      return candidate.enteredMs < leads.enteredMs
        ? "was there before it; nobody is pre-empted"
        : candidate.enteredMs - leads.enteredMs < soonMs
          ? "came just after it"
          : `came ${formatDuration(candidate.enteredMs - leads.enteredMs)} later`;
    case "priority":
    case "quorum":
      if (priority > leads.priority) return `above the ${leads.priority} of ${leads.agent}; nobody is pre-empted`;
      return priority === leads.priority ? `as much as ${leads.agent}; came later` : `below the ${leads.priority} of ${leads.agent}`;
    case "rendezvous":
      return `the hash falls on ${leads.agent}`;
    case "operator":
      return "not appointed";
  }
}

const ago = (atMs: number, nowMs: number): string => `${formatDuration(Math.max(0, nowMs - atMs))} ago`;
