import { limits, type NodeView } from "../../../model/index.ts";
import { isJoint } from "./configuration.ts";
import { entriesBetween } from "./log.ts";
import type { Entry } from "./messages.ts";
import { configurationOf, mayLead, type RaftNode } from "./node.ts";

/** What a node shows of itself; `nowMs` by its own clock. */
export function view(node: RaftNode, nowMs: number): NodeView {
  const { term, leader, votedFor, votes, alarm, log, commit } = node;
  const configuration = configurationOf(node);
  const { voters, outgoing, learners } = configuration;
  const first = Math.max(log.base + 1, log.last - limits.entriesTold + 1);
  return {
    protocol: "raft",
    role: node.role === "follower" && !mayLead(node) ? "learner" : node.role,
    term,
    leader,
    votedFor,
    votes: [...votes].map(([from, granted]) => ({ from, granted })),
    timer: {
      what: alarm.timer === "heartbeat" ? "calls for signs of life" : mayLead(node) ? "campaigns" : "waits for a leader",
      // More than the whole span when its clock was set back meanwhile.
      leftMs: Math.min(limits.durationMs, Math.max(0, Math.round(alarm.atMs - nowMs))),
      spanMs: alarm.spanMs,
    },
    members: [...(isJoint(configuration) ? outgoing : voters), ...learners].slice(0, limits.membersPerGroup),
    ...(isJoint(configuration) ? { joining: [...voters] } : {}),
    log: {
      first: log.base + 1,
      last: log.last,
      commit,
      entries: entriesBetween(log, first, log.last).map((entry, at) => ({ index: first + at, term: entry.term, what: wordsFor(entry) })),
    },
    because: because(node, nowMs),
  };
}

/** Why it is where it is, for a person. */
function because(node: RaftNode, nowMs: number): string {
  const quietMs = Math.max(0, nowMs - node.heardMs);
  if (node.role !== "follower" || node.leader !== null || quietMs < node.settings.heartbeatMs) return node.because;
  return `${node.because}; has not heard from a leader for ${(quietMs / 1_000).toFixed(1)} s`;
}

function wordsFor(entry: Entry): string {
  switch (entry.type) {
    case "begin":
      return "a leader began";
    case "value":
      return entry.value.slice(0, 80);
    case "members":
      return `members ${entry.configuration.voters.join(" ")}${isJoint(entry.configuration) ? ` from ${entry.configuration.outgoing.join(" ")}` : ""}`.slice(
        0,
        80,
      );
  }
}
