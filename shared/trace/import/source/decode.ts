import type { Problems } from "../problems.ts";

/** Bytes to text: UTF-8, or UTF-16 where a byte order mark or the zeros between Latin letters say so. */
export function decode(bytes: Uint8Array, problems: Problems): string {
  const encoding = encodingOf(bytes);
  if (encoding !== "utf-8") problems.add(`The file is written in ${encoding.toUpperCase()}; it was read as that.`);
  else if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) problems.add("The file begins with a byte order mark; it was left out.", { byte: 0 });
  // Leaves out a byte order mark and puts U+FFFD for what is no character.
  const text = new TextDecoder(encoding).decode(bytes);
  const broken = text.indexOf("\ufffd");
  if (broken >= 0) problems.add(`There are bytes that are no ${encoding.toUpperCase()}; they are shown as \ufffd.`, placeOf(text, broken));
  return text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
}

function encodingOf(bytes: Uint8Array): "utf-8" | "utf-16le" | "utf-16be" {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  const head = bytes.subarray(0, 64);
  const zeros = (parity: number) => head.filter((byte, index) => index % 2 === parity && byte === 0).length;
  const many = head.length / 4;
  if (head.length >= 8 && zeros(1) > many && zeros(0) === 0) return "utf-16le";
  if (head.length >= 8 && zeros(0) > many && zeros(1) === 0) return "utf-16be";
  return "utf-8";
}

/** Line (from 1) and byte (from 0, as UTF-8) of a place in a text. */
export function placeOf(text: string, index: number): { line: number; byte: number } {
  let line = 1;
  let byte = 0;
  for (let at = 0; at < index; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 10) line += 1;
    // Either half of a surrogate pair makes two of its four bytes.
    byte += code < 0x80 ? 1 : code < 0x800 || (code >= 0xd800 && code < 0xe000) ? 2 : 3;
  }
  return { line, byte };
}
