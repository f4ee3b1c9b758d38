import type { Event } from "../../model/index.ts";
import type { CheckerFactory, Fail } from "./checker.ts";
import { type GroupRecord, majorityOf } from "./groups.ts";

/** EL-11: under `quorum` a majority of the electorate confirms each leader, every member with one word, while the ballot is open. */
export const ballots: CheckerFactory = (fail) => ({
  event(event, before) {
    if (event.type === "ballot.opened") return opened(fail, event, before.groups.elections.get(event.group));
    if (event.type === "ballot.voted") return voted(fail, event, before.groups.elections.get(event.group));
    if (event.type === "ballot.closed") return closed(fail, event, before.groups.elections.get(event.group));
    if (event.type === "leader.elected") elected(fail, event, before.groups.elections.get(event.group));
  },
  fact(fact, now) {
    if (fact.kind !== "awake") return;
    for (const [group, { ballot, frozen }] of now.groups.elections)
      if (!frozen && ballot !== undefined && ballot.untilMs < fact.atMs)
        fail("EL-11", `ballot ${ballot.ballot} of ${group} was open until ${ballot.untilMs}, and is at ${fact.atMs}`);
  },
});

type Of<T extends Event["type"]> = Extract<Event, { type: T }>;

function opened(fail: Fail, { group, ballot, atMs }: Of<"ballot.opened">, record: GroupRecord | undefined): void {
  const { members = [], policy, confirmMs = 0 } = record?.settings ?? {};
  const electorate = members.length > 0 ? members : [...(record?.candidates.values() ?? [])].map(({ agent }) => agent);
  if (policy !== "quorum") fail("EL-11", `a ballot is opened in ${group}, where nobody votes`);
  if (record?.ballot !== undefined) fail("EL-11", `ballot ${ballot.ballot} of ${group} is opened beside ${record.ballot.ballot}`);
  if (ballot.electorate.join() !== electorate.join()) fail("EL-11", `${ballot.electorate.join(", ")} vote in ${group}, it should be ${electorate.join(", ")}`);
  if (ballot.need < majorityOf(ballot.electorate)) fail("EL-11", `${ballot.need} of ${ballot.electorate.length} members are to be enough in ${group}`);
  if (ballot.no.length > 0 || ballot.yes.some((agent) => agent !== ballot.agent))
    fail("EL-11", `ballot ${ballot.ballot} of ${group} begins with votes of others`);
  if (ballot.untilMs !== atMs + confirmMs) fail("EL-11", `ballot ${ballot.ballot} of ${group} is open until ${ballot.untilMs}, not ${atMs + confirmMs}`);
}

function voted(fail: Fail, { group, agent, ballot: number, atMs }: Of<"ballot.voted">, record: GroupRecord | undefined): void {
  const ballot = record?.ballot;
  if (ballot?.ballot !== number) return fail("EL-11", `${agent} votes in ballot ${number} of ${group}, which is not open`);
  if (!ballot.electorate.includes(agent)) fail("EL-11", `${agent} votes in ${group}, and is no member`);
  if (ballot.yes.includes(agent) || ballot.no.includes(agent)) fail("EL-11", `${agent} votes in ballot ${number} of ${group} a second time`);
  if (atMs >= ballot.untilMs) fail("EL-11", `${agent} votes in ballot ${number} of ${group} at ${atMs}, after ${ballot.untilMs}`);
}

function closed(fail: Fail, { group, ballot: number, why, atMs }: Of<"ballot.closed">, record: GroupRecord | undefined): void {
  const ballot = record?.ballot;
  if (ballot?.ballot !== number) return fail("EL-11", `ballot ${number} of ${group} is closed, which is not open`);
  if (why === "timeout" && atMs < ballot.untilMs) fail("EL-11", `ballot ${number} of ${group} is closed as over at ${atMs}, it is until ${ballot.untilMs}`);
  const open = ballot.electorate.length - new Set(ballot.no).size;
  if (why === "refused" && open >= majorityOf(ballot.electorate))
    fail("EL-11", `ballot ${number} of ${group} is closed as refused, and ${open} could still say yes`);
  if (why === "nomineeGone" && record?.candidates.has(ballot.session))
    fail("EL-11", `ballot ${number} of ${group} is closed without its nominee, who is there`);
}

function elected(fail: Fail, { group, leader, confirmedBy }: Of<"leader.elected">, record: GroupRecord | undefined): void {
  if (leader.why === "appointed" || (record?.settings.policy !== "quorum" && leader.why !== "confirmed")) return;
  const ballot = record?.ballot;
  if (ballot?.ballot !== leader.term || ballot.session !== leader.session)
    return fail("EL-11", `${leader.agent} leads ${group} in term ${leader.term}, which nobody voted on`);
  const yes = new Set(ballot.yes.filter((agent) => ballot.electorate.includes(agent)));
  if (yes.size < majorityOf(ballot.electorate)) fail("EL-11", `${leader.agent} leads ${group} with ${yes.size} of ${ballot.electorate.length} votes`);
  if (confirmedBy?.join() !== ballot.yes.join())
    fail("EL-11", `${leader.agent} is said to be confirmed by ${confirmedBy?.join(", ")}, it was ${ballot.yes.join(", ")}`);
}
