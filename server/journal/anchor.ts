import { existsSync, readFileSync } from "node:fs";
import { replaceFile } from "./files.ts";
import { JournalError } from "./journal.ts";
import type { Signer } from "./signer.ts";

/**
 * A hash chain alone cannot show that its end was cut off. The anchor lies beside the journal and says how far it
 * reached at least: a journal that is shorter, or another one, is refused. The file is the signed statement itself, four
 * lines, and then the key's fingerprint and the signature.
 */
export interface Anchor {
  readonly space: string;
  readonly position: number;
  readonly hash: string;
}

const title = "signalbox anchor";

function statement(anchor: Anchor): string {
  return [title, anchor.space, anchor.position, anchor.hash].join("\n");
}

export function writeAnchor(path: string, anchor: Anchor, signer: Signer): void {
  const text = statement(anchor);
  replaceFile(path, `${text}\n${signer.id}\n${signer.sign(text)}\n`);
}

const accept = "If this journal is what you want to go on with, run `signalbox journal accept`";

/** The anchor, or null when there is none. Throws `JournalError("corrupt")` when it is not what this key signed. */
export function readAnchor(path: string, signer: Signer): Anchor | null {
  if (!existsSync(path)) return null;
  const [found, space, position, hash, key, signature, rest] = readFileSync(path, "utf8").split("\n");
  if (found !== title || space === undefined || hash === undefined || key === undefined || signature === undefined || rest !== "")
    throw new JournalError("corrupt", `${path} is not readable as an anchor. Restore it from your backup. ${accept}`);
  const anchor: Anchor = { space, position: Number(position), hash };
  if (key !== signer.id)
    throw new JournalError(
      "corrupt",
      `${path} was signed with another key (${key}) than the one of this data folder (${signer.id}). Restore the key. ${accept}`,
    );
  if (!signer.verifies(statement(anchor), signature))
    throw new JournalError("corrupt", `${path} was changed: its signature does not fit. Restore it from your backup. ${accept}`);
  return anchor;
}
