import { type Answer, limits } from "../../model/index.ts";
import type { CheckerFactory } from "./checker.ts";

/** SE-8: a command id applies once, and every repeat gets the first result. */
export const once: CheckerFactory = (fail) => {
  /** By sender: its last command ids that changed something, and their first results. */
  const senders = new Map<string, Map<string, string | undefined>>();
  return {
    step({ events }) {
      const causes = new Map<string, { sender: string; id: string }>();
      for (const { cause, type } of events) if (cause !== undefined && type !== "session.ended") causes.set(`${cause.sender}\n${cause.id}`, cause);
      for (const { sender, id } of causes.values()) {
        const known = senders.get(sender) ?? new Map<string, string | undefined>();
        senders.set(sender, known);
        if (known.has(id)) fail("SE-8", `command ${id} of ${sender} was applied a second time`);
        known.set(id, undefined);
        if (known.size > limits.answersPerSender) known.delete(known.keys().next().value ?? id);
      }
      // After the session nobody is left to repeat a command.
      for (const event of events) if (event.type === "session.ended") senders.delete(event.session);
    },
    fact(fact) {
      if (fact.kind !== "answered") return;
      const known = senders.get(fact.sender);
      if (known === undefined || !known.has(fact.answer.id)) return;
      const text = textOf(fact.answer);
      // A server that cannot answer says so and decides nothing.
      if (text === undefined) return;
      const first = known.get(fact.answer.id);
      if (first === undefined) known.set(fact.answer.id, text);
      else if (first !== text) fail("SE-8", `command ${fact.answer.id} of ${fact.sender} was first answered ${first} and then ${text}`);
    },
  };
};

function textOf(answer: Answer): string | undefined {
  if (answer.ok) return JSON.stringify(answer.result);
  return answer.error.code === "unavailable" ? undefined : `refused: ${answer.error.code}`;
}
