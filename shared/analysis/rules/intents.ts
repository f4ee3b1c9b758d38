import type { Intent } from "../../model/index.ts";
import type { CheckerFactory } from "./checker.ts";
import { clash } from "./uses.ts";

/** An announcement names no more conflicts than this. */
const toldAtMost = 20;

/** IN-1: committed intents never conflict. IN-3: an intent ends with its window. IN-4: an announcement names all it conflicts with. */
export const intents: CheckerFactory = (fail) => ({
  event(event, before) {
    if (event.type === "intent.announced") {
      if (event.intent.committed) fail("IN-1", `${event.intent.intent} is committed from the first`);
      const named = new Set(event.conflicts.flatMap((conflict) => (conflict.kind === "intent" ? [conflict.intent] : [])));
      for (const other of before.intents.values()) {
        const conflicting = plansMeet(event.intent, other);
        if (conflicting && event.conflicts.length < toldAtMost && !named.has(other.intent))
          fail("IN-4", `${event.intent.intent} is not told of ${other.intent}`);
        if (!conflicting && named.has(other.intent)) fail("IN-4", `${event.intent.intent} is told of ${other.intent}, which it does not conflict with`);
      }
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
  fact(fact, now) {
    if (fact.kind !== "awake") return;
    for (const intent of now.intents.values())
      if (intent.endMs < fact.atMs) fail("IN-3", `${intent.intent} is still there at ${fact.atMs}, its window ended at ${intent.endMs}`);
  },
});

/** Do two plans of different sessions meet in time and in what they use? */
export function plansMeet(a: Intent, b: Intent): boolean {
  if (a.session === b.session || a.startMs >= b.endMs || b.startMs >= a.endMs) return false;
  return a.uses.some((x) => b.uses.some((y) => clash(x, y)));
}
