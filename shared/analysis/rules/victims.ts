import { type DeadlockRecord, limits, type VictimRule, type Wait } from "../../model/index.ts";
import type { CheckerFactory, Fail } from "./checker.ts";
import type { Ledger } from "./ledger.ts";
import { overlaps } from "./match.ts";
import { clash, isBefore, near, settingsOf } from "./uses.ts";

/**
 * WG-3: who gives way is in the cycle and is the one that the rule names. WG-5: the oldest gives way only where nobody else
 * can, and age alone decides who waits for whom under wound-wait and wait-die. WG-6: nobody gives way more often in a row
 * than the limit while somebody else can.
 */
export const victims: CheckerFactory = (fail) => ({
  event(event, before, { command, events }) {
    if (event.type === "deadlock.detected") return planned(fail, before, event.found);
    if (event.type !== "lock.dequeued" || (event.why !== "victim" && event.why !== "wounded")) return;
    const wait = before.waits.get(event.request);
    if (wait === undefined) return;
    if (event.deadlock === undefined) {
      // Who is wounded loses all that it waits for; the first of it is what stood before the older one.
      const first = events.find((one) => one.type === "lock.dequeued" && one.why === event.why && one.session === event.session);
      if (first === event) prevented(fail, before, wait, event.why);
      return;
    }
    const record = before.deadlocks.get(event.deadlock);
    const inCycle = record?.cycle.some((step) => step.session === event.session && step.request === event.request) ?? false;
    if (!inCycle) fail("WG-3", `request ${event.request} of ${event.agent} gives way for ${event.deadlock} without being in its cycle`);
    const byHand = command?.from === "operator" && command.command.type === "deadlock.resolve" && command.command.deadlock === event.deadlock;
    if (byHand !== (event.actor !== undefined)) fail("OP-1", `${event.agent} gives way for ${event.deadlock}, and it is not said by whose word`);
    if (!byHand && record !== undefined && record.plan.session !== event.session)
      fail("WG-3", `${event.agent} gives way for ${event.deadlock}, planned was ${record.plan.agent ?? "nobody"}`);
  },
});

/** Is the victim of the plan the one it has to be? */
function planned(fail: Fail, ledger: Ledger, { deadlock, cycle, plan, resource }: DeadlockRecord): void {
  if (plan.act !== "abort") return;
  const able = new Map<string, Wait>();
  for (const { session, request } of cycle) {
    const wait = ledger.waits.get(request ?? 0);
    if (wait !== undefined && !able.has(session)) able.set(session, wait);
  }
  const victim = plan.session ?? "";
  if (!able.has(victim)) return fail("WG-3", `${deadlock} is to be ended by ${plan.agent}, who waits for no lock in it`);
  const others = [...able.keys()].filter((session) => session !== victim);
  const oldest = cycle.map((step) => step.session).reduce((a, b) => (ledger.ages.isOlder(ledger, a, b) ? a : b));
  if (victim === oldest && others.length > 0)
    fail("WG-5", `${plan.agent} gives way for ${deadlock}, though it is the oldest and ${others.length} others could`);
  const aborts = (session: string) => ledger.ages.work.get(session)?.aborts ?? 0;
  const fresh = [...able.keys()].filter((session) => session !== oldest && aborts(session) < limits.abortsInRow);
  if (aborts(victim) >= limits.abortsInRow && fresh.length > 0)
    fail("WG-6", `${plan.agent} gives way for ${deadlock} after it did so ${aborts(victim)} times in a row, and ${fresh.length} others could`);
  const rule = settingsOf(ledger, resource).victim;
  const cost = (session: string) => costs[rule](ledger, session, able.get(session) as Wait);
  const better = fresh.find((session) => fresh.includes(victim) && cost(session) < cost(victim));
  if (better !== undefined) fail("WG-3", `${plan.agent} gives way for ${deadlock} by the rule ${rule}, which names ${able.get(better)?.agent}`);
}

/** Under wait-die and wound-wait it is always the younger one that gives way. */
function prevented(fail: Fail, ledger: Ledger, wait: Wait, why: "victim" | "wounded"): void {
  const isOlder = (session: string) => session !== wait.session && ledger.ages.isOlder(ledger, session, wait.session);
  if (why === "victim") {
    const policy = settingsOf(ledger, wait.wants[0]?.resource ?? "").policy;
    if (policy !== "waitDie") fail("WG-7", `request ${wait.request} of ${wait.agent} dies, though the policy is ${policy}`);
    else if (!standingBefore(ledger, wait).some(isOlder)) fail("WG-5", `${wait.agent} dies, though it is older than all it waits for`);
    return;
  }
  const wounders = [...ledger.waits.values()].filter((other) => isOlder(other.session) && standingBefore(ledger, other).includes(wait.session));
  if (wounders.length === 0) fail("WG-5", `${wait.agent} is wounded, though nobody older waits for it`);
}

/** The sessions that hold, or stand in the queue for, what a wait wants. */
function standingBefore(ledger: Ledger, wait: Wait): string[] {
  const holders = wait.wants
    .flatMap((want) => ledger.locks.near(want.resource))
    .filter((lock) => lock.coolingUntilMs === undefined && wait.wants.some((want) => clash(lock, want)));
  const ahead = near(ledger, wait.wants).filter((other) => isBefore(other, wait) && other.wants.some((one) => wait.wants.some((want) => clash(one, want))));
  return [...holders, ...ahead].map(({ session }) => session).filter((session) => session !== wait.session);
}

/** What each rule keeps small; the engine's own reckoning is not used. */
const costs: Record<VictimRule, (ledger: Ledger, session: string, wait: Wait) => number> = {
  youngest: (ledger, session) => -(ledger.ages.work.get(session)?.sinceMs ?? ledger.atMs),
  lowestPriority: (_, __, wait) => wait.priority,
  leastWork: (ledger, session) => held(ledger, session).reduce((sum, lock) => sum + ledger.atMs - lock.grantedMs, 0),
  fewestLocks: (ledger, session) => held(ledger, session).length,
  mostReleased: (ledger, session) => {
    const locks = held(ledger, session);
    const freed = [...ledger.waits.values()].filter(
      (wait) => wait.session !== session && locks.some((lock) => wait.wants.some((want) => overlaps(want.resource, lock.resource))),
    );
    return -freed.length;
  },
};

function held(ledger: Ledger, session: string) {
  return [...ledger.locks.of(session)].filter((lock) => lock.coolingUntilMs === undefined);
}
