import type { Conflict, Intent, Want } from "../../model/index.ts";
import type { Ledger } from "./ledger.ts";
import { clash } from "./uses.ts";

/** What is planned or begun, as far as it matters for conflicts. */
export type Plan = Pick<Intent, "session" | "startMs" | "endMs"> & { readonly uses: readonly Pick<Want, "resource" | "mode" | "weight">[] };

/** Nobody is told of more conflicts than this. */
export const toldAtMost = 20;

/** Do two plans of different sessions meet in time and in what they use? */
export function plansMeet(a: Plan, b: Plan): boolean {
  if (a.session === b.session || a.startMs >= b.endMs || b.startMs >= a.endMs) return false;
  return a.uses.some((x) => b.uses.some((y) => clash(x, y)));
}

/** What a plan meets, each as `kind name`: others' intents in its window, and whoever holds or waits there now. */
export function conflictsOf(ledger: Ledger, plan: Plan): Set<string> {
  const meets = (session: string, uses: readonly Pick<Want, "resource" | "mode" | "weight">[]) =>
    session !== plan.session && plan.uses.some((x) => uses.some((y) => clash(x, y)));
  const intents = [...ledger.intents.values()].filter((other) => plansMeet(plan, other)).map((other) => `intent ${other.intent}`);
  const locks = plan.uses
    .flatMap(({ resource }) => ledger.locks.near(resource))
    .filter((lock) => lock.coolingUntilMs === undefined && meets(lock.session, [lock]))
    .map((lock) => `holder ${lock.fence}`);
  const waits = plan.uses
    .flatMap(({ resource }) => ledger.waits.near(resource))
    .filter((wait) => meets(wait.session, wait.wants))
    .map((wait) => `waiter ${wait.request}`);
  return new Set([...intents, ...locks, ...waits]);
}

/** What is wrong with the conflicts that somebody was told, in words; undefined when nothing is. */
export function difference(told: readonly Conflict[], expected: ReadonlySet<string>): string | undefined {
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
