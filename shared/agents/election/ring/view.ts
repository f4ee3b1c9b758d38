import type { NodeView } from "../../../model/index.ts";
import { alarmView } from "../alarm.ts";
import type { RingNode, Standing } from "./node.ts";

/** Who only passes on what others send is no candidate. A node that restarted has a leader once it hears of one. */
export function ringView<Election extends Standing>(
  protocol: string,
  { config, phase, known, election, alarm, because }: RingNode<Election>,
  nowMs: number,
): NodeView {
  const isMute = phase === "follower" && known.leader === config.agent;
  return {
    protocol,
    role: phase === "leader" ? "leader" : phase === "candidate" && election?.stands ? "candidate" : "follower",
    term: known.term,
    leader: phase === "candidate" || isMute ? null : known.leader,
    votedFor: null,
    votes: [],
    timer: alarmView(alarm, nowMs),
    members: [...config.members],
    because: because.slice(0, 500),
  };
}
