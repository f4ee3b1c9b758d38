/**
 * Who leads by rendezvous hashing, the highest random weight of Thaler and Ravishankar ("Using name-based mappings to
 * increase hit rates", 1998): every member is hashed together with the group and the window of time, and the highest hash
 * leads. No message is needed, and a member that comes or goes moves only the windows that it wins or won.
 *
 * It stands on the ground floor because the engine, the agents and clients in other places all have to compute the same.
 * For that reason it is integer arithmetic throughout: a logarithm may differ in its last bit from machine to machine.
 */
export interface RendezvousGroup {
  readonly group: string;
  /** How long one leader leads. A whole number, at least 1. */
  readonly windowMs: number;
}

export interface RendezvousMember {
  readonly agent: string;
  /** Its share against the others', a whole number from 1 to `highestWeight`. With 0 it never leads. */
  readonly weight: number;
}

export interface RendezvousWindow {
  /** Number of the window, counted from the time 0. */
  readonly window: number;
  readonly fromMs: number;
  /** The first moment that is in the next window. */
  readonly untilMs: number;
}

export const highestWeight = 100;

/** The window of time that `nowMs` falls in. Throws a RangeError when windows have no length. */
export function rendezvousWindow(nowMs: number, windowMs: number): RendezvousWindow {
  if (!(windowMs >= 1)) throw new RangeError("a window of rendezvous hashing is at least 1 ms long");
  const window = Math.floor(nowMs / windowMs);
  return { window, fromMs: window * windowMs, untilMs: (window + 1) * windowMs };
}

/** Who of `members`, in any order, leads at `nowMs`; undefined when nobody may. Throws like `rendezvousWindow`. */
export function rendezvousLeader(group: RendezvousGroup, members: readonly RendezvousMember[], nowMs: number): string | undefined {
  const slot = wordsOf(wordsOf(seed, group.group), rendezvousWindow(nowMs, group.windowMs).window);
  let best: { readonly agent: string; readonly score: Words } | undefined;
  for (const { agent, weight } of members) {
    const score = scoreOf(wordsOf(slot, agent), weight);
    if (score === undefined) continue;
    const order = best === undefined ? 1 : compare(score, best.score);
    if (best === undefined || order > 0 || (order === 0 && agent > best.agent)) best = { agent, score };
  }
  return best?.agent;
}

/** 64 bits as two words of 32. */
type Words = readonly [number, number];

const seed: Words = [0x243f6a88, 0x85a308d3];

/**
 * The highest of `weight` hashes. Each hash of all members is as likely as any other to be the highest of all, so the
 * shares are as the weights; and a weight that is raised only wins windows.
 */
function scoreOf(member: Words, weight: number): Words | undefined {
  let best: Words | undefined;
  for (let turn = 0; turn < Math.min(weight, highestWeight); turn++) {
    const score = finish(absorb(member, turn));
    if (best === undefined || compare(score, best) > 0) best = score;
  }
  return best;
}

/** Takes in a text with its length, or a number as two words, so that no two lists of parts run together. */
function wordsOf(words: Words, part: string | number): Words {
  if (typeof part === "number") return absorb(absorb(words, Math.floor(part / 0x1_0000_0000)), part % 0x1_0000_0000);
  let mixed = absorb(words, part.length);
  for (let at = 0; at < part.length; at++) mixed = absorb(mixed, part.charCodeAt(at));
  return mixed;
}

/** Two lanes that multiply and shift unlike, each one-to-one in the word that it takes in. */
function absorb([high, low]: Words, word: number): Words {
  const first = Math.imul(high ^ word, 0x85ebca6b);
  const second = Math.imul(low + word, 0x9e3779b1);
  return [first ^ (first >>> 15), second ^ (second >>> 13)];
}

/** Every bit of the one lane reaches every bit of the other (the multipliers are those of the finaliser of MurmurHash3). */
function finish([high, low]: Words): Words {
  const first = avalanche(high + low);
  const second = avalanche(low ^ first);
  return [avalanche(first + second), second >>> 0];
}

function avalanche(word: number): number {
  let mixed = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

function compare([high, low]: Words, [otherHigh, otherLow]: Words): number {
  return high - otherHigh || low - otherLow;
}
