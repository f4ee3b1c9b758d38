import type { Cast, Stepped } from "../../../checker.ts";
import { type RaftConfig, type Settings, settingsOf } from "../config.ts";
import { entryAt, lastTerm, termAt } from "../log.ts";
import type { Configuration, Durable, Entry, Log, Message } from "../messages.ts";
import type { RaftNode } from "../node.ts";

export type Seen = Stepped<RaftNode, Message, Durable>;
export type Fail = (rule: string, message: string) => void;

/** One part of what watches a group. */
export interface Part {
  stepped(seen: Seen): void;
}

/** An entry that is committed, the term of the leader that committed it, and what all up to it made. */
export interface Committed {
  readonly entry: Entry;
  readonly inTerm: number;
  readonly state: string;
  readonly configuration: Configuration;
}

/** What all checkers go by, gathered from what was persisted, told and committed; nothing of it is taken from a node's word alone. */
export class Facts {
  /** By agent: what it would come back with. */
  readonly durable = new Map<string, Durable>();
  /** By agent: the last step of those that are up. */
  readonly nodes = new Map<string, RaftNode>();
  /** By agent and term: when it answered that term's leader last. */
  readonly heardMs = new Map<string, number>();
  /** By index, from 1 on. */
  readonly committed: Committed[] = [];
  readonly #settings = new Map<string, Settings>();
  readonly #cast: Cast<RaftConfig>;

  constructor(cast: Cast<RaftConfig>) {
    this.#cast = cast;
  }

  settingsOf(agent: string): Settings {
    const config = this.#cast.configs.get(agent);
    if (config === undefined) throw new Error(`${agent} is not of this group.`);
    const settings = this.#settings.get(agent) ?? settingsOf(config);
    this.#settings.set(agent, settings);
    return settings;
  }

  /** Those that are the same for all. */
  get settings(): Settings {
    return this.settingsOf(this.#cast.members[0] ?? "");
  }

  /** What holds once the outputs of a step were obeyed. */
  stepped({ agent, before, after, input, outputs, atMs, died }: Seen): void {
    if (input.type === "start" && input.durable !== undefined) this.durable.set(agent, input.durable);
    for (const output of outputs) {
      if (output.type === "persist") this.durable.set(agent, output.durable);
      if (output.type !== "send" || input.type !== "message" || !isAnswer(output.message)) continue;
      const { term } = input.message;
      if (term === output.message.term) this.heardMs.set(`${agent} ${term}`, atMs);
    }
    if (died) this.nodes.delete(agent);
    else if (before === undefined || before !== after) this.nodes.set(agent, after);
  }

  get commit(): number {
    return this.committed.length;
  }

  committedAt(index: number): Committed | undefined {
    return this.committed[index - 1];
  }

  /** What is committed next. */
  add(agent: string, entry: Entry, inTerm: number): void {
    const last = this.committed.at(-1);
    const { fold } = this.settingsOf(agent);
    const state = last?.state ?? fold.initial;
    this.committed.push({
      entry,
      inTerm,
      state: entry.type === "value" ? fold.next(state, entry.value) : state,
      configuration: entry.type === "members" ? entry.configuration : this.configurationAt(this.commit),
    });
  }

  /** The ids that a snapshot up to an index has to tell. */
  idsUpTo(index: number, idsKept: number): readonly (readonly [string, number])[] {
    const ids: (readonly [string, number])[] = [];
    for (let at = index; at > 0 && ids.length < idsKept; at--) {
      const entry = this.committedAt(at)?.entry;
      if (entry?.type === "value") ids.push([entry.id, at]);
    }
    return ids.reverse();
  }

  configurationAt(index: number): Configuration {
    const known = this.committedAt(index)?.configuration;
    if (known !== undefined) return known;
    const { members, learners } = this.settings;
    return { voters: [...members], outgoing: [], learners: [...learners] };
  }

  /** Whether an agent would come back with this entry, in its log or under a snapshot. */
  has(agent: string, index: number, term: number): boolean {
    const durable = this.durable.get(agent);
    return durable !== undefined && (index <= durable.log.base || termAt(durable.log, index) === term);
  }
}

/** What a follower says to whom it takes for the leader. */
export const isAnswer = ({ type }: Message) => type === "appended" || type === "differs" || type === "received";

/** Counted here and not by what is watched. */
export function hasMajorities({ voters, outgoing }: Configuration, passes: (agent: string) => boolean): boolean {
  return [voters, outgoing].every((group) => group.length === 0 || 2 * group.filter(passes).length > group.length) && voters.length > 0;
}

/** The first index from which on two logs of one node have not the same entries. */
export function partsAt(before: Log | undefined, after: Log): number {
  if (before === undefined) return after.base + 1;
  let index = after.last + 1;
  while (index - 1 > after.base && (index - 1 > before.last || entryAt(before, index - 1) !== entryAt(after, index - 1)) && index - 1 > before.base) index--;
  return index;
}

export const endOf = (log: Log) => ({ index: log.last, term: lastTerm(log) });
