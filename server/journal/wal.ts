import { existsSync, readFileSync } from "node:fs";
import { endianness } from "node:os";

/**
 * Looks into SQLite's write-ahead log before SQLite does. SQLite takes the log up to its first frame that does not
 * verify and silently drops the rest. That is right for a commit that a crash cut short, the last one. But every commit
 * is flushed before the next begins: when further commits follow on a bad frame, acknowledged data was damaged, and to go
 * on without it would lose it. Format: https://www.sqlite.org/fileformat2.html#walformat
 */
export interface WalFindings {
  /** Commits that verify. */
  readonly commits: number;
  /** Pages behind the last good commit that belong to one that was cut short. */
  readonly tornPages: number;
  /** Set when what comes after a good commit is damage, not a torn tail: in words, where. */
  readonly damage: string | undefined;
}

const headerBytes = 32;
const frameHeaderBytes = 24;
const magic = 0x377f0682;
const clean: WalFindings = { commits: 0, tornPages: 0, damage: undefined };

/** SQLite's checksum: two running sums over pairs of 32-bit words, in the byte order that the magic number names. */
function checksum(words: Uint32Array, sums: [number, number]): [number, number] {
  let [first, second] = sums;
  for (let at = 0; at < words.length; at += 2) {
    first = (first + (words[at] ?? 0) + second) >>> 0;
    second = (second + (words[at + 1] ?? 0) + first) >>> 0;
  }
  return [first, second];
}

function wordsOf(bytes: Buffer, swap: boolean): Uint32Array {
  const copy = Buffer.from(bytes);
  if (swap) copy.swap32();
  return new Uint32Array(copy.buffer, copy.byteOffset, copy.length / 4);
}

interface Frame {
  /** Its salts are those of this use of the file; frames of an earlier use may lie behind the end. */
  readonly own: boolean;
  /** It ends a commit. */
  readonly ends: boolean;
  /** It and all before it verify. */
  readonly verifies: boolean;
}

function* frames(file: Buffer, swap: boolean, headerSums: [number, number]): Generator<Frame> {
  const frameBytes = frameHeaderBytes + file.readUInt32BE(8);
  const salts = file.subarray(16, 24);
  let sums = headerSums;
  let verifies = true;
  for (let at = headerBytes; at + frameHeaderBytes <= file.length; at += frameBytes) {
    const own = file.subarray(at + 8, at + 16).equals(salts);
    verifies &&= own && at + frameBytes <= file.length;
    if (verifies) {
      sums = checksum(wordsOf(file.subarray(at, at + 8), swap), sums);
      sums = checksum(wordsOf(file.subarray(at + frameHeaderBytes, at + frameBytes), swap), sums);
      verifies = sums[0] === file.readUInt32BE(at + 16) && sums[1] === file.readUInt32BE(at + 20);
    }
    yield { own, ends: own && file.readUInt32BE(at + 4) !== 0, verifies };
  }
}

export function inspectWal(path: string): WalFindings {
  if (!existsSync(path)) return clean;
  const file = readFileSync(path);
  if (file.length <= headerBytes) return clean;

  const bigEndian = (file.readUInt32BE(0) & 1) === 1;
  const swap = bigEndian !== (endianness() === "BE");
  const sums = checksum(wordsOf(file.subarray(0, 24), swap), [0, 0]);
  const headerVerifies = (file.readUInt32BE(0) & ~1) === magic && sums[0] === file.readUInt32BE(24) && sums[1] === file.readUInt32BE(28);
  if (!headerVerifies) return { ...clean, damage: "its header does not verify, so nothing in it can be read" };

  let commits = 0;
  let tornPages = 0;
  let cutShort = false;
  for (const frame of frames(file, swap, sums)) {
    if (!frame.own) continue;
    if (cutShort) return { commits, tornPages: 0, damage: `its commit ${commits + 1} does not verify, though further commits follow on it` };
    tornPages += 1;
    if (!frame.ends) continue;
    if (frame.verifies) {
      commits += 1;
      tornPages = 0;
    } else cutShort = true;
  }
  return { commits, tornPages, damage: undefined };
}
