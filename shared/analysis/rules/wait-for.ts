import type { Lock, Wait } from "../../model/index.ts";
import type { Ledger } from "./ledger.ts";
import { clash, isBefore } from "./uses.ts";

/**
 * Who may wait for whom, a little too much rather than too little: somebody waits for whoever holds, or stands in the
 * queue before it for, what does not go together with what it wants; and for whom it says.
 */
export interface WaitFor {
  /** Those that a session may wait for, some of them twice. */
  readonly ahead: (session: string) => Iterable<string>;
  /** Those that may wait for a session, some of them twice. */
  readonly behind: (session: string) => Iterable<string>;
}

export function waitFor(ledger: Ledger): WaitFor {
  return { ahead: (session) => ahead(ledger, session), behind: (session) => behind(ledger, session) };
}

/** All that one comes to from some sessions or requests, these included. */
export function reachable<T>(from: Iterable<T>, next: (one: T) => Iterable<T>): Set<T> {
  const found = new Set(from);
  for (const one of found) for (const other of next(one)) found.add(other);
  return found;
}

function* ahead(ledger: Ledger, session: string): Generator<string> {
  for (const wait of ledger.waits.of(session)) {
    for (const want of wait.wants) {
      for (const lock of ledger.locks.near(want.resource)) if (lock.session !== session && isHeld(lock) && clash(lock, want)) yield lock.session;
      for (const other of ledger.waits.near(want.resource)) if (other.session !== session && isBefore(other, wait) && meet(other, wait)) yield other.session;
    }
  }
  for (const wait of ledger.declared.values()) {
    if (wait.session !== session) continue;
    for (const other of ledger.sessions.values()) if (wait.on.includes(other.agent)) yield other.session;
  }
}

function* behind(ledger: Ledger, session: string): Generator<string> {
  for (const lock of ledger.locks.of(session)) {
    if (!isHeld(lock)) continue;
    for (const wait of ledger.waits.near(lock.resource)) if (wait.session !== session && wait.wants.some((want) => clash(lock, want))) yield wait.session;
  }
  for (const wait of ledger.waits.of(session)) {
    for (const want of wait.wants)
      for (const other of ledger.waits.near(want.resource)) if (other.session !== session && isBefore(wait, other) && meet(wait, other)) yield other.session;
  }
  const agent = ledger.sessions.get(session)?.agent ?? "";
  for (const wait of ledger.declared.values()) if (wait.on.includes(agent)) yield wait.session;
}

function isHeld(lock: Lock): boolean {
  return lock.coolingUntilMs === undefined && lock.level === "sequenced";
}

function meet(a: Wait, b: Wait): boolean {
  return a.wants.some((one) => b.wants.some((other) => clash(one, other)));
}
