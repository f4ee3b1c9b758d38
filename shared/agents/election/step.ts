import type { Ask, Output, Step } from "../machine.ts";

/** A step that does nothing. */
export function still<Node, Message, Durable = null>(node: Node): Step<Node, Message, Durable> {
  return { node, outputs: [] };
}

/** One step after another: what the first says to do comes first. */
export function andThen<Node, Message, Durable>(
  first: Step<Node, Message, Durable>,
  next: (node: Node) => Step<Node, Message, Durable>,
): Step<Node, Message, Durable> {
  const second = next(first.node);
  return { node: second.node, outputs: [...first.outputs, ...second.outputs] };
}

/** What a step keeps, once and before anything that it tells: whoever hears of the step then hears of what is durable. */
export function keptFirst<Node, Message, Durable>({ node, outputs }: Step<Node, Message, Durable>): Step<Node, Message, Durable> {
  const kept = outputs.findLast(({ type }) => type === "persist");
  return kept === undefined ? { node, outputs } : { node, outputs: [kept, ...outputs.filter(({ type }) => type !== "persist")] };
}

export function sendAll<Message>(to: readonly string[], message: Message): Extract<Output<Message>, { type: "send" }>[] {
  return to.map((agent) => ({ type: "send", to: agent, message }));
}

/** What an ask that a protocol has no answer to comes to. */
export function refuse<Node, Message, Durable>(node: Node, ask: Ask, why: string): Step<Node, Message, Durable> {
  return { node, outputs: "id" in ask ? [{ type: "refused", id: ask.id, why }] : [] };
}
