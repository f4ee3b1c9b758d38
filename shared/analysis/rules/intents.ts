import type { CheckerFactory } from "./checker.ts";
import { DecidedBefore } from "./decided-before.ts";
import { conflictsOf, difference, plansMeet } from "./plans.ts";

/**
 * IN-1: committed intents never conflict. IN-3: an intent ends with its window. IN-4: an announcement names all it conflicts
 * with. IN-5: a check answers the same and changes nothing.
 */
export const intents: CheckerFactory = (fail) => {
  /** What each decision of a check met. */
  const checks = new DecidedBefore<ReadonlySet<string>>();
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
      checks.add(session, asked.id, conflictsOf(after, { session, uses: asked.uses, startMs, endMs: startMs + asked.lastsMs }));
    },
    fact(fact, now) {
      if (fact.kind === "answered" && fact.answer.ok && fact.answer.result.status === "checked") {
        const { id, result } = fact.answer;
        const problems = checks.of(fact.sender, id).map((met) => difference(result.conflicts, met));
        if (problems.length > 0 && !problems.includes(undefined)) fail("IN-5", `check ${id} of ${fact.sender} ${problems[0]}`);
      }
      if (fact.kind !== "awake") return;
      for (const intent of now.intents.values()) {
        if (intent.endMs < fact.atMs) fail("IN-3", `${intent.intent} is still there at ${fact.atMs}, its window ended at ${intent.endMs}`);
      }
    },
  };
};
