import type { Candidate, Election, Finding, GroupNode } from "../../shared/model/index.ts";
import type { State } from "../../shared/state/index.ts";
import type { ResourceFacts } from "../app/filter.ts";
import { byName } from "./names.ts";

/** Where a group stands, the one that needs a person first. `none`: agents run a protocol of their own there. */
export const groupStatuses = ["splitBrain", "vacant", "frozen", "cooling", "voting", "led", "empty", "none"] as const;
export type GroupStatus = (typeof groupStatuses)[number];

/** A group as the list shows it. Records are the state's own: a row whose records are the same says the same. */
export interface GroupRow {
  readonly key: string;
  readonly status: GroupStatus;
  readonly election: Election | undefined;
  readonly nodes: readonly GroupNode[];
  /** Two believe that they lead it. */
  readonly split: Finding | undefined;
}

export const groupSorts = ["vacant", "name", "newest", "terms"] as const;
export type GroupSort = (typeof groupSorts)[number];

/** One group; undefined when nobody knows it. */
export function groupRow(state: State, group: string): GroupRow | undefined {
  const election = state.elections.get(group);
  const nodes = [...state.nodes.values()].filter((node) => node.group === group);
  if (election === undefined && nodes.length === 0) return undefined;
  return rowOf(group, election, nodes, splitsOf(state).get(group));
}

/** How many groups stand how. */
export function countGroups(rows: readonly Pick<GroupRow, "status">[]): Readonly<Record<GroupStatus, number>> {
  const counts = Object.fromEntries(groupStatuses.map((status) => [status, 0])) as Record<GroupStatus, number>;
  for (const { status } of rows) counts[status]++;
  return counts;
}

/** How many of the groups in which agents run a protocol of their own have a node that leads, by its own word. */
export function groupsLedByNodes({ nodes, elections }: State): number {
  const led = new Set<string>();
  for (const { group, view } of nodes.values()) if (view.role === "leader" && !elections.has(group)) led.add(group);
  return led.size;
}

export function statusOf(election: Election | undefined, split: Finding | undefined): GroupStatus {
  if (split !== undefined) return "splitBrain";
  if (election === undefined) return "none";
  const { leader, ballot, coolingUntilMs, frozen, candidates } = election;
  if (leader !== undefined) return "led";
  if (ballot !== undefined) return "voting";
  if (frozen !== undefined) return "frozen";
  if (coolingUntilMs !== undefined) return "cooling";
  return candidates.length > 0 ? "vacant" : "empty";
}

/** The candidates in the order in which the policy takes them: whoever leads, who stands by, who was not confirmed, who was deposed. */
export function candidateOrder({ candidates, leader, ballot, settings }: Election): Candidate[] {
  const byPriority = settings.policy === "priority" || settings.policy === "quorum";
  const place = (candidate: Candidate): number => {
    if (candidate.session === leader?.session) return 0;
    if (candidate.session === ballot?.session) return 1;
    return candidate.deposedMs === undefined ? 2 : 3;
  };
  return candidates
    .map((candidate, index) => ({ candidate, index }))
    .sort(
      (one, other) =>
        place(one.candidate) - place(other.candidate) ||
        (one.candidate.unconfirmedMs ?? -1) - (other.candidate.unconfirmedMs ?? -1) ||
        (byPriority ? other.candidate.priority - one.candidate.priority : 0) ||
        one.index - other.index,
    )
    .map(({ candidate }) => candidate);
}

/** The groups that an agent leads, and those that it campaigns in besides. */
export function groupsOf(state: State, session: string): { readonly leads: readonly Election[]; readonly campaigns: readonly Election[] } {
  const elections = [...(state.bySession.get(session)?.campaigns ?? [])].flatMap((group) => state.elections.get(group) ?? []);
  return {
    leads: elections.filter(({ leader }) => leader?.session === session),
    campaigns: elections.filter(({ leader }) => leader?.session !== session),
  };
}

/** What is known of a group as one row. */
export function rowOf(key: string, election: Election | undefined, nodes: readonly GroupNode[], split: Finding | undefined): GroupRow {
  return { key, status: statusOf(election, split), election, nodes, split };
}

export function nodesByGroup(state: State): Map<string, GroupNode[]> {
  const nodes = new Map<string, GroupNode[]>();
  for (const node of state.nodes.values()) {
    const known = nodes.get(node.group);
    if (known === undefined) nodes.set(node.group, [node]);
    else known.push(node);
  }
  return nodes;
}

/** Split brains by group, which comes first in what a finding is about. */
export function splitsOf(state: State): Map<string, Finding> {
  const splits = new Map<string, Finding>();
  for (const finding of state.findings.values()) {
    const [group] = finding.resources;
    if (finding.kind === "splitBrain" && group !== undefined) splits.set(group, finding);
  }
  return splits;
}

/** What a filter looks at in a group: a leader holds, candidates wait. */
export function groupFacts({ key, election, nodes, status }: Omit<GroupRow, "split">): ResourceFacts {
  return {
    resource: key,
    holders: election?.leader === undefined ? [] : [election.leader.agent],
    waiters: [...(election?.candidates ?? []), ...nodes].map(({ agent }) => agent),
    states: [status.toLowerCase(), ...(election?.frozen === undefined ? [] : ["frozen"])],
  };
}

const byKey = (one: GroupRow, other: GroupRow): number => byName(one.key, other.key);
const sinceOf = ({ election }: GroupRow): number => election?.leader?.sinceMs ?? election?.vacantMs ?? 0;
const rankOf = new Map(groupStatuses.map((status, index) => [status, index]));

/** How the list of groups is ordered. */
export const compareGroups: Readonly<Record<GroupSort, (one: GroupRow, other: GroupRow) => number>> = {
  vacant: (one, other) => (rankOf.get(one.status) ?? 0) - (rankOf.get(other.status) ?? 0) || byKey(one, other),
  name: byKey,
  newest: (one, other) => sinceOf(other) - sinceOf(one) || byKey(one, other),
  terms: (one, other) => (other.election?.terms ?? 0) - (one.election?.terms ?? 0) || byKey(one, other),
};
