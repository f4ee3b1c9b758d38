import { createHash, randomBytes } from "node:crypto";
import type { Actor, Role } from "../../shared/model/index.ts";
import type { Token } from "./schema.ts";

export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** A new token with 192 random bits and the entry that lets it in. The token itself is kept nowhere. */
export function newToken(principal: string, role: Role): { readonly token: string; readonly entry: Token } {
  const token = `sb_${randomBytes(24).toString("base64url")}`;
  return { token, entry: { principal, role, sha256: sha256(token) } };
}

/** Who a token belongs to. Looked up by hash, so that how long it takes says nothing about the token. */
export class TokenTable {
  readonly #byHash: ReadonlyMap<string, Actor>;

  constructor(tokens: readonly Token[]) {
    this.#byHash = new Map(tokens.map(({ principal, role, sha256 }) => [sha256, { principal, role }]));
  }

  /** Without tokens everybody is let in. */
  get open(): boolean {
    return this.#byHash.size === 0;
  }

  find(token: string): Actor | undefined {
    return this.#byHash.get(sha256(token));
  }
}
