import { z } from "zod";
import { limits } from "../../model/index.ts";

/** One of the parts of a text that is too long for one message. */
const parcelSchema = z.strictObject({
  text: z.number().int().min(1),
  part: z.number().int().min(0),
  of: z.number().int().min(2).max(256),
  content: z.string(),
});

/** Kind of the messages that carry parts. */
export const parcelKind = (kind: string): string => `${kind}.part`;

/** JSON in JSON: a character may take six. */
const contentLength = Math.floor((limits.messageLength - 200) / 6);

/** Whether a text goes in one message. */
export function fits(text: string): boolean {
  return text.length <= limits.messageLength;
}

/** A text in parts that each fit; `number` tells them from those of other texts of the same sender. */
export function parcelsOf(text: string, number: number): string[] {
  const of = Math.ceil(text.length / contentLength);
  return Array.from({ length: of }, (_, part) =>
    JSON.stringify({ text: number, part, of, content: text.slice(part * contentLength, (part + 1) * contentLength) }),
  );
}

/** Puts texts together again. Of each sender the newest only: one of which a part was lost never comes to an end. */
export class Unpacker {
  readonly #begun = new Map<string, { readonly text: number; readonly parts: Map<number, string> }>();

  /** The whole text with its last part; undefined before that, and for what is no part. */
  take(from: string, body: string): string | undefined {
    const parcel = parcelSchema.safeParse(parsed(body)).data;
    if (parcel === undefined) return undefined;
    const known = this.#begun.get(from);
    const begun = known?.text === parcel.text ? known : { text: parcel.text, parts: new Map<number, string>() };
    this.#begun.set(from, begun);
    begun.parts.set(parcel.part, parcel.content);
    if (begun.parts.size < parcel.of) return undefined;
    this.#begun.delete(from);
    return Array.from({ length: parcel.of }, (_, part) => begun.parts.get(part) ?? "").join("");
  }
}

/** What a text says, or undefined when it is no JSON. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
