import type { Blocker } from "../../model/index.ts";
import type { CheckerFactory } from "./checker.ts";
import { DecidedBefore } from "./decided-before.ts";
import type { Ledger } from "./ledger.ts";
import { agingStepMs, blockersOf, type Use } from "./uses.ts";

/** An event or a refusal names no more blockers than this. */
const toldAtMost = 3;

/** LK-24: what a waiter or a refused try is told to stand before it is just what does. */
export const blockers: CheckerFactory = (fail) => {
  /** What stood before each decision of a try. */
  const tries = new DecidedBefore<ReadonlySet<string>>();
  return {
    event(event, before) {
      if (event.type !== "lock.queued") return;
      const { session, wants } = event.wait;
      const expected = new Set(blockersOf(before, { session, wants, place: event.wait }));
      for (const problem of differences(event.blockers, expected)) fail("LK-24", `request ${event.wait.request} ${problem}`);
    },
    step({ command, events, atMs }, after) {
      if (events.length > 0 || command?.from !== "agent" || command.command.type !== "lock.acquire" || command.command.waitMs !== 0) return;
      tries.add(command.session, command.command.id, wouldBlock(after, command.session, command.command, atMs));
    },
    fact(fact) {
      if (fact.kind !== "answered" || fact.answer.ok || fact.answer.error.code !== "busy") return;
      const { id, error } = fact.answer;
      const problems = tries.of(fact.sender, id).map((one) => [...differences(error.blockers ?? [], one)]);
      if (!problems.some((found) => found.length === 0)) for (const problem of problems[0] ?? []) fail("LK-24", `try ${id} of ${fact.sender} ${problem}`);
    },
  };
};

function wouldBlock(ledger: Ledger, session: string, asked: { readonly wants: readonly Use[]; readonly priority: number }, atMs: number): Set<string> {
  return new Set(
    blockersOf(ledger, {
      session,
      wants: asked.wants,
      place: { rank: atMs - asked.priority * agingStepMs(ledger, asked.wants), request: Number.POSITIVE_INFINITY },
    }),
  );
}

function* differences(told: readonly Blocker[], expected: ReadonlySet<string>): Generator<string> {
  const names = new Set(told.map(nameOf));
  if (told.length === 0) yield "is told of nothing that blocks it";
  if (names.size !== Math.min(expected.size, toldAtMost)) yield `is told of ${[...names].join(", ")}, before it stand ${[...expected].join(", ")}`;
  for (const name of names) if (!expected.has(name)) yield `is told of ${name}, which does not stand before it`;
}

function nameOf(blocker: Blocker): string {
  switch (blocker.kind) {
    case "holder":
    case "lockDelay":
      return `${blocker.kind} ${blocker.fence}`;
    case "queue":
      return `queue ${blocker.request}`;
    case "frozen":
      return `frozen ${blocker.resource}`;
  }
}
