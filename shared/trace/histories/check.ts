import { type Overlap, overlapsOf } from "./holders.ts";
import { HistoryError, keyValueModel, lockModel, type Model, modelOf, registerModel, valueWords } from "./models.ts";
import type { ModelChoice, Operation } from "./operation.ts";
import { type DeadEnd, search } from "./search.ts";

/** The verdict on one key. `ok` is null when the bound was reached first: nobody knows. */
export type KeyVerdict =
  | { readonly key: string; readonly ok: true; readonly operations: number; readonly steps: number; readonly witness: readonly Operation[] }
  | { readonly key: string; readonly ok: false; readonly operations: number; readonly steps: number; readonly counterexample: Counterexample }
  | { readonly key: string; readonly ok: null; readonly operations: number; readonly steps: number };

export interface HistoryVerdict {
  /** Some order explains the history: true. None does: false. Not found out within the bound: null. */
  readonly ok: boolean | null;
  readonly model: ModelChoice["model"];
  /** The wrong key that can be known first; without one, one that is unknown. */
  readonly key: string | null;
  readonly steps: number;
  readonly operations: number;
  readonly keys: readonly KeyVerdict[];
  readonly words: string;
}

/** Why no order explains the history of a key. */
export interface Counterexample {
  /** The longest part that can be put in order, in that order. */
  readonly prefix: readonly Operation[];
  /** Asked by `at` and not in the prefix; the first of them is the one whose answer is wrong. */
  readonly unplaced: readonly Operation[];
  /** The first place at which it can be known: the answer of the first unplaced one. */
  readonly at: number;
  /** Locks and semaphores: who held it at the same time. May be empty: releasing what one has not is wrong as well. */
  readonly overlaps: readonly Overlap[];
  readonly words: string;
}

export interface CheckOptions {
  /** Bound of all tries together; some seconds when left out. The verdict is the same on every machine, because it is no time. */
  readonly maxSteps?: number;
}

/** Enough for any history that is not made to be hard: most need two or three tries for an operation. */
const maxStepsFor = (operations: number): number => 2_000_000 + 20 * operations;

/**
 * Is a history linearizable: did each operation seem to happen at one instant between its question and its answer?
 * Each key by itself, as linearizability is local (Herlihy and Wing 1990). Failed operations did not happen; unknown ones
 * may have, at any later time, or not. Throws `HistoryError` for a history that can not be checked at all.
 */
export function checkHistory(operations: readonly Operation[], choice: ModelChoice = modelOf(operations), options: CheckOptions = {}): HistoryVerdict {
  let left = options.maxSteps ?? maxStepsFor(operations.length);
  const keys: KeyVerdict[] = [];
  for (const [key, own] of byKey(operations)) {
    const verdict = checkKey(key, own, choice, left);
    left = Math.max(0, left - verdict.steps);
    keys.push(verdict);
  }
  const wrong = keys.filter((one) => one.ok === false).sort((a, b) => a.counterexample.at - b.counterexample.at)[0];
  const open = keys.find((one) => one.ok === null);
  const steps = keys.reduce((sum, one) => sum + one.steps, 0);
  const told = { model: choice.model, steps, operations: operations.length, keys };
  const many = keys.length === 1 ? "" : `, each of ${keys.length} keys by itself`;
  if (wrong !== undefined) return { ok: false, key: wrong.key, ...told, words: wrong.counterexample.words };
  if (open !== undefined)
    return { ok: null, key: open.key, ...told, words: `Not found out within ${steps} steps${ofKey(open.key)}: too many ways to put it in order.` };
  return { ok: true, key: null, ...told, words: `${operations.length} operations can be put in order${many}.` };
}

function checkKey(key: string, own: readonly Operation[], choice: ModelChoice, maxSteps: number): KeyVerdict {
  const told = { key, operations: own.length };
  const capacity = choice.model === "semaphore" ? choice.capacity : 1;
  const { found, words } = run(own, choice, capacity, maxSteps);
  if (found.ok === true) return { ...told, ok: true, steps: found.steps, witness: found.order };
  if (found.ok === null) return { ...told, ok: null, steps: found.steps };
  const { order, first, open } = found.deadEnd;
  const overlaps = choice.model === "lock" || choice.model === "semaphore" ? overlapsOf(key, own, capacity) : [];
  const at = first.completedAt ?? first.invokedAt;
  const both = overlaps[0]?.at === at ? ` ${sentence(overlaps[0].words)}` : "";
  return { ...told, ok: false, steps: found.steps, counterexample: { prefix: order, unplaced: open, at, overlaps, words: words + both } };
}

/** A switch, because each model has a state of its own type. */
function run(own: readonly Operation[], choice: ModelChoice, capacity: number, maxSteps: number) {
  const searched = <S>(model: Model<S>) => {
    const found = search(own, model, maxSteps);
    return { found, words: found.ok === false ? wordsOf(found.deadEnd) : "" };
  };
  switch (choice.model) {
    case "register":
      return searched(registerModel);
    case "keyValue":
      return searched(keyValueModel);
    case "lock":
    case "semaphore":
      return searched(lockModel(capacity));
  }
}

function wordsOf({ order, first, open, states }: DeadEnd): string {
  const last = order.at(-1);
  const so = last === undefined ? "Nothing can be put in order" : `${order.length} operations can be put in order, the last of them ${callWords(last)}`;
  const others = open.slice(1, 6).map(callWords).join("; ");
  const beside = open.length > 1 ? ` Open at that time and not placed either: ${others}${open.length > 6 ? ` and ${open.length - 6} more` : ""}.` : "";
  return `${so}${ofKey(first.key)}; then ${callWords(first)} can not be placed: ${states} there.${beside}`;
}

function ofKey(key: string): string {
  return key === "" ? "" : ` of key ${JSON.stringify(key)}`;
}

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

/** `p3 read 4 [12..15]`: who, what, and between which places. */
export function callWords(operation: Operation): string {
  const { process, call, value, invokedAt, completedAt, outcome } = operation;
  const until = outcome === "unknown" || completedAt === null ? "?" : completedAt;
  return `${process} ${saying()} [${invokedAt}..${until}]`;

  function saying(): string {
    switch (call.f) {
      case "read":
      case "get":
        return `${call.f} ${valueWords(value)}`;
      case "write":
      case "put":
      case "append":
        return `${call.f} ${valueWords(call.value)}`;
      case "cas":
        return `cas ${valueWords(call.from)} to ${valueWords(call.to)}${value === false ? ", refused" : ""}`;
      case "acquire": {
        const what = call.resource === undefined ? "" : ` ${call.resource}`;
        const how = call.units === undefined ? (call.mode ?? "") : `${call.units} units`;
        return `acquire${what}${how === "" ? "" : ` (${how})`}`;
      }
      case "release":
        return "release";
    }
  }
}

function byKey(operations: readonly Operation[]): Map<string, Operation[]> {
  const keys = new Map<string, Operation[]>();
  for (const operation of operations) {
    const { key, process, invokedAt, completedAt } = operation;
    if (completedAt !== null && completedAt < invokedAt) {
      throw new HistoryError(`Process ${process} was answered at ${completedAt}, before it asked at ${invokedAt}.`);
    }
    const own = keys.get(key);
    if (own === undefined) keys.set(key, [operation]);
    else own.push(operation);
  }
  return keys;
}
