import type { NodeView } from "../../../model/index.ts";

/** What a node shows that is in no election. */
export function plainView(protocol: string, members: readonly string[], leader: string | null, because: string): NodeView {
  return { protocol, role: "follower", term: 0, leader, votedFor: null, votes: [], members: [...members], because };
}
