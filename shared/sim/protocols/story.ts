import type { Stepped } from "../../agents/checker.ts";
import { Digest } from "../digest.ts";
import type { Watch } from "./host.ts";

const linesKept = 80;

/** What happens in a run: all of it as a digest, the last of it in words. It ends with the first broken rule, for what led to that is what one wants to read. */
export class Story<Node, Message, Durable> implements Watch<Node, Message, Durable> {
  steps = 0;
  messages = 0;
  readonly #startMs: number;
  readonly #digest = new Digest();
  readonly #lines: (() => string)[] = [];
  readonly #isOver: () => boolean;

  constructor(startMs: number, isOver: () => boolean) {
    this.#startMs = startMs;
    this.#isOver = isOver;
  }

  get digest(): string {
    return this.#digest.toString();
  }

  get lines(): string[] {
    return this.#lines.map((line) => line());
  }

  tell(atMs: number, line: () => string): void {
    if (this.#isOver()) return;
    this.#lines.push(() => `${atMs - this.#startMs} ms  ${line()}`);
    if (this.#lines.length > linesKept) this.#lines.shift();
  }

  stepped({ agent, input, outputs, atMs }: Stepped<Node, Message, Durable>): void {
    this.steps++;
    this.#digest.add(`${atMs} ${JSON.stringify([agent, input, outputs])}`);
    this.tell(atMs, () => stepText(agent, input, outputs));
  }

  sent(): void {
    this.messages++;
  }

  crashed(agent: string, atMs: number): void {
    this.tell(atMs, () => `${agent} is down`);
  }

  restarted(agent: string, atMs: number): void {
    this.tell(atMs, () => `${agent} comes back`);
  }
}

/** One step in words: what came in, and below it what goes out. */
function stepText<Node, Message, Durable>(
  agent: string,
  input: Stepped<Node, Message, Durable>["input"],
  outputs: Stepped<Node, Message, Durable>["outputs"],
): string {
  const told = outputs.map((output) =>
    output.type === "send" ? `      -> ${output.to} ${JSON.stringify(output.message)}` : `      ${JSON.stringify(output)}`,
  );
  return [`${agent} ${inputText(input)}`, ...told].join("\n");
}

function inputText<Node, Message, Durable>(input: Stepped<Node, Message, Durable>["input"]): string {
  switch (input.type) {
    case "start":
      return input.durable === undefined ? "starts" : `starts with ${JSON.stringify(input.durable)}`;
    case "message":
      return `<- ${input.from} ${JSON.stringify(input.message)}`;
    case "timer":
      return `timer ${input.timer}`;
    case "ask":
      return `is asked ${JSON.stringify(input.ask)}`;
  }
}
