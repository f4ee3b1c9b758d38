import type { CheckerFactory } from "./checker.ts";
import { isLeaderless } from "./groups.ts";

/** LK-22: once nobody holds on to anything, no request is left waiting. EL-19: in the calm every group has a leader, and it stays. */
export const progress: CheckerFactory = (fail) => {
  /** The groups that had a leader when all came to rest. */
  let calm = new Set<string>();
  return {
    event(event, _before, { events }) {
      // It went for a reason of its own; who follows may have to wait for a delay or a ballot.
      if (event.type === "leader.ended") calm.delete(event.group);
      if (event.type !== "leader.elected" || !calm.has(event.group) || event.leader.why === "window") return;
      if (events.every((other) => !movers.has(other.type)))
        fail("EL-19", `${event.leader.agent} leads ${event.group} from ${event.atMs} on, though nobody came, went or acted`);
    },
    fact(fact, now) {
      if (fact.kind === "started" || fact.kind === "crashed" || fact.kind === "settled") calm = new Set();
      if (fact.kind === "calm") {
        calm = new Set([...now.groups.elections].flatMap(([group, { leader }]) => (leader === undefined ? [] : [group])));
        for (const [group, record] of now.groups.elections)
          if (isLeaderless(group, record, now)) fail("EL-19", `nobody leads ${group} at ${fact.atMs}, well as everybody is`);
      }
      if (fact.kind === "starved")
        fail("LK-22", `${fact.agent} got what it asked for ${fact.rounds} times from ${fact.sinceMs} to ${fact.atMs}, healthy as it is`);
      if (fact.kind !== "settled") return;
      for (const wait of now.waits.values()) {
        fail(
          "LK-22",
          `request ${wait.request} of ${wait.agent} for ${wait.wants.map((want) => want.resource).join(", ")} waits since ${wait.queuedMs}, at ${fact.atMs} still without an end`,
        );
      }
    },
  };
};

/** What may bring another leader by rights. */
const movers: ReadonlySet<string> = new Set(["candidate.entered", "candidate.left", "session.ended", "election.configured", "election.thawed"]);
