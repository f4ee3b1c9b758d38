import type { Lock } from "../../model/index.ts";
import type { CheckerFactory, Fail } from "./checker.ts";
import type { Ledger } from "./ledger.ts";
import { isGlob } from "./match.ts";
import { clash, settingsOf } from "./uses.ts";

/** LK-1: a lock that comes into force goes together with every lock that is held or cooling. */
export const exclusion: CheckerFactory = (fail) => ({
  event(event, before) {
    if (event.type === "lock.granted") {
      for (const lock of event.locks) check(fail, before, lock, `request of ${event.agent}`);
      return;
    }
    if (event.type !== "lock.upgraded" && event.type !== "lock.transferred") return;
    const lock = before.locks.get(event.fence);
    if (lock === undefined) return;
    if (event.type === "lock.upgraded") check(fail, before, { ...lock, mode: "exclusive" }, `upgrade by ${event.agent}`);
    else check(fail, before, { ...lock, session: event.to, agent: event.toAgent }, `transfer to ${event.toAgent}`);
  },
});

function check(fail: Fail, ledger: Ledger, lock: Lock, what: string): void {
  if (lock.level !== "sequenced") return;
  for (const other of ledger.locks.near(lock.resource)) {
    if (other.level !== "sequenced" || other.fence === lock.fence) continue;
    if (other.session === lock.session && other.coolingUntilMs === undefined) continue;
    if (!clash(lock, other) || isUnitOfSame(ledger, lock, other)) continue;
    const cooling = other.coolingUntilMs === undefined ? "held" : "cooling";
    fail("LK-1", `${what}: ${lock.mode} ${lock.resource} conflicts with ${other.mode} ${other.resource}, ${cooling} as ${other.fence} by ${other.agent}`);
  }
}

function isUnitOfSame(ledger: Ledger, a: Lock, b: Lock): boolean {
  return a.resource === b.resource && !isGlob(a.resource) && settingsOf(ledger, a.resource).capacity > 1;
}
