import { describe, expect, test } from "vitest";
import { deadlocks } from "../../analysis/rules/deadlocks.ts";
import { idleWait } from "../../analysis/rules/idle-wait.ts";
import { type CheckerFactory, Ledger, Monitor } from "../../analysis/rules/index.ts";
import { stuckSessions, waitingSessions } from "../../analysis/rules/stuck.ts";
import { blockersOf } from "../../analysis/rules/uses.ts";
import type { Event } from "../../model/index.ts";
import { decisionsOf, type Journal, journalOf } from "../testing/journals.ts";

const turns = 6;

/** The position of the first decision after which something is wrong, looking at everything there is each time. */
function firstWrong(decisions: readonly (readonly Event[])[], isWrong: (ledger: Ledger) => boolean): number | undefined {
  const ledger = new Ledger();
  for (const events of decisions) {
    for (const event of events) ledger.fold(event);
    if (isWrong(ledger)) return ledger.position;
  }
  return undefined;
}

/** The same as a checker finds it that looks at what changed. */
function firstFound(decisions: readonly (readonly Event[])[], checker: CheckerFactory, pattern: RegExp): number | undefined {
  const monitor = new Monitor({ checker });
  for (const events of decisions) monitor.step({ command: undefined, events, atMs: events[0]?.atMs ?? 0 });
  return monitor.breaches.find(({ message }) => pattern.test(message))?.position;
}

/** A journal by decisions, without some of its events. */
function without(journal: Journal, drop: (event: Event) => boolean): (readonly Event[])[] {
  const kept = [...decisionsOf(journal)].map(({ events }) => events.filter((event) => !drop(event)));
  return kept.filter((events) => events.length > 0);
}

describe("checkers that look at what changed see what looking at everything would", () => {
  test.each([2, 5, 7])("LK-21: a grant that was forgotten shows at the same position (seed %i)", (seed) => {
    const journal = journalOf(seed);
    const grants = journal.events.filter((event) => event.type === "lock.granted" && event.request !== undefined);
    let shown = 0;
    for (let turn = 0; turn < turns; turn += 1) {
      const dropped = grants[Math.floor((turn * grants.length) / turns)]?.position;
      const decisions = without(journal, (event) => event.position === dropped);
      const isWrong = (ledger: Ledger) =>
        [...ledger.waits.values()].some((wait) => blockersOf(ledger, { session: wait.session, wants: wait.wants, place: wait }).next().done === true);
      const expected = firstWrong(decisions, isWrong);
      expect(firstFound(decisions, idleWait, /waits for nothing/)).toBe(expected);
      if (expected !== undefined) shown += 1;
    }
    expect(shown).toBeGreaterThan(0);
  });

  test("WG-1: a deadlock that nobody saw shows at the same position", () => {
    const ending = (event: Event) =>
      event.type.startsWith("deadlock.") || event.type === "lock.reordered" || (event.type === "lock.dequeued" && event.deadlock !== undefined);
    const found = [2, 5, 7, 12, 20, 33].map((seed) => {
      const decisions = without(journalOf(seed), ending);
      const expected = firstWrong(decisions, (ledger) => stuckSessions(ledger, waitingSessions(ledger)).size > 0);
      expect(firstFound(decisions, deadlocks, /can never go on/)).toBe(expected);
      return expected;
    });
    expect(found.some((position) => position !== undefined)).toBe(true);
  });
});
