import type { Settings } from "./config.ts";
import { isVoter } from "./configuration.ts";
import type { Configuration, Log, Snapshot } from "./messages.ts";

/** What one node knows. A learner is a follower that has no vote. */
export interface RaftNode {
  readonly settings: Settings;
  readonly role: "follower" | "preCandidate" | "candidate" | "leader";
  readonly term: number;
  readonly votedFor: string | null;
  readonly leader: string | null;
  readonly log: Log;
  readonly snapshot: Snapshot;
  /** Those that the log tells, newest last, and the one before them. The newest is in effect, committed or not. */
  readonly configurations: readonly { readonly index: number; readonly configuration: Configuration }[];
  readonly commit: number;
  readonly applied: number;
  /** What the entries up to `applied` made. */
  readonly state: string;
  /** When it heard from a leader last, or began. */
  readonly heardMs: number;
  /** It votes for nobody, unless the leader wants it, until an election timeout after `heardMs`: the leader may read by that. */
  readonly promised: boolean;
  /** A candidate's. */
  readonly votes: ReadonlyMap<string, boolean>;
  /** What it does when nothing comes before. */
  readonly alarm: { readonly timer: "election" | "heartbeat"; readonly atMs: number; readonly spanMs: number };
  /** As much of a leader's snapshot as has come so far. */
  readonly incoming: { readonly index: number; readonly term: number; readonly length: number; readonly text: string } | null;
  /** By id: what was asked of this node in this term and is answered once it is applied here. */
  readonly waiting: ReadonlyMap<string, Waiting>;
  /** What only a leader knows. */
  readonly lead: Lead | null;
  /** How it came to its role, in words. */
  readonly because: string;
}

export interface Waiting {
  /** What went to the leader is waited for until then; null: it is in this leader's own log. */
  readonly untilMs: number | null;
}

export interface Lead {
  readonly progress: ReadonlyMap<string, Progress>;
  /** Counts the calls for a sign of life. `rounds` are those that no majority has answered yet, `confirmed` is the last that one has. */
  readonly round: number;
  readonly rounds: readonly Round[];
  readonly confirmed: Round | null;
  /** Reads that wait until a majority has answered a round. */
  readonly reads: readonly { readonly id: string; readonly round: number }[];
  /** Who shall lead instead. Nothing is taken into the log meanwhile. `told` once it was told to campaign. */
  readonly transfer: { readonly to: string; readonly untilMs: number; readonly told: boolean } | null;
  /** Somebody was told to campaign in this term: what the others promised no longer holds. */
  readonly leaseOver: boolean;
}

export interface Round {
  readonly round: number;
  /** When it began. */
  readonly atMs: number;
}

/** What the leader knows of a follower. */
export interface Progress {
  /** Up to here the logs are known to agree; from `next` on it is sent what comes. */
  readonly match: number;
  readonly next: number;
  /**
   * `probe`: where the logs part is not known, so one message at a time; `stream`: messages go without waiting;
   * `snapshot`: it is being sent one.
   */
  readonly mode: "probe" | "stream" | "snapshot";
  /** A probe is under way. */
  readonly waits: boolean;
  /** The snapshot that it is being sent, when a part was sent last, and from where. */
  readonly snapshot: Snapshot | null;
  readonly sentMs: number;
  readonly offset: number;
  readonly heardMs: number;
  /** The last round that it answered. */
  readonly round: number;
  /** Until then who is no member any more gets the log; null for members. */
  readonly leavesMs: number | null;
}

/** The configuration in effect: the newest in the log, committed or not. */
export const configurationOf = ({ configurations }: RaftNode): Configuration => (configurations.at(-1) as { configuration: Configuration }).configuration;

/**
 * Whether it may lead: it votes by the newest configuration, or by the one before while the newest may not be committed.
 * Who is being taken out may be the only one with the entry that says so, and nobody can be elected without it (thesis, 4.2.2).
 */
export function mayLead({ configurations, commit, settings }: RaftNode): boolean {
  const newest = configurations.at(-1);
  const counted = newest !== undefined && newest.index > commit ? configurations.slice(-2) : configurations.slice(-1);
  return counted.some(({ configuration }) => isVoter(configuration, settings.id));
}
