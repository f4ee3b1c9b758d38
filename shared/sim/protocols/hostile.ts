import type { z } from "zod";
import type { Felt } from "../felt.ts";
import type { Random } from "../random.ts";
import type { NodeFault } from "./faults.ts";
import type { Sent } from "./host.ts";

/** Messages that are kept at most. */
const keptAtMost = 200;
const stranger = "stranger";
const nasty: readonly unknown[] = [
  null,
  undefined,
  -1,
  0.5,
  2 ** 53,
  Number.NaN,
  true,
  "",
  "__proto__",
  "constructor",
  "\u0000",
  "x".repeat(5_000),
  [],
  {},
  [[[]]],
];

interface TapParts<Message> {
  readonly random: Random;
  readonly felt: Felt<NodeFault>;
  readonly schema: z.ZodType<Message>;
  /** What a stranger may say without harm; left out: anything. */
  readonly fromStranger: ((message: Message) => boolean) | undefined;
  deliver(to: string, from: string, sent: unknown): void;
}

/** Listens to what nodes say, says it again, and says what nobody would. */
export class Tap<Message> {
  readonly #parts: TapParts<Message>;
  readonly #kept: { readonly from: string; readonly to: string; readonly text: string }[] = [];
  #heard = 0;

  constructor(parts: TapParts<Message>) {
    this.#parts = parts;
  }

  hear({ from, to, message }: Sent<Message>): void {
    this.#kept[this.#heard++ % keptAtMost] = { from, to, text: JSON.stringify(message) };
  }

  /** Something that a member sent before comes to it once more. */
  again(to: string): void {
    const { random, felt, deliver } = this.#parts;
    const kept = this.#kept.filter((message) => message.to === to);
    if (kept.length === 0) return;
    const { from, text } = random.pick(kept);
    felt.add("flood");
    deliver(to, from, JSON.parse(text));
  }

  /**
   * Something malformed comes to it in a member's name, or something well formed from a stranger. What is well formed and in
   * a member's name is a lie: that is for worlds in which some lie.
   */
  hostile(to: string): void {
    const { random, felt, schema, fromStranger, deliver } = this.#parts;
    if (this.#kept.length === 0) return;
    const { from, text } = random.pick(this.#kept);
    const sent: unknown = random.chance(0.5) ? spoilt(random, JSON.parse(text)) : JSON.parse(text);
    const read = schema.safeParse(sent);
    if (!read.success) return deliver(to, from, sent);
    if (fromStranger?.(read.data) === false) return;
    felt.add("hostileInput", "well formed");
    deliver(to, stranger, sent);
  }
}

/** A message spoilt in one place, or none at all. A schema may let it through where what was spoilt may be anything. */
function spoilt(random: Random, message: unknown): unknown {
  if (typeof message !== "object" || message === null || random.chance(0.2)) return random.pick(nasty);
  const fields = Object.keys(message);
  if (fields.length === 0 || random.chance(0.3)) return { ...message, [random.pick(["__proto__", "extra", "type"])]: random.pick(nasty) };
  const field = random.pick(fields);
  if (random.chance(0.3)) return Object.fromEntries(Object.entries(message).filter(([name]) => name !== field));
  return { ...message, [field]: random.pick(nasty) };
}
