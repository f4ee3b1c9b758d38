import { existsSync, readFileSync } from "node:fs";
import { z } from "zod";
import { replaceFile } from "./files.ts";
import { JournalError } from "./journal.ts";
import type { Signer } from "./signer.ts";

/**
 * A hash chain alone cannot show that its end was cut off. The anchor lies beside the journal and says how far it
 * reached at least: a journal that is shorter, or another one, is refused.
 */
const anchorSchema = z.strictObject({
  space: z.string(),
  position: z.number().int().min(0),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  key: z.string(),
  signature: z.string(),
});

export interface Anchor {
  readonly space: string;
  readonly position: number;
  readonly hash: string;
}

function statement(anchor: Anchor): string {
  return `signalbox anchor\n${anchor.space}\n${anchor.position}\n${anchor.hash}`;
}

export function writeAnchor(path: string, anchor: Anchor, signer: Signer): void {
  const { space, position, hash } = anchor;
  replaceFile(path, `${JSON.stringify({ space, position, hash, key: signer.id, signature: signer.sign(statement(anchor)) })}\n`);
}

const accept = "If this journal is what you want to go on with, run `signalbox journal accept`";

/** The anchor, or null when there is none. Throws `JournalError("corrupt")` when it is not what this key signed. */
export function readAnchor(path: string, signer: Signer): Anchor | null {
  if (!existsSync(path)) return null;
  let found: z.infer<typeof anchorSchema>;
  try {
    found = anchorSchema.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch (error) {
    throw new JournalError("corrupt", `${path} is not readable as an anchor. Restore it from your backup. ${accept}`, { cause: error });
  }
  const anchor: Anchor = { space: found.space, position: found.position, hash: found.hash };
  if (found.key !== signer.id)
    throw new JournalError(
      "corrupt",
      `${path} was signed with another key (${found.key}) than the one of this data folder (${signer.id}). Restore the key. ${accept}`,
    );
  if (!signer.verifies(statement(anchor), found.signature))
    throw new JournalError("corrupt", `${path} was changed: its signature does not fit. Restore it from your backup. ${accept}`);
  return anchor;
}
