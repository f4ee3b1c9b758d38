import type { Ballot, Election, Event, Leader } from "../../shared/model/index.ts";
import type { LaneBounds, Lanes } from "./lanes-model.ts";
import { type Beginning, begin, finish, finishSinceUnknown } from "./lanes-segments.ts";

/** What the events so far tell of a group. */
export interface KnownGroup {
  /** Sessions that campaign. */
  readonly candidates: Set<string>;
  /** Somebody leads. */
  led: boolean;
}

/** Adds what a group is at: its term, or that nobody leads, and the vote that is under way. */
export function foldPresentGroup(lanes: Lanes, election: Election, add: (beginning: Beginning) => void): void {
  const { group, candidates, leader, ballot, vacantMs } = election;
  const known = groupOf(lanes, group);
  for (const { session } of candidates) known.candidates.add(session);
  known.led = leader !== undefined;
  if (leader !== undefined) add(termOf(group, leader));
  else if (vacantMs !== undefined && candidates.length > 0) add(vacancyOf(group, vacantMs));
  if (ballot !== undefined) add(ballotOf(group, ballot));
}

/** Begins and ends terms, vacancies and ballots; false when the event is about none. */
export function foldGroups(lanes: Lanes, event: Event, bounds: LaneBounds): boolean {
  switch (event.type) {
    case "candidate.entered": {
      const known = groupOf(lanes, event.group);
      known.candidates.add(event.candidate.session);
      // Whether somebody leads is only known of a group that is new, or when nothing came before.
      return (event.settings !== undefined || lanes.fromPosition === 0) && beginVacancy(lanes, event.group, event.atMs, bounds);
    }
    case "candidate.left": {
      const known = groupOf(lanes, event.group);
      known.candidates.delete(event.session);
      // Nobody would lead any more: nothing is vacant.
      return known.candidates.size === 0 && finish(lanes, vacancyKey(event.group), event.atMs, "over", bounds) !== undefined;
    }
    case "leader.elected": {
      const { group, leader, after, atMs } = event;
      if (after !== undefined) endTerm(lanes, { ...after, group }, atMs, bounds);
      finish(lanes, vacancyKey(group), atMs, "elected", bounds);
      finish(lanes, ballotKey(leader.term), atMs, "elected", bounds);
      groupOf(lanes, group).led = true;
      begin(lanes, termOf(group, leader), bounds);
      return true;
    }
    case "leader.ended":
      endTerm(lanes, event, event.atMs, bounds);
      groupOf(lanes, event.group).led = false;
      beginVacancy(lanes, event.group, event.atMs, bounds);
      return true;
    case "ballot.opened":
      begin(lanes, ballotOf(event.group, event.ballot), bounds);
      return true;
    case "ballot.closed":
      finishSinceUnknown(lanes, { key: ballotKey(event.ballot), kind: "ballot", agent: event.agent, resources: [event.group] }, event.atMs, event.why, bounds);
      return true;
    default:
      return false;
  }
}

function beginVacancy(lanes: Lanes, group: string, atMs: number, bounds: LaneBounds): boolean {
  const { candidates, led } = groupOf(lanes, group);
  if (led || candidates.size === 0 || lanes.open.has(vacancyKey(group))) return false;
  begin(lanes, vacancyOf(group, atMs), bounds);
  return true;
}

function endTerm(
  lanes: Lanes,
  {
    group,
    agent,
    term,
    why,
  }: { readonly group: string; readonly agent: string; readonly term: string; readonly why: Extract<Event, { type: "leader.ended" }>["why"] },
  atMs: number,
  bounds: LaneBounds,
): void {
  finishSinceUnknown(lanes, { key: termKey(term), kind: "leads", agent, resources: [group], fence: term }, atMs, why, bounds);
}

function groupOf(lanes: Lanes, group: string): KnownGroup {
  const known = lanes.known.get(group);
  if (known !== undefined) return known;
  const made = { candidates: new Set<string>(), led: false };
  lanes.known.set(group, made);
  return made;
}

const termKey = (term: string): string => `term:${term}`;
const ballotKey = (ballot: string): string => `ballot:${ballot}`;
const vacancyKey = (group: string): string => `vacant:${group}`;

function termOf(group: string, { agent, term, sinceMs, because }: Leader): Beginning {
  return { key: termKey(term), kind: "leads", agent, resources: [group], fence: term, reason: because, startMs: sinceMs };
}

function vacancyOf(group: string, startMs: number): Beginning {
  return { key: vacancyKey(group), kind: "vacant", resources: [group], startMs };
}

function ballotOf(group: string, { ballot, agent, need, electorate, sinceMs }: Ballot): Beginning {
  return { key: ballotKey(ballot), kind: "ballot", agent, resources: [group], reason: `${need} of ${electorate.length} have to confirm it`, startMs: sinceMs };
}
