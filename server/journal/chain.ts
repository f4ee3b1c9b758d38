import { createHash } from "node:crypto";

/**
 * Every event's hash covers the hash before it, so a changed, lost or exchanged event breaks all that follow
 * (Haber and Stornetta 1991). hash(n) = SHA-256(hash(n-1) || body(n)).
 */
export function link(previous: Buffer, body: string): Buffer {
  return createHash("sha256").update(previous).update(body).digest();
}

/** The hash before a space's first event: ties a journal to its space. */
export function genesis(space: string): Buffer {
  return createHash("sha256").update(`signalbox journal of ${space}`).digest();
}
