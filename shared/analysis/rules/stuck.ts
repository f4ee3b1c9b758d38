import type { Lock, Wait } from "../../model/index.ts";
import type { Ledger } from "./ledger.ts";
import { blockersOf, isBefore, type Standing, settingsOf } from "./uses.ts";

/** What is tried out: a copy that nobody else sees. */
type Trial = Standing & { readonly here: Set<string> };

/**
 * Who can never go on, by the definition: whoever waits for nothing goes and gives back what it has, whatever that makes
 * grantable is granted, and so on; who is left is stuck. Time and operators help nobody here: lock-delays and freezes are
 * taken as over. `gone` go at once, as if they had given way. Slow, and apart from the engine's own reduction.
 */
export function stuckSessions(ledger: Ledger, gone: ReadonlySet<string> = new Set()): Set<string> {
  const waiting = new Set([...ledger.waits.values(), ...ledger.declared.values()].map((wait) => wait.session));
  for (const session of gone) waiting.delete(session);
  if (waiting.size < 2) return new Set();
  const trial = trialOf(ledger, waiting);
  while (goOn(ledger, trial) || grantFirst(trial, () => true)) {}
  return trial.here;
}

/** Only those who wait, with what they hold: everyone else has gone already. */
function trialOf(ledger: Ledger, waiting: Set<string>): Trial {
  const locks = new Map<string, Lock>();
  for (const lock of ledger.locks.values()) if (lock.coolingUntilMs === undefined && waiting.has(lock.session)) locks.set(lock.fence, lock);
  const waits = new Map<number, Wait>();
  for (const wait of [...ledger.waits.values()].sort((a, b) => (isBefore(a, b) ? -1 : 1))) if (waiting.has(wait.session)) waits.set(wait.request, wait);
  return { locks, waits, freezes: new Map(), rules: ledger.rules, settings: ledger.settings, here: waiting };
}

/** Lets everyone go who waits for nothing any more, or would not once its own requests are granted as things stand. */
function goOn(ledger: Ledger, trial: Trial): boolean {
  const declared = declaredStill(ledger, trial);
  for (const session of trial.here) {
    if (declared.has(session) || !canFinish(trial, session)) continue;
    trial.here.delete(session);
    for (const wait of [...trial.waits.values()]) if (wait.session === session) trial.waits.delete(wait.request);
    for (const lock of [...trial.locks.values()]) if (lock.session === session) trial.locks.delete(lock.fence);
    return true;
  }
  return false;
}

/** Who waits for others to do something, by its own word. Who is not here may come back: that is nobody's deadlock. */
function declaredStill(ledger: Ledger, trial: Trial): Set<string> {
  const agents = new Set([...trial.here].map((session) => ledger.sessions.get(session)?.agent ?? ""));
  const still = new Set<string>();
  for (const wait of ledger.declared.values()) {
    const missing = wait.need - wait.on.filter((agent) => !agents.has(agent)).length;
    if (wait.kind !== "session" && missing > 0) still.add(wait.session);
  }
  return still;
}

function canFinish(trial: Trial, session: string): boolean {
  const own = [...trial.waits.values()].filter((wait) => wait.session === session);
  if (own.length === 0) return true;
  const alone = { ...trial, locks: new Map(trial.locks), waits: new Map(trial.waits) };
  for (let left = own.length; left > 0; left--) if (!grantFirst(alone, (wait) => wait.session === session)) return false;
  return true;
}

/** Grants the first request that can be granted and meets a condition. */
function grantFirst(trial: Trial, condition: (wait: Wait) => boolean): boolean {
  for (const wait of trial.waits.values()) {
    if (!condition(wait)) continue;
    const request = { session: wait.session, wants: wait.wants, place: wait };
    if (!blockersOf(withoutOwnUnits(trial, wait), request).next().done) continue;
    trial.waits.delete(wait.request);
    for (const [index, want] of wait.wants.entries()) {
      const fence = wait.upgradeOf ?? `trial ${wait.request} ${index}`;
      const lock = trial.locks.get(fence);
      const fresh = { fence, resource: want.resource, weight: want.weight, level: settingsOf(trial, want.resource).level, session: wait.session };
      trial.locks.set(fence, (lock === undefined ? { ...fresh, mode: want.mode } : { ...lock, mode: "exclusive" }) as Lock);
    }
    return true;
  }
  return false;
}

/** Units that a session holds itself are in its own hand: it waits for nobody by them. */
function withoutOwnUnits(trial: Trial, wait: Wait): Standing {
  const own = (lock: Lock) =>
    lock.session === wait.session && wait.wants.some((want) => want.resource === lock.resource && settingsOf(trial, want.resource).capacity > 1);
  const found = [...trial.locks].filter(([, lock]) => own(lock));
  if (found.length === 0) return trial;
  const locks = new Map(trial.locks);
  for (const [fence] of found) locks.delete(fence);
  return { ...trial, locks };
}
