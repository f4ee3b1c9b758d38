import type { CheckerFactory } from "./checker.ts";
import { type GroupRecord, majorityOf } from "./groups.ts";
import type { Ledger } from "./ledger.ts";

/** LK-22: once nobody holds on to anything, no request is left waiting. EL-19: in the calm every group has a leader, and it stays. */
export const progress: CheckerFactory = (fail) => {
  let calm = false;
  return {
    event(event, _before, { events }) {
      if (!calm || event.type !== "leader.elected" || event.leader.why === "window") return;
      const why = events.some((other) => movers.has(other.type));
      if (!why) fail("EL-19", `${event.leader.agent} leads ${event.group} from ${event.atMs} on, though nobody came, went or acted`);
    },
    fact(fact, now) {
      if (fact.kind === "started" || fact.kind === "crashed" || fact.kind === "settled") calm = false;
      if (fact.kind === "calm") {
        calm = true;
        for (const [group, record] of now.groups.elections)
          if (leaderless(group, record, now)) fail("EL-19", `nobody leads ${group} at ${fact.atMs}, well as everybody is`);
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
const movers: ReadonlySet<string> = new Set(["candidate.entered", "candidate.left", "leader.ended", "session.ended", "election.configured", "election.thawed"]);

/** Nobody leads, and somebody would. */
function leaderless(group: string, { leader, frozen, candidates, settings }: GroupRecord, { groups, sessions }: Ledger): boolean {
  if (leader !== undefined || frozen || candidates.size === 0 || settings.policy === "operator") return false;
  if (settings.policy !== "quorum") return true;
  const electorate = settings.members.length > 0 ? settings.members : [...candidates.values()].map(({ agent }) => agent);
  const here = groups.here(group, (session) => sessions.get(session)?.agent);
  return electorate.filter((agent) => here.has(agent)).length >= majorityOf(electorate);
}
