import { type DeadlockRecord, type EventOf, limits, type Wait } from "../../model/index.ts";
import type { CheckerFactory, Fail, Step } from "./checker.ts";
import type { Ledger } from "./ledger.ts";
import { stuckSessions } from "./stuck.ts";
import { clash, isBefore, near, settingsOf } from "./uses.ts";
import { reachable, waitFor } from "./wait-for.ts";

/** In canary one of so many deadlocks is resolved by itself. */
const canaryEvery = 4;

/**
 * WG-4: where another order of the queue frees everybody, nobody gives way; a reordering passes no upgrade and no waiter too
 * often. WG-7: the engine acts by itself just where the settings let it, and does what was planned; names in order under `ordered`.
 */
export const policies: CheckerFactory = (fail) => {
  /** By request: how often another was put before it. */
  const passed = new Map<number, number>();
  return {
    begin({ waits }) {
      for (const wait of waits) if (wait.passed !== undefined) passed.set(wait.request, wait.passed);
    },
    event(event, before, step) {
      if (event.type === "lock.dequeued") passed.delete(event.request);
      if ((event.type === "lock.granted" || event.type === "lock.upgraded") && event.request !== undefined) passed.delete(event.request);
      if (event.type === "deadlock.detected") {
        checkPlan(fail, before, event.found, passed);
        checkAct(fail, event.found, step);
      }
      if (event.type === "lock.reordered") checkReordering(fail, before, event, passed);
      if (event.type === "lock.queued" || event.type === "lock.granted") checkOrder(fail, before, event);
    },
  };
};

function checkPlan(fail: Fail, ledger: Ledger, found: DeadlockRecord, passed: ReadonlyMap<number, number>): void {
  const settings = settingsOf(ledger, found.resource);
  if (found.policy !== settings.policy || found.automatic !== settings.automatic)
    fail("WG-7", `${found.deadlock} is dealt with by ${found.policy} ${found.automatic}, set is ${settings.policy} ${settings.automatic}`);
  const byHand = settings.policy === "manual" || settings.policy === "timeout";
  if (byHand && found.plan.act !== "none") fail("WG-7", `${found.deadlock} is to be ended by itself, though the policy is ${settings.policy}`);
  if (found.plan.act !== "abort") return;
  for (const step of found.cycle) {
    if (step.kind !== "queue") continue;
    const wait = ledger.waits.get(step.request ?? 0);
    const ahead = wait === undefined ? [] : [...ledger.waits.of(step.on)].filter((other) => stands(other, wait));
    const [only] = ahead;
    if (wait === undefined || only === undefined || ahead.length > 1 || only.upgradeOf !== undefined) continue;
    const moved = { ...wait, rank: only.rank - 1 };
    if (passes(ledger, wait, moved).some((other) => (passed.get(other.request) ?? 0) >= limits.passesPerWait)) continue;
    if (isFreed(ledger, found, moved))
      fail("WG-4", `${found.plan.agent} gives way for ${found.deadlock}, though all could go on with ${wait.agent} before ${only.agent}`);
  }
}

/** Would everyone of the cycle go on if this wait stood where it is moved to? */
function isFreed(ledger: Ledger, { cycle }: DeadlockRecord, moved: Wait): boolean {
  const from = ledger.waits.get(moved.request);
  ledger.waits.set(moved.request, moved);
  try {
    // Whether they can go on is up to those alone that they wait for.
    const { ahead } = waitFor(ledger);
    const members = cycle.map((step) => step.session);
    const stuck = stuckSessions(ledger, reachable(members, ahead));
    return members.every((session) => !stuck.has(session));
  } finally {
    if (from === undefined) ledger.waits.delete(moved.request);
    else ledger.waits.set(moved.request, from);
  }
}

function checkAct(fail: Fail, { deadlock, plan, automatic }: DeadlockRecord, { events }: Step): void {
  const acts = plan.act !== "none" && (automatic === "live" || (automatic === "canary" && Number(deadlock.slice(1)) % canaryEvery === 0));
  const end = events.find((event): event is EventOf<"deadlock.resolved"> => event.type === "deadlock.resolved" && event.deadlock === deadlock);
  const did = end?.how === "reordered" || end?.how === "aborted" ? end.how : undefined;
  const should = acts ? (plan.act === "reorder" ? "reordered" : "aborted") : undefined;
  if (did !== should) fail("WG-7", `${deadlock} with automatic ${automatic} was ${did ?? "left standing"}, it should be ${should ?? "left standing"}`);
}

function checkReordering(fail: Fail, ledger: Ledger, event: EventOf<"lock.reordered">, passed: Map<number, number>): void {
  const wait = ledger.waits.get(event.request);
  const record = ledger.deadlocks.get(event.deadlock);
  if (wait === undefined || record === undefined) return fail("WG-4", `request ${event.request} is put before another for no known deadlock`);
  if (!record.cycle.some((step) => step.request === event.request)) fail("WG-4", `request ${event.request} is not in the cycle of ${event.deadlock}`);
  const moved = { ...wait, rank: event.rank };
  const gone = passes(ledger, wait, moved);
  if (!gone.some((other) => other.request === event.before)) fail("WG-4", `request ${event.request} is not put before ${event.before}, as it says`);
  for (const other of gone) {
    const times = (passed.get(other.request) ?? 0) + 1;
    passed.set(other.request, times);
    if (times > limits.passesPerWait) fail("WG-4", `others were put before request ${other.request} of ${other.agent} ${times} times`);
  }
  if (!isFreed(ledger, record, moved)) fail("WG-4", `with ${wait.agent} before ${event.before} the members of ${event.deadlock} still cannot go on`);
}

/** The waiters that a wait goes past when it moves. */
function passes(ledger: Ledger, from: Wait, to: Wait): Wait[] {
  return near(ledger, from.wants).filter((other) => other.request !== from.request && stands(other, from) && isBefore(to, other));
}

/** Does a wait stand before another and want what does not go together with it? */
function stands(ahead: Wait, behind: Wait): boolean {
  return ahead.session !== behind.session && isBefore(ahead, behind) && ahead.wants.some((one) => behind.wants.some((want) => clash(one, want)));
}

/** Policy `ordered`: nobody asks for what comes before what it holds. */
function checkOrder(fail: Fail, ledger: Ledger, event: EventOf<"lock.queued"> | EventOf<"lock.granted">): void {
  const waited = event.type === "lock.granted" && event.request !== undefined;
  const asked = event.type === "lock.queued" ? event.wait : { session: event.session, wants: event.locks, upgradeOf: undefined };
  if (waited || asked.upgradeOf !== undefined) return;
  if (isOutOfOrder(ledger, asked.session, asked.wants))
    fail("WG-7", `${asked.session} asks for ${asked.wants.map((want) => want.resource).join(", ")} out of order, and the policy is ordered`);
}

/** Does a session ask for what comes before something that it holds, where names go in order? */
export function isOutOfOrder(ledger: Ledger, session: string, wants: readonly { readonly resource: string }[]): boolean {
  return wants.some(({ resource }) => {
    const { policy, automatic, level } = settingsOf(ledger, resource);
    if (policy !== "ordered" || automatic !== "live" || level !== "sequenced") return false;
    return [...ledger.locks.of(session)].some(
      (lock) => lock.coolingUntilMs === undefined && lock.resource > resource && settingsOf(ledger, lock.resource).policy === "ordered",
    );
  });
}
