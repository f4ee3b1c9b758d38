import { closeSync, existsSync, fstatSync, openSync, readSync } from "node:fs";
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

/** Reads one frame after another, so that a long log needs no more memory than a short one. */
function* frames(descriptor: number, header: Buffer, swap: boolean, headerSums: [number, number]): Generator<Frame> {
  const pageBytes = header.readUInt32BE(8);
  const salts = header.subarray(16, 24);
  const frame = Buffer.alloc(frameHeaderBytes + pageBytes);
  let sums = headerSums;
  let verifies = true;
  for (let at = headerBytes; ; at += frame.length) {
    const length = readSync(descriptor, frame, 0, frame.length, at);
    if (length < frameHeaderBytes) return;
    const own = frame.subarray(8, 16).equals(salts);
    verifies &&= own && length === frame.length;
    if (verifies) {
      sums = checksum(wordsOf(frame.subarray(0, 8), swap), sums);
      sums = checksum(wordsOf(frame.subarray(frameHeaderBytes), swap), sums);
      verifies = sums[0] === frame.readUInt32BE(16) && sums[1] === frame.readUInt32BE(20);
    }
    yield { own, ends: own && frame.readUInt32BE(4) !== 0, verifies };
  }
}

export function inspectWal(path: string): WalFindings {
  if (!existsSync(path)) return clean;
  const descriptor = openSync(path, "r");
  try {
    return inspect(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function inspect(descriptor: number): WalFindings {
  const header = Buffer.alloc(headerBytes);
  // Shorter than its header: a crash came before anything was in it.
  if (fstatSync(descriptor).size <= headerBytes) return clean;
  readSync(descriptor, header, 0, headerBytes, 0);
  const bigEndian = (header.readUInt32BE(0) & 1) === 1;
  const swap = bigEndian !== (endianness() === "BE");
  const sums = checksum(wordsOf(header.subarray(0, 24), swap), [0, 0]);
  const headerVerifies = (header.readUInt32BE(0) & ~1) === magic && sums[0] === header.readUInt32BE(24) && sums[1] === header.readUInt32BE(28);
  if (!headerVerifies) return { ...clean, damage: "its header does not verify, so nothing in it can be read" };

  let commits = 0;
  let tornPages = 0;
  let cutShort = false;
  for (const frame of frames(descriptor, header, swap, sums)) {
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
