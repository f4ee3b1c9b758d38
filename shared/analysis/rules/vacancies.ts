import { type Event, rendezvousLeader } from "../../model/index.ts";
import type { CheckerFactory, Fail } from "./checker.ts";
import { type GroupRecord, isLeaderless, isOfElection, standingOf } from "./groups.ts";
import type { Ledger } from "./ledger.ts";

/** These a leader does by itself. */
const ownAccord: ReadonlySet<string> = new Set(["resigned", "left", "handedOver"]);

/**
 * EL-6: nobody is missing who could lead. EL-7: nobody of a higher priority stands by under `preempt`. EL-8: the hash says who
 * leads. EL-10: delays are as long as they are to be. EL-14: where it is frozen nothing is elected.
 */
export const vacancies: CheckerFactory = (fail) => ({
  event(event, before, { events }) {
    if (!isOfElection(event)) return;
    const record = before.groups.elections.get(event.group);
    if (event.type === "leader.elected" || event.type === "ballot.opened") {
      if (record?.frozen) fail("EL-14", `${event.type} in ${event.group}, which is frozen`);
      const appointed = event.type === "leader.elected" && event.leader.why === "appointed";
      if (!appointed && record?.coolingUntilMs !== undefined)
        fail("EL-10", `${event.type} in ${event.group} at ${event.atMs}, within the delay until ${record.coolingUntilMs}`);
    }
    if (event.type === "leader.elected" && event.after?.why === "preempted") preempted(fail, event, record);
    if (event.type === "leader.elected" && event.after?.why === "window" && record?.settings.policy !== "rendezvous")
      fail("EL-7", `${event.after.agent} had to go as if a window were over, in ${event.group} where there are none`);
    if (event.type === "leader.ended" && record !== undefined) {
      const { delayMs } = record.settings;
      const untilMs = ownAccord.has(event.why) || delayMs === 0 ? undefined : event.atMs + delayMs;
      // Who was taken out by new settings goes by these.
      if (event.coolingUntilMs !== untilMs)
        fail("EL-10", `${event.group} has a delay until ${event.coolingUntilMs ?? "none"} after ${event.why}, expected ${untilMs ?? "none"}`);
      if (events.some((other) => other.type === "election.frozen")) fail("EL-14", `${event.agent} leads ${event.group} no more because it was frozen`);
    }
    if (event.type === "leader.delayEnded" && (record?.coolingUntilMs ?? Number.POSITIVE_INFINITY) > event.atMs)
      fail("EL-10", `the delay of ${event.group} ended at ${event.atMs}, it was until ${record?.coolingUntilMs ?? "never"}`);
  },
  step({ events, atMs }, after) {
    for (const group of groupsIn(events)) {
      const record = after.groups.elections.get(group);
      if (record === undefined || record.frozen) continue;
      if (record.leader === undefined) vacant(fail, group, record, after);
      else led(fail, group, record, atMs);
    }
  },
  fact(fact, now) {
    if (fact.kind !== "awake") return;
    for (const [group, { frozen, coolingUntilMs, leader, settings }] of now.groups.elections) {
      if (frozen) continue;
      if (coolingUntilMs !== undefined && coolingUntilMs < fact.atMs)
        fail("EL-10", `the delay of ${group} until ${coolingUntilMs} is not over at ${fact.atMs}`);
      if (settings.policy === "rendezvous" && leader?.turnMs !== undefined && leader.turnMs < fact.atMs)
        fail("EL-8", `the window of ${leader.agent} in ${group} was over at ${leader.turnMs}, and nothing was asked until ${fact.atMs}`);
    }
  },
});

function groupsIn(events: readonly Event[]): Set<string> {
  return new Set(events.flatMap((event) => (isOfElection(event) || event.type === "group.observed" ? [event.group] : [])));
}

function preempted(fail: Fail, { group, leader, after }: Extract<Event, { type: "leader.elected" }>, record: GroupRecord | undefined): void {
  const [now, former] = [record?.candidates.get(leader.session), record?.candidates.get(after?.session ?? "")];
  const may = record?.settings.policy === "priority" && record.settings.preempt && now !== undefined && former !== undefined && now.priority > former.priority;
  if (!may) fail("EL-7", `${leader.agent} pre-empted ${after?.agent} in ${group}, where it may not`);
}

function vacant(fail: Fail, group: string, record: GroupRecord, ledger: Ledger): void {
  const { candidates, ballot, coolingUntilMs } = record;
  if (ballot !== undefined || coolingUntilMs !== undefined || !isLeaderless(group, record, ledger)) return;
  fail("EL-6", `nobody leads ${group}, though ${[...candidates.values()].map(({ agent }) => agent).join(", ")} would`);
}

function led(fail: Fail, group: string, record: GroupRecord, atMs: number): void {
  const { settings, leader, candidates } = record;
  if (leader === undefined) return;
  if (settings.policy === "priority" && settings.preempt) {
    const priority = candidates.get(leader.session)?.priority ?? Number.POSITIVE_INFINITY;
    const above = standingOf(record).find((other) => other.priority > priority);
    if (above !== undefined) fail("EL-7", `${above.agent} of priority ${above.priority} stands by while ${leader.agent} leads ${group} with ${priority}`);
  }
  // What is due comes with the host's next look.
  if (settings.policy !== "rendezvous" || (leader.turnMs ?? 0) <= atMs) return;
  const named = rendezvousLeader({ group, windowMs: settings.windowMs }, standingOf(record), atMs);
  if (named !== leader.agent) fail("EL-8", `${leader.agent} leads ${group} at ${atMs}, the hash falls on ${named}`);
}
