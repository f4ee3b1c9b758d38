import type { Json } from "../json/parse.ts";
import { stringOf } from "../json/read.ts";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/**
 * An id of so many bytes in lower-case hex. OTLP writes hex; a plain protobuf printer writes base64. Null for none, which is
 * also written as an empty string or as zeros. What is neither hex nor base64 stays as it is.
 */
export function idOf(value: Json | undefined, bytes: number): string | null {
  const text = stringOf(value)?.trim() ?? "";
  const hex = new RegExp(`^[0-9a-fA-F]{${bytes * 2}}$`).test(text) ? text.toLowerCase() : (fromBase64(text, bytes) ?? text);
  return /^0*$/.test(hex) ? null : hex;
}

function fromBase64(text: string, bytes: number): string | undefined {
  const plain = text.replace(/=+$/, "").replace(/-/g, "+").replace(/_/g, "/");
  if (plain.length !== Math.ceil((bytes * 4) / 3) || !/^[A-Za-z0-9+/]+$/.test(plain)) return undefined;
  let bits = 0n;
  for (const letter of plain) bits = bits * 64n + BigInt(alphabet.indexOf(letter));
  const spare = BigInt(plain.length * 6 - bytes * 8);
  return (bits >> spare).toString(16).padStart(bytes * 2, "0");
}
