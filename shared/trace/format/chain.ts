import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { Recorded } from "./trace.ts";

/** SHA-256 of a text in UTF-8, in hex. Where there is a faster one (Node's), it can be given instead. */
export type Digest = (text: string) => string;

export const digest: Digest = (text) => bytesToHex(sha256(utf8ToBytes(text)));

/** What stands between an event and its command in what a hash covers: JSON has no raw tab. */
export const separator = "\t";

/** The exact text of an event and its command that the chain covers. */
export function lineOf({ body, command }: Recorded): string {
  return command === undefined ? body : body + separator + command;
}

/** The event and its command out of such a text. */
export function recordedOf(line: string): Recorded {
  const at = line.indexOf(separator);
  return at < 0 ? { body: line } : { body: line.slice(0, at), command: line.slice(at + 1) };
}

/** The journal's chain (server/journal/README.md): each hash covers the one before it, the event, and its command. */
export function link(previous: string, recorded: Recorded, hash: Digest = digest): string {
  return hash(previous + lineOf(recorded));
}

/** The hash before a space's first event: ties a chain to its space. */
export function genesis(space: string, hash: Digest = digest): string {
  return hash(`signalbox journal of ${space}`);
}
