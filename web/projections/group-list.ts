import type { Election, Finding, GroupNode } from "../../shared/model/index.ts";
import type { State } from "../../shared/state/index.ts";
import type { Filter } from "../app/filter.ts";
import { compareGroups, type GroupRow, type GroupSort, groupFacts, nodesByGroup, rowOf, splitsOf } from "./elections.ts";
import { placeOf } from "./sorted.ts";

const noNodes: readonly GroupNode[] = [];

/**
 * All groups that pass the filter, in order: those with an election, and those in which agents run a protocol of their own.
 * A list that is looked at again makes anew what changed since; of everything else it only sees that it is the same.
 */
export class GroupList {
  #rows: readonly GroupRow[] = [];
  #keys: readonly string[] = [];
  /** Of all groups, whether they pass or not. */
  #known = new Map<string, GroupRow>();
  #state: State | undefined;
  #filter: Filter | undefined;
  #sort: GroupSort | undefined;

  /** The rows, the same array while none of them changed. */
  get rows(): readonly GroupRow[] {
    return this.#rows;
  }

  /** Their keys, the same array while no group came, went or moved. */
  get keys(): readonly string[] {
    return this.#keys;
  }

  /** Looks at the state as it is now. */
  look(state: State, filter: Filter, sort: GroupSort): this {
    if (state !== this.#state) this.#known.clear();
    const changed = this.#changes(state);
    const isAnew = state !== this.#state || filter !== this.#filter || sort !== this.#sort;
    if (changed.size === 0 && !isAnew) return this;
    [this.#state, this.#filter, this.#sort] = [state, filter, sort];
    const compare = compareGroups[sort];
    const candidates = isAnew ? [...this.#known.values()] : [...changed].flatMap((key) => this.#known.get(key) ?? []);
    const fresh = candidates.filter((row) => !filter.active || filter.resource(groupFacts(row))).sort(compare);
    this.#rows = isAnew
      ? fresh
      : merged(
          this.#rows.filter(({ key }) => !changed.has(key)),
          fresh,
          compare,
        );
    const stays = this.#rows.length === this.#keys.length && this.#rows.every(({ key }, index) => key === this.#keys[index]);
    if (!stays) this.#keys = this.#rows.map(({ key }) => key);
    return this;
  }

  /** Brings what is known up to date; the groups that came, went or say something else now. */
  #changes(state: State): Set<string> {
    const changed = new Set<string>();
    const nodes = nodesByGroup(state);
    const splits = splitsOf(state);
    let count = 0;
    const see = (group: string, election: Election | undefined): void => {
      count++;
      if (this.#isKnown(group, election, nodes.get(group) ?? noNodes, splits.get(group))) return;
      this.#known.set(group, rowOf(group, election, nodes.get(group) ?? noNodes, splits.get(group)));
      changed.add(group);
    };
    for (const [group, election] of state.elections) see(group, election);
    for (const group of nodes.keys()) if (!state.elections.has(group)) see(group, undefined);
    if (this.#known.size === count) return changed;
    for (const group of this.#known.keys()) {
      if (state.elections.has(group) || nodes.has(group)) continue;
      this.#known.delete(group);
      changed.add(group);
    }
    return changed;
  }

  #isKnown(group: string, election: Election | undefined, nodes: readonly GroupNode[], split: Finding | undefined): boolean {
    const row = this.#known.get(group);
    return (
      row !== undefined &&
      row.election === election &&
      row.split === split &&
      row.nodes.length === nodes.length &&
      row.nodes.every((node, index) => node === nodes[index])
    );
  }
}

/** A list in order and a few more in order as one. */
function merged<T>(list: readonly T[], more: readonly T[], compare: (one: T, other: T) => number): readonly T[] {
  const all: T[] = [];
  let at = 0;
  for (const one of more) {
    const place = placeOf(list, one, compare, at);
    for (; at < place; at++) all.push(list[at] as T);
    all.push(one);
  }
  return all.concat(list.slice(at));
}
