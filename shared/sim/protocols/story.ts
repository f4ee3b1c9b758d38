import type { Stepped } from "../../agents/checker.ts";

/** One step in words: what came in, and below it what goes out. */
export function stepText<Node, Message, Durable>(
  agent: string,
  input: Stepped<Node, Message, Durable>["input"],
  outputs: Stepped<Node, Message, Durable>["outputs"],
): string {
  const what = {
    start: () => "starts",
    message: () => (input.type === "message" ? `<- ${input.from} ${JSON.stringify(input.message)}` : ""),
    timer: () => (input.type === "timer" ? `timer ${input.timer}` : ""),
    ask: () => (input.type === "ask" ? `is asked ${JSON.stringify(input.ask)}` : ""),
  }[input.type]();
  return [
    `${agent} ${what}`,
    ...outputs.map((output) => (output.type === "send" ? `      -> ${output.to} ${JSON.stringify(output.message)}` : `      ${JSON.stringify(output)}`)),
  ].join("\n");
}
