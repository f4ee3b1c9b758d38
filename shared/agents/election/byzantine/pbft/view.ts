import type { NodeView } from "../../../../model/index.ts";
import { alarmView } from "../../alarm.ts";
import { isVoting, liarsOf, type PbftNode, primaryOf } from "./node.ts";

/**
 * Who asked for another view is out of the present one, and shows its primary as long as f + 1 others are heard to vote
 * there, of whom one is honest. The votes are those for the view that it wants.
 */
export function pbftView(node: PbftNode, nowMs: number): NodeView {
  const { config, view, wanted, alarm, slots, applied, changes, because } = node;
  const { agent, members } = config;
  const primary = primaryOf(members, view);
  const leader = isVoting(node) || isCarried(node, nowMs) ? primary : null;
  const votes = isVoting(node) ? [] : [...changes.values()].map((change) => ({ from: change.from, granted: change.view === wanted }));
  const candidate = !isVoting(node) && primaryOf(members, wanted) === agent;
  return {
    protocol: "pbft",
    role: leader === agent ? "leader" : candidate ? "candidate" : "follower",
    term: view,
    leader,
    votedFor: null,
    votes,
    timer: alarmView(alarm, nowMs),
    members: [...members],
    log: {
      first: 1,
      last: slots.length,
      commit: applied,
      entries: slots
        .map(({ prePrepared, committed }, at) => ({
          index: at + 1,
          term: prePrepared.at(-1)?.view ?? 0,
          what: (committed ?? prePrepared.at(-1)?.request)?.value.slice(0, 80) ?? "",
        }))
        .slice(-16),
    },
    because: because.slice(0, 500),
  };
}

function isCarried({ config, view, statuses }: PbftNode, nowMs: number): boolean {
  const fresh = [...statuses.values()].filter((status) => status.view === view && status.votes && nowMs - status.atMs < config.timeoutMs);
  return fresh.length > liarsOf(config.members.length) && primaryOf(config.members, view) !== config.agent;
}
