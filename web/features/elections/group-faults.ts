import { type Election, type FaultKind, faultKindSchema, type GroupNode } from "../../../shared/model/index.ts";

/** What one does to a leader to see whether the group gets over it. */
export const leaderFaults: readonly FaultKind[] = ["crash", "pause", "cut", "clockDrift"];

/** What somebody else in the group tells falsely, as far as there are such faults. */
const lies: readonly string[] = ["doubleVote", "falseLeader"];
export const memberFaults: readonly FaultKind[] = faultKindSchema.options.filter((kind) => lies.includes(kind));

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
