import type { CheckerFactory } from "./checker.ts";
import type { Ledger } from "./ledger.ts";

/** OP-7: what is asked for within a command leaves the agents of one principal within its quota. */
export const quotas: CheckerFactory = (fail) => ({
  event(event, before) {
    if (before.quotas.size === 0) return;
    if (event.type === "lock.queued" && event.wait.upgradeOf === undefined) check(before, event.wait.session, event.wait.wants.length, 1);
    else if (event.type === "lock.queued") check(before, event.wait.session, 0, 1);
    else if (event.type === "lock.granted" && event.request === undefined) check(before, event.session, event.locks.length, 0);
    else if (event.type === "lock.transferred" && principalOf(before, event.session) !== principalOf(before, event.to)) check(before, event.to, 1, 0);

    function check(ledger: Ledger, session: string, locks: number, waits: number): void {
      const room = roomOf(ledger, session);
      const principal = principalOf(ledger, session);
      if (locks > 0 && locks > room.locks) fail("OP-7", `${principal} gets ${locks} locks or waits for them, its quota leaves room for ${room.locks}`);
      if (waits > 0 && waits > room.waits) fail("OP-7", `${principal} has one more request waiting, its quota leaves room for ${room.waits}`);
    }
  },
});

/** How much more the agents of a session's principal may have: held and asked for count alike. */
export function roomOf(ledger: Ledger, session: string): { readonly locks: number; readonly waits: number } {
  const quota = ledger.quotas.get(principalOf(ledger, session));
  if (quota === undefined) return { locks: Number.POSITIVE_INFINITY, waits: Number.POSITIVE_INFINITY };
  const own = (other: { session: string }) => principalOf(ledger, other.session) === quota.principal;
  const waiting = [...ledger.waits.values()].filter(own);
  const asked = waiting.reduce((sum, wait) => sum + (wait.upgradeOf === undefined ? wait.wants.length : 0), 0);
  const held = [...ledger.locks.values()].filter((lock) => lock.coolingUntilMs === undefined && own(lock)).length;
  return { locks: (quota.locks ?? Number.POSITIVE_INFINITY) - held - asked, waits: (quota.waits ?? Number.POSITIVE_INFINITY) - waiting.length };
}

function principalOf(ledger: Ledger, session: string): string {
  return ledger.sessions.get(session)?.principal ?? "";
}
