import { plants } from "../../../plants.ts";
import type { Alarm } from "../../alarm.ts";
import type { PbftDurable, Request, Shown } from "./messages.ts";

export interface PbftConfig {
  readonly agent: string;
  /** The same for all, in the same order: view v is led by the v-th of them, counted round and round. */
  readonly members: readonly string[];
  /** Everybody says where it is this often, and repeats what may have been lost. */
  readonly statusMs: number;
  /** A primary that is silent for so long, or under which nothing gets done, is given up. Doubled for each view that fails. */
  readonly timeoutMs: number;
}

export const pbftDefaults = { statusMs: 500, timeoutMs: 3_000 };

/** Who said what for one slot in the present view. */
export type Votes = ReadonlyMap<string, Request>;

export interface Status {
  readonly view: number;
  readonly votes: boolean;
  readonly atMs: number;
}

/** The last view change of a member. */
export interface Change extends Shown {
  readonly view: number;
  readonly digest: string;
}

export interface PbftNode extends PbftDurable {
  readonly config: PbftConfig;
  /** Slots up to this one are applied. */
  readonly applied: number;
  /** What members want and is not applied yet, oldest first. */
  readonly pending: readonly Request[];
  /** What this node was asked to propose: it answers when that is applied. */
  readonly asked: readonly string[];
  /** By slot. Of the present view only. */
  readonly prepares: ReadonlyMap<number, Votes>;
  readonly commits: ReadonlyMap<number, Votes>;
  /** Who says that what is committed, by slot. */
  readonly claims: ReadonlyMap<number, Votes>;
  readonly statuses: ReadonlyMap<string, Status>;
  readonly changes: ReadonlyMap<string, Change>;
  /** By who acknowledged, and whose view change: the view and the digest. */
  readonly acks: ReadonlyMap<string, string>;
  /** Who passed on which new view. */
  readonly passedOn: ReadonlyMap<string, { readonly view: number; readonly digest: string; readonly shown: readonly Shown[] }>;
  readonly statusDueMs: number;
  readonly alarm: Alarm | undefined;
  readonly because: string;
}

/** How many of so many may lie: fewer than a third. */
export const liarsOf = (members: number) => Math.floor((members - 1) / 3);

/** Any two quorums share an honest member: 2f + 1 of 3f + 1. */
export function quorumOf(members: number): number {
  const liars = liarsOf(members);
  return plants.pbftSmallQuorum ? liars + 1 : Math.floor((members + liars) / 2) + 1;
}

export const primaryOf = (members: readonly string[], view: number) => members[view % members.length] ?? "";

/** It votes in the view that it is in, as long as it has not asked for another one. */
export const isVoting = ({ view, wanted }: PbftDurable) => view === wanted;
