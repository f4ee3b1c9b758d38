import type { Conflict, Intent, Want } from "../../model/index.ts";
import type { CheckerFactory } from "./checker.ts";
import type { Ledger } from "./ledger.ts";
import { clash } from "./uses.ts";

/** What is planned, as far as it matters for conflicts. */
type Plan = Pick<Intent, "session" | "uses" | "startMs" | "endMs">;

/** An announcement names no more conflicts than this. */
const toldAtMost = 20;
/** Checks whose answer is still on its way. */
const openChecks = 1_000;

/**
 * IN-1: committed intents never conflict. IN-3: an intent ends with its window. IN-4: an announcement names all it conflicts
 * with. IN-5: a check answers the same and changes nothing.
 */
export const intents: CheckerFactory = (fail) => {
  /** By sender and command: what each decision of a check met. */
  const checks = new Map<string, Set<string>[]>();
  return {
    event(event, before, { command }) {
      if (command?.from === "agent" && command.command.type === "intent.check") fail("IN-5", `a check came to ${event.type}`);
      if (event.type === "intent.announced") {
        if (event.intent.committed) fail("IN-1", `${event.intent.intent} is committed from the first`);
        const problem = difference(event.conflicts, conflictsOf(before, event.intent));
        if (problem !== undefined) fail("IN-4", `${event.intent.intent} ${problem}`);
      }
      if (event.type === "intent.committed") {
        const intent = before.intents.get(event.intent);
        for (const other of before.intents.values()) {
          if (intent !== undefined && other.committed && plansMeet(intent, other)) fail("IN-1", `${intent.intent} and ${other.intent} are both committed`);
        }
      }
      if (event.type === "intent.ended" && event.why === "expired") {
        const end = before.intents.get(event.intent)?.endMs ?? 0;
        if (event.atMs < end) fail("IN-3", `${event.intent} expired at ${event.atMs}, its window ends at ${end}`);
      }
    },
    step({ command, atMs }, after) {
      if (command?.from !== "agent" || command.command.type !== "intent.check") return;
      const { session, command: asked } = command;
      const startMs = atMs + asked.startsInMs;
      const met = conflictsOf(after, { session, uses: asked.uses, startMs, endMs: startMs + asked.lastsMs });
      if (checks.size >= openChecks) checks.clear();
      const key = `${session} ${asked.id}`;
      checks.set(key, [...(checks.get(key) ?? []).slice(-9), met]);
    },
    fact(fact, now) {
      if (fact.kind === "answered" && fact.answer.ok && fact.answer.result.status === "checked") {
        const { id, result } = fact.answer;
        const expected = checks.get(`${fact.sender} ${id}`) ?? [];
        // A repeated check is decided each time anew; answers do not say which of them they are of.
        const problems = expected.map((one) => difference(result.conflicts, one));
        if (problems.length > 0 && !problems.includes(undefined)) fail("IN-5", `check ${id} of ${fact.sender} ${problems[0]}`);
      }
      if (fact.kind !== "awake") return;
      for (const intent of now.intents.values()) {
        if (intent.endMs < fact.atMs) fail("IN-3", `${intent.intent} is still there at ${fact.atMs}, its window ended at ${intent.endMs}`);
      }
    },
  };
};

/** Do two plans of different sessions meet in time and in what they use? */
export function plansMeet(a: Plan, b: Plan): boolean {
  if (a.session === b.session || a.startMs >= b.endMs || b.startMs >= a.endMs) return false;
  return a.uses.some((x) => b.uses.some((y) => clash(x, y)));
}

/** Others' intents in its window, and whoever holds or waits there now. */
function conflictsOf(ledger: Ledger, plan: Plan): Set<string> {
  const meets = (session: string, uses: readonly Pick<Want, "resource" | "mode" | "weight">[]) =>
    session !== plan.session && plan.uses.some((x) => uses.some((y) => clash(x, y)));
  const intents = [...ledger.intents.values()].filter((other) => plansMeet(plan, other)).map((other) => `intent ${other.intent}`);
  const locks = [...ledger.locks.values()]
    .filter((lock) => lock.coolingUntilMs === undefined && meets(lock.session, [lock]))
    .map((lock) => `holder ${lock.fence}`);
  const waits = [...ledger.waits.values()].filter((wait) => meets(wait.session, wait.wants)).map((wait) => `waiter ${wait.request}`);
  return new Set([...intents, ...locks, ...waits]);
}

function difference(told: readonly Conflict[], expected: ReadonlySet<string>): string | undefined {
  const names = new Set(told.map(nameOf));
  const wrong = [...names].find((name) => !expected.has(name));
  if (wrong !== undefined) return `is told of ${wrong}, which it does not meet`;
  if (names.size === Math.min(expected.size, toldAtMost)) return undefined;
  return `is told of ${[...names].join(", ") || "nothing"}, it meets ${[...expected].join(", ")}`;
}

function nameOf(conflict: Conflict): string {
  switch (conflict.kind) {
    case "intent":
      return `intent ${conflict.intent}`;
    case "holder":
      return `holder ${conflict.fence}`;
    case "waiter":
      return `waiter ${conflict.request}`;
  }
}
