import type { Lock, Session } from "../../model/index.ts";
import { emptyState, evolve, type State, toSnapshot } from "../../state/index.ts";
import type { CheckerFactory, Fail } from "./checker.ts";
import type { Ledger } from "./ledger.ts";

/**
 * JR-3, JR-4: folding all events gives the state that was lived or restored, record by record. And the fold agrees with
 * the ledger, which reads the same events by code of its own.
 */
export const replay: CheckerFactory = (fail) => {
  const folded = emptyState("replay");
  return {
    step({ events }, after) {
      // What does not follow on is JR-2's to tell.
      for (const event of events) if (event.position === folded.position + 1) evolve(folded, event);
      if (events.length > 0) compare(folded, after, fail);
    },
    fact(fact) {
      if (fact.kind !== "state" || fact.snapshot.position !== folded.position) return;
      const ours = { ...toSnapshot(folded), space: fact.snapshot.space };
      for (const [key, value] of Object.entries(ours)) {
        const theirs = JSON.stringify(fact.snapshot[key as keyof typeof ours]);
        const text = JSON.stringify(value);
        if (text !== theirs)
          fail(fact.origin === "checkpoint" ? "JR-4" : "JR-3", `${key} of the ${fact.origin} at ${folded.position} is ${theirs}, the events fold to ${text}`);
      }
    },
  };
};

function compare(state: State, ledger: Ledger, fail: Fail): void {
  for (const table of ["sessions", "locks", "waits", "intents", "freezes", "versions"] as const) {
    if (state[table].size !== ledger[table].size)
      fail("JR-3", `there should be ${ledger[table].size} ${table} at ${ledger.position}, the fold has ${state[table].size}`);
  }
  for (const lock of ledger.locks.values()) {
    const other = state.locks.get(lock.fence);
    if (other === undefined || lockText(other) !== lockText(lock))
      fail("JR-3", `lock should be ${lockText(lock)}, the fold has ${other === undefined ? "none" : lockText(other)}`);
  }
  for (const session of ledger.sessions.values()) {
    const other = state.sessions.get(session.session);
    if (other === undefined || sessionText(other) !== sessionText(session))
      fail("JR-3", `session should be ${sessionText(session)}, the fold has ${other === undefined ? "none" : sessionText(other)}`);
  }
  for (const request of ledger.waits.keys()) if (!state.waits.has(request)) fail("JR-3", `request ${request} should wait, the fold has it not`);
  for (const intent of ledger.intents.values()) {
    if (state.intents.get(intent.intent)?.committed !== intent.committed)
      fail("JR-3", `intent ${intent.intent} should be ${intent.committed ? "" : "un"}committed, the fold has it otherwise`);
  }
}

function lockText(lock: Lock): string {
  const { fence, resource, mode, weight, level, session, agent, holds, guarded } = lock;
  return [fence, resource, mode, weight, level, session, agent, holds, guarded, lock.holdUntilMs, lock.coolingUntilMs, lock.version].join(" ");
}

function sessionText({ session, agent, connected, state, progress }: Session): string {
  return [session, agent, connected, state, progress].join(" ");
}
