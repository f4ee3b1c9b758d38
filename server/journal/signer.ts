import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from "node:crypto";
import { existsSync, linkSync, readFileSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { fsyncFolder, replaceFile } from "./files.ts";
import { JournalError } from "./journal.ts";

/** Signs what a journal vouches for (Ed25519), so that a change by anyone without the key shows. */
export interface Signer {
  /** Fingerprint of the public key. */
  readonly id: string;
  sign(text: string): string;
  verifies(text: string, signature: string): boolean;
}

/** Two spaces may make the key at once: linking makes one of them win, whole. */
function makeKey(path: string): void {
  const { privateKey } = generateKeyPairSync("ed25519");
  const own = `${path}.${process.pid}-${Math.random().toString(36).slice(2)}`;
  replaceFile(own, privateKey.export({ type: "pkcs8", format: "pem" }).toString());
  try {
    linkSync(own, path);
  } catch (error) {
    if (!existsSync(path)) throw error;
  } finally {
    rmSync(own, { force: true });
  }
  fsyncFolder(dirname(path));
}

/** The data folder's key. Where it is missing it is made if `mayCreate`, else that is a `JournalError("corrupt")`. */
export function loadSigner(path: string, mayCreate: boolean): Signer {
  if (!existsSync(path)) {
    if (!mayCreate)
      throw new JournalError(
        "corrupt",
        `the key ${path} is missing, though there are journals signed with it: restore it from your backup, or run \`signalbox journal accept\` to sign with a new one`,
      );
    makeKey(path);
  }
  let privateKey: KeyObject;
  try {
    privateKey = createPrivateKey(readFileSync(path));
  } catch (error) {
    throw new JournalError(
      "corrupt",
      `${path} is not a readable private key: restore it from your backup, or move it away and run \`signalbox journal accept\` to sign with a new one`,
      { cause: error },
    );
  }
  const publicKey = createPublicKey(privateKey);
  return {
    id: createHash("sha256")
      .update(publicKey.export({ type: "spki", format: "der" }))
      .digest("hex")
      .slice(0, 16),
    sign: (text) => sign(null, Buffer.from(text), privateKey).toString("base64"),
    verifies: (text, signature) => verify(null, Buffer.from(text), publicKey, Buffer.from(signature, "base64")),
  };
}
