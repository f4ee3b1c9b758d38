import type { Lamp } from "../../components/Names.tsx";
import type { GroupRow, GroupStatus } from "../../projections/elections.ts";

const lamps: Readonly<Record<GroupStatus, Lamp>> = {
  splitBrain: "alert",
  vacant: "wait",
  frozen: "intend",
  cooling: "wait",
  voting: "wait",
  led: "lead",
  empty: "idle",
  none: "idle",
};

export function groupLamp({ status, nodes }: GroupRow): Lamp {
  return status === "none" && nodes.some(({ view }) => view.role === "leader") ? "lead" : lamps[status];
}

/** How a group stands, in a few words. */
export function statusWords({ status, election, nodes }: GroupRow): string {
  const frozen = election?.frozen === undefined ? "" : ", frozen";
  switch (status) {
    case "splitBrain":
      return `split brain${frozen}`;
    case "vacant":
      return election?.settings.policy === "operator" ? "vacant, yours to fill" : "vacant";
    case "frozen":
      return "frozen, nobody leads";
    case "cooling":
      return "cooling, nobody leads";
    case "voting":
      return "voting";
    case "led":
      return `led by ${election?.leader?.agent}${election?.ballot === undefined ? "" : `, ${election.ballot.agent} put to the vote`}${frozen}`;
    case "empty":
      return `nobody campaigns${frozen}`;
    case "none":
      return `${nodes[0]?.view.protocol ?? "a protocol"} among agents`;
  }
}
