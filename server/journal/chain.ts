import { hash } from "node:crypto";

/**
 * Every event's hash covers the hash before it, so a changed, lost or exchanged event breaks all that follow
 * (Haber and Stornetta 1991). hash(n) = SHA-256(hash(n-1) as 64 hex digits, then body(n) as UTF-8), written in hex: anyone
 * can compute it again with common tools.
 */
export function link(previous: string, body: string): string {
  return hash("sha256", previous + body, "hex");
}

/** Digits of a hash. */
export const hashLength = 64;

/** The same for bytes that begin with a place for the previous hash, which is written there. */
export function linkInPlace(previous: string, entry: Buffer): string {
  entry.write(previous, 0, hashLength, "latin1");
  return hash("sha256", entry, "hex");
}

/** The hash before a space's first event: ties a journal to its space. */
export function genesis(space: string): string {
  return hash("sha256", `signalbox journal of ${space}`, "hex");
}
