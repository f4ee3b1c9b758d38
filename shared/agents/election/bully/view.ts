import type { NodeView } from "../../../model/index.ts";
import { alarmView } from "../alarm.ts";
import type { BullyNode, BullyPhase } from "./node.ts";

const roles: Readonly<Record<BullyPhase, NodeView["role"]>> = {
  starting: "follower",
  follower: "follower",
  asking: "candidate",
  waiting: "candidate",
  coordinator: "leader",
};

/** While it looks for a coordinator it has none. An answer from above is a vote against itself. */
export function bullyView({ config, phase, known, answered, alarm, because }: BullyNode, nowMs: number): NodeView {
  const settled = phase === "follower" || phase === "coordinator";
  return {
    protocol: "bully",
    role: roles[phase],
    term: known.term,
    leader: settled ? known.leader : null,
    votedFor: null,
    votes: answered.map((from) => ({ from, granted: false })),
    timer: alarmView(alarm, nowMs),
    members: [...config.members],
    because: because.slice(0, 500),
  };
}
