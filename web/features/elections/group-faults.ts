import type { Election, FaultKind, GroupNode } from "../../../shared/model/index.ts";

/** What one does to a leader to see whether the group gets over it. */
export const leaderFaults: readonly { readonly kind: FaultKind; label(leader: string): string }[] = [
  { kind: "crash", label: (leader) => `Fault: kill ${leader}…` },
  { kind: "pause", label: (leader) => `Fault: pause ${leader}…` },
  { kind: "cut", label: (leader) => `Fault: cut ${leader} off…` },
  { kind: "clockDrift", label: (leader) => `Fault: let the clock of ${leader} drift…` },
];

/** Everybody who has to do with a group: who campaigns, who votes, who runs a node. */
export function membersOf(election: Election | undefined, nodes: readonly GroupNode[]): string[] {
  const agents = [
    ...(election?.candidates ?? []).map(({ agent }) => agent),
    ...(election?.settings.members ?? []),
    ...(election?.ballot?.electorate ?? []),
    ...nodes.map(({ agent }) => agent),
    ...nodes.flatMap(({ view }) => view.members),
  ];
  return [...new Set(agents)].sort((one, other) => one.localeCompare(other, "en", { numeric: true }));
}
