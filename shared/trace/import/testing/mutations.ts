import { bytesOf } from "./fixtures.ts";

/** A number from 0 on, below the limit. */
export type Pick = (limit: number) => number;

/** Small, fast and the same everywhere for a seed (Marsaglia's xorshift32). */
export function pickFrom(seed: number): Pick {
  let state = (seed * 2_654_435_761 + 1) >>> 0 || 1;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}

type Mutation = (bytes: Uint8Array, pick: Pick) => Uint8Array;

const joined = (...parts: readonly Uint8Array[]): Uint8Array => {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};

const insert = (bytes: Uint8Array, at: number, text: string): Uint8Array => joined(bytes.subarray(0, at), bytesOf(text), bytes.subarray(at));

/** Puts something else where a number stands. */
function replaceNumber(bytes: Uint8Array, pick: Pick): Uint8Array {
  const text = new TextDecoder().decode(bytes);
  const numbers = [...text.matchAll(/\d+/g)];
  const chosen = numbers[pick(Math.max(1, numbers.length))];
  if (chosen === undefined) return bytes;
  const others = ["0", "-1", "99999999999999999999999999", "1e400", "9007199254740993", "0.1", "", "null", `1${"0".repeat(3_000)}`, "-0", "00", "NaN"];
  return bytesOf(text.slice(0, chosen.index) + others[pick(others.length)] + text.slice(chosen.index + chosen[0].length));
}

/** What people and machines do to files, and what somebody does who wants to do harm. */
const mutations: Readonly<Record<string, Mutation>> = {
  flip: (bytes, pick) => {
    const changed = bytes.slice();
    for (let count = pick(8); count >= 0; count -= 1) changed[pick(Math.max(1, bytes.length))]! ^= 1 << pick(8);
    return changed;
  },
  cut: (bytes, pick) => bytes.slice(0, pick(bytes.length + 1)),
  cutBegin: (bytes, pick) => bytes.slice(pick(bytes.length + 1)),
  leaveOut: (bytes, pick) => {
    const at = pick(bytes.length + 1);
    return joined(bytes.subarray(0, at), bytes.subarray(at + pick(200)));
  },
  repeat: (bytes, pick) => {
    const at = pick(bytes.length + 1);
    const part = bytes.subarray(at, at + pick(400));
    return joined(bytes.subarray(0, at), ...Array.from({ length: 1 + pick(50) }, () => part), bytes.subarray(at));
  },
  repeatWhole: (bytes, pick) => joined(...Array.from({ length: 2 + pick(8) }, () => bytes)),
  swapLines: (bytes, pick) => {
    const lines = new TextDecoder().decode(bytes).split("\n");
    const [a, b] = [pick(lines.length), pick(lines.length)];
    [lines[a], lines[b]] = [lines[b]!, lines[a]!];
    return bytesOf(lines.join("\n"));
  },
  nest: (bytes, pick) => insert(bytes, pick(bytes.length + 1), ["[", "{", "(", '{"a":', "[{", "#_"][pick(6)]!.repeat(1 + pick(20_000))),
  nestAtBegin: (bytes, pick) => insert(bytes, 0, ["[", '{"a":', "{:a "][pick(3)]!.repeat(1 + pick(100_000))),
  number: replaceNumber,
  numbers: (bytes, pick) => replaceNumber(replaceNumber(replaceNumber(bytes, pick), pick), pick),
  longWord: (bytes, pick) => insert(bytes, pick(bytes.length + 1), ["a", "0", " ", "|", '"', "\\", "*** ", ";", "é"][pick(9)]!.repeat(1 + pick(50_000))),
  badKey: (bytes, pick) =>
    bytesOf(new TextDecoder().decode(bytes).replace(/"(\w+)":/g, (all) => (pick(4) === 0 ? ['"__proto__":', '"constructor":', '"toString":'][pick(3)]! : all))),
  badName: (bytes, pick) =>
    bytesOf(
      new TextDecoder()
        .decode(bytes)
        .replace(/[A-Za-z]{3,}/g, (all) => (pick(12) === 0 ? ["__proto__", "..", "*", "\ud800", "", "/", "hasOwnProperty"][pick(7)]! : all)),
    ),
  /** Values of another kind, so that what is still JSON or EDN is not what was expected. */
  retype: (bytes, pick) =>
    bytesOf(
      new TextDecoder()
        .decode(bytes)
        .replace(/(":\s?|:\w+ )("[^"\n]*"|:?\w+)/g, (all, key: string) =>
          pick(6) === 0 ? key + ["null", "[]", "{}", "true", "-1", '"x"', "[[]]", '""'][pick(8)]! : all,
        ),
    ),
  carriageReturns: (bytes) => bytesOf(new TextDecoder().decode(bytes).replaceAll("\n", "\r\n")),
  utf16: (bytes, pick) => {
    const text = new TextDecoder().decode(bytes);
    const wide = new Uint8Array(text.length * 2 + 2);
    wide.set([0xff, 0xfe]);
    for (let at = 0; at < text.length; at += 1) wide.set([text.charCodeAt(at) & 255, text.charCodeAt(at) >> 8], at * 2 + 2);
    return wide.subarray(0, wide.length - pick(2));
  },
  zeros: (bytes, pick) => insert(bytes, pick(bytes.length + 1), "\0".repeat(1 + pick(100))),
  gzipHead: (bytes) => joined(new Uint8Array([0x1f, 0x8b, 8, 0]), bytes),
};

/** A file with one to three of these mutations, by the seed. */
export function mutated(bytes: Uint8Array, seed: number): { readonly bytes: Uint8Array; readonly mutations: readonly string[] } {
  const pick = pickFrom(seed);
  const names = Object.keys(mutations);
  const chosen = Array.from({ length: 1 + pick(3) }, () => names[pick(names.length)]!);
  let changed = bytes;
  for (const name of chosen) changed = mutations[name]!(changed, pick).slice(0, 4 * 1024 * 1024);
  return { bytes: changed, mutations: chosen };
}
