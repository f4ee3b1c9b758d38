import { type Answer, limits } from "../../model/index.ts";
import type { CheckerFactory } from "./checker.ts";

/** SE-8: a command id applies once, and every repeat gets the first result. */
export const once: CheckerFactory = (fail) => {
  /** By sender: its last command ids that changed something, where, and their first results. */
  const senders = new Map<string, Map<string, { readonly position: number; text: string | undefined }>>();
  return {
    begin({ answers }) {
      for (const [sender, kept] of answers) senders.set(sender, new Map(kept.map(([id]) => [id, { position: 0, text: undefined }])));
    },
    step({ events }) {
      const causes = new Map<string, { sender: string; id: string; position: number }>();
      for (const { cause, type, position } of events)
        if (cause !== undefined && type !== "session.ended") causes.set(`${cause.sender}\n${cause.id}`, { ...cause, position });
      for (const { sender, id, position } of causes.values()) {
        const known = senders.get(sender) ?? new Map();
        senders.set(sender, known);
        if (known.has(id)) fail("SE-8", `command ${id} of ${sender} was applied a second time`);
        known.set(id, { position, text: undefined });
        if (known.size > limits.answersPerSender) known.delete(known.keys().next().value ?? id);
      }
      // After the session nobody is left to repeat a command.
      for (const event of events) if (event.type === "session.ended") senders.delete(event.session);
    },
    fact(fact) {
      if (fact.kind !== "answered") return;
      const first = senders.get(fact.sender)?.get(fact.answer.id);
      // What was decided before the command changed something had changed nothing: it need not be remembered.
      if (first === undefined || fact.decidedAt < first.position) return;
      const text = textOf(fact.answer);
      if (text === undefined) return;
      if (first.text === undefined) first.text = text;
      else if (first.text !== text) fail("SE-8", `command ${fact.answer.id} of ${fact.sender} was first answered ${first.text} and then ${text}`);
    },
  };
};

/** Undefined for a server that cannot answer: it decided nothing. */
function textOf(answer: Answer): string | undefined {
  if (answer.ok) return JSON.stringify(answer.result);
  return answer.error.code === "unavailable" ? undefined : `refused: ${answer.error.code}`;
}
