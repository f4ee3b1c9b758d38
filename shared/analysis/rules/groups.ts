import type { Ballot, Candidate, ElectionSettings, Event, GroupNode, Leader, Session, Snapshot } from "../../model/index.ts";
import { defaultElectionSettings } from "../../model/index.ts";

/** What is known of one group. */
export interface GroupRecord {
  settings: ElectionSettings;
  configured: boolean;
  frozen: boolean;
  /** By session, in the order of entering. */
  readonly candidates: Map<string, Candidate>;
  leader: Leader | undefined;
  ballot: Ballot | undefined;
  coolingUntilMs: number | undefined;
  readonly blocked: Set<string>;
}

/** The ledger's account of elections, kept from events alone. */
export class Groups {
  readonly elections = new Map<string, GroupRecord>();
  /** By group, the sessions that want to be told. */
  readonly observers = new Map<string, Set<string>>();
  readonly #observed = new Map<string, Set<string>>();
  /** By session and group. */
  readonly nodes = new Map<string, Pick<GroupNode, "group" | "session">>();

  begin(snapshot: Snapshot): void {
    for (const { group, settings, configured, frozen, candidates, leader, ballot, coolingUntilMs, blocked } of snapshot.elections) {
      const kept = { settings, configured: configured !== undefined, frozen: frozen !== undefined, leader, ballot, coolingUntilMs };
      const bySession = new Map(candidates.map((candidate) => [candidate.session, candidate]));
      this.elections.set(group, { ...kept, candidates: bySession, blocked: new Set(blocked.map(({ agent }) => agent)) });
    }
    for (const [group, sessions] of snapshot.observers) for (const session of sessions) this.#observe(group, session);
    for (const { group, session } of snapshot.nodes) this.nodes.set(`${session} ${group}`, { group, session });
  }

  /** The agents that campaign in a group or observe it. */
  here(group: string, agentOf: (session: string) => string | undefined): Set<string> {
    const sessions = [...(this.elections.get(group)?.candidates.keys() ?? []), ...(this.observers.get(group) ?? [])];
    return new Set(sessions.flatMap((session) => agentOf(session) ?? []));
  }

  fold(event: Event): void {
    switch (event.type) {
      case "session.ended":
        for (const group of this.#observed.get(event.session) ?? []) this.#unobserve(group, event.session);
        this.#observed.delete(event.session);
        for (const [key, { session }] of this.nodes) if (session === event.session) this.nodes.delete(key);
        return;
      case "group.observed":
        return this.#observe(event.group, event.session);
      case "group.unobserved":
        this.#observed.get(event.session)?.delete(event.group);
        return this.#unobserve(event.group, event.session);
      case "node.told":
        this.nodes.set(`${event.session} ${event.group}`, { group: event.group, session: event.session });
        return;
      case "node.gone":
        this.nodes.delete(`${event.session} ${event.group}`);
        return;
      default:
        if ("group" in event && isOfElection(event)) this.#change(event);
    }
  }

  #observe(group: string, session: string): void {
    this.observers.set(group, (this.observers.get(group) ?? new Set()).add(session));
    this.#observed.set(session, (this.#observed.get(session) ?? new Set()).add(group));
  }

  #unobserve(group: string, session: string): void {
    const sessions = this.observers.get(group);
    sessions?.delete(session);
    if (sessions?.size === 0) this.observers.delete(group);
  }

  #change(event: ElectionEvent): void {
    const record = this.elections.get(event.group) ?? newRecord();
    change(record, event);
    const { candidates, blocked, leader, configured, frozen, coolingUntilMs } = record;
    const needed = candidates.size + blocked.size > 0 || leader !== undefined || configured || frozen || coolingUntilMs !== undefined;
    if (needed) this.elections.set(event.group, record);
    else this.elections.delete(event.group);
  }
}

type ElectionEvent = Extract<Event, { type: `${"election" | "candidate" | "leader" | "ballot"}.${string}` }>;

export function isOfElection(event: Event): event is ElectionEvent {
  return /^(election|candidate|leader|ballot)\./.test(event.type);
}

function newRecord(): GroupRecord {
  const nothing = { leader: undefined, ballot: undefined, coolingUntilMs: undefined };
  return { settings: defaultElectionSettings, configured: false, frozen: false, candidates: new Map(), blocked: new Set(), ...nothing };
}

function change(record: GroupRecord, event: ElectionEvent): void {
  switch (event.type) {
    case "election.configured":
      record.settings = event.settings ?? defaultElectionSettings;
      record.configured = event.settings !== null;
      return;
    case "election.frozen":
    case "election.thawed":
      record.frozen = event.type === "election.frozen";
      return;
    case "candidate.entered":
      if (event.settings !== undefined) record.settings = event.settings;
      record.candidates.set(event.candidate.session, event.candidate);
      return;
    case "candidate.left":
      record.candidates.delete(event.session);
      return;
    case "candidate.blocked":
      record.blocked.add(event.agent);
      return;
    case "candidate.unblocked":
      record.blocked.delete(event.agent);
      return;
    case "leader.elected":
      if (event.after?.why === "deposed") mark(record, event.after.session, { deposedMs: event.atMs });
      restore(record, event.leader.session);
      record.leader = event.leader;
      record.ballot = undefined;
      record.coolingUntilMs = undefined;
      return;
    case "leader.ended":
      if (event.why === "deposed") mark(record, event.session, { deposedMs: event.atMs });
      record.leader = undefined;
      record.coolingUntilMs = event.coolingUntilMs ?? record.coolingUntilMs;
      return;
    case "leader.kept":
      if (record.leader !== undefined) record.leader = { ...record.leader, turnMs: event.turnMs };
      return;
    case "leader.proclaimed":
      if (record.leader !== undefined) record.leader = { ...record.leader, value: event.value };
      return;
    case "leader.delayEnded":
      record.coolingUntilMs = undefined;
      return;
    case "ballot.opened":
      record.ballot = event.ballot;
      return;
    case "ballot.voted": {
      const side = event.yes ? "yes" : "no";
      if (record.ballot !== undefined) record.ballot = { ...record.ballot, [side]: [...record.ballot[side], event.agent] };
      return;
    }
    case "ballot.closed":
      mark(record, event.session, { unconfirmedMs: event.atMs });
      record.ballot = undefined;
      record.coolingUntilMs = event.coolingUntilMs ?? record.coolingUntilMs;
      return;
    case "leader.refused":
      return;
  }
}

function mark({ candidates }: GroupRecord, session: string, how: Pick<Candidate, "deposedMs"> | Pick<Candidate, "unconfirmedMs">): void {
  const candidate = candidates.get(session);
  if (candidate !== undefined) candidates.set(session, { ...candidate, ...how });
}

/** As if it had just come. */
function restore({ candidates }: GroupRecord, session: string): void {
  const candidate = candidates.get(session);
  if (candidate === undefined) return;
  const { deposedMs: _, unconfirmedMs: __, ...restored } = candidate;
  candidates.set(session, restored);
}

/** Those that were not deposed, or all where all were. */
export function standingOf({ candidates }: GroupRecord): readonly Candidate[] {
  const all = [...candidates.values()];
  const standing = all.filter(({ deposedMs }) => deposedMs === undefined);
  return standing.length > 0 ? standing : all;
}

/** How many have to say yes. */
export const majorityOf = (electorate: readonly string[]): number => Math.floor(electorate.length / 2) + 1;

/** Nobody leads, and somebody could: there are candidates, it is not an operator's to appoint, and members enough are here to vote. */
export function isLeaderless(group: string, { leader, frozen, candidates, settings }: GroupRecord, { groups, sessions }: Here): boolean {
  if (leader !== undefined || frozen || candidates.size === 0 || settings.policy === "operator") return false;
  if (settings.policy !== "quorum") return true;
  const electorate = settings.members.length > 0 ? settings.members : [...candidates.values()].map(({ agent }) => agent);
  const here = groups.here(group, (session) => sessions.get(session)?.agent);
  return electorate.filter((agent) => here.has(agent)).length >= majorityOf(electorate);
}

interface Here {
  readonly groups: Groups;
  readonly sessions: ReadonlyMap<string, Pick<Session, "agent">>;
}
