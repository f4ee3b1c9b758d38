import type { Call, Operation, Value } from "../../histories/operation.ts";
import { clip } from "../json/read.ts";
import type { Problems } from "../problems.ts";
import { type Edn, Keyword, Tagged, textOf, wordsOf } from "./edn.ts";
import type { Entry } from "./entries.ts";

/** A question and its answer, if it has one. */
export interface Pair {
  readonly asked: Entry;
  readonly answered: Entry | undefined;
  /** Places among the entries: their order is all that counts. */
  readonly askedAt: number;
  readonly answeredAt: number | null;
}

/** Joins each question to its process's next entry. The nemesis, which breaks things, is no process of the history. */
export function pairsOf(entries: readonly Entry[], problems: Problems): Pair[] {
  const open = new Map<string, { asked: Entry; askedAt: number }>();
  const pairs: Pair[] = [];
  entries.forEach((entry, index) => {
    const { process, type, line } = entry;
    if (!/^-?\d+$/.test(process)) return;
    const before = open.get(process);
    if (type === "invoke") {
      if (before !== undefined) {
        problems.add(`Process ${process} asks again before it was answered; what it asked in line ${before.asked.line} may or may not have happened.`, {
          line,
        });
        pairs.push({ ...before, answered: undefined, answeredAt: null });
      }
      open.set(process, { asked: entry, askedAt: index + 1 });
    } else if (before === undefined) {
      if (type !== "info") problems.add(`Process ${process} is answered without having asked; the answer was left out.`, { line });
    } else {
      if (before.asked.f !== entry.f) problems.add(`Process ${process} asked :${before.asked.f} and is answered :${entry.f}.`, { line });
      open.delete(process);
      pairs.push({ ...before, answered: entry, answeredAt: index + 1 });
    }
  });
  for (const before of open.values()) pairs.push({ ...before, answered: undefined, answeredAt: null });
  return pairs.sort((a, b) => a.askedAt - b.askedAt);
}

const calls: ReadonlyMap<string, Call["f"]> = new Map([
  ...(["read", "write", "cas", "get", "put", "append", "acquire", "release"] as const).map((f) => [f, f] as const),
  ...[["r", "read"] as const, ["w", "write"] as const, ["lock", "acquire"] as const, ["unlock", "release"] as const, ["compare-and-set", "cas"] as const],
]);

export function callOf(f: string): Call["f"] | undefined {
  return calls.get(f);
}

/** The operations of a history that a checker knows; of other functions the first of each is told. */
export function operationsOf(pairs: readonly Pair[], problems: Problems): Operation[] {
  const known = pairs.filter(({ asked }) => calls.has(asked.f));
  const keyed = isKeyed(known);
  const unknown = new Map(pairs.filter(({ asked }) => !calls.has(asked.f)).map(({ asked }) => [asked.f, asked.line]));
  for (const [f, line] of unknown) problems.add(`Operations :${clip(f, 50)} are shown, but there is no model to check them by.`, { line });
  return known.flatMap((pair) => {
    const operation = operationOf(pair, keyed);
    if (typeof operation !== "string") return [operation];
    problems.add(operation, { line: pair.asked.line });
    return [];
  });
}

const items = (value: Edn | undefined): readonly Edn[] | undefined => {
  const plain = value instanceof Tagged ? value.value : value;
  return Array.isArray(plain) ? plain : undefined;
};

/** jepsen.independent puts a key before every value: `[key nil]` to read, `[key [from to]]` to compare and set. */
function isKeyed(pairs: readonly Pair[]): boolean {
  return (
    pairs.length > 0 &&
    pairs.every(({ asked: { f, value, key } }) => {
      const pair = items(value);
      if (key !== undefined || pair?.length !== 2) return false;
      return callOf(f) !== "cas" || items(pair[1])?.length === 2;
    })
  );
}

function operationOf({ asked, answered, askedAt, answeredAt }: Pair, keyed: boolean): Operation | string {
  const [keyOf, argument] = keyed ? (items(asked.value) as [Edn, Edn]) : [asked.key, asked.value];
  const told = keyed ? items(answered?.value)?.[1] : answered?.value;
  const f = callOf(asked.f)!;
  const isLock = f === "acquire" || f === "release";
  const lockName = isLock && keyOf === undefined && isName(argument) ? argument : keyOf;
  const key = lockName === undefined || lockName === null ? "" : textOf(lockName);
  const call = callWith(f, argument);
  if (typeof call === "string") return call;
  const outcome = answered?.type === "ok" ? "ok" : answered?.type === "fail" ? "failed" : "unknown";
  const value = outcome !== "ok" ? undefined : f === "read" ? plainOf(told ?? null) : f === "get" ? storedOf(told ?? null) : undefined;
  return {
    process: asked.process,
    key,
    call,
    invokedAt: askedAt,
    completedAt: outcome === "unknown" ? null : answeredAt,
    outcome,
    ...(value !== undefined && { value }),
  };
}

const isName = (value: Edn): boolean => typeof value === "string" || typeof value === "number" || value instanceof Keyword;

function callWith(f: Call["f"], argument: Edn): Call | string {
  switch (f) {
    case "write":
      return { f, value: plainOf(argument) };
    case "cas": {
      const pair = items(argument);
      if (pair?.length !== 2) return `A compare-and-set asks ${wordsOf(argument)} instead of [from to], and was left out.`;
      return { f, from: plainOf(pair[0]!), to: plainOf(pair[1]!) };
    }
    case "put":
    case "append":
      return { f, value: storedOf(argument) };
    default:
      return { f };
  }
}

/** Structured values come as their text. */
function plainOf(value: Edn): Value {
  return value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : textOf(value);
}

/** Of a key-value store: a key never put holds "". */
function storedOf(value: Edn): string {
  return value === null ? "" : textOf(value);
}
