import { overlaps } from "../../state/index.ts";
import type { Call, ModelChoice, Operation, Value } from "./operation.ts";

/** An object as it behaves when only one process at a time uses it: what a concurrent history is held against. */
export interface Model<S> {
  readonly name: ModelChoice["model"];
  readonly initial: S;
  /** What it is afterwards; undefined where the operation can not have had this outcome there. */
  step(state: S, operation: Operation): S | undefined;
  /** The same text exactly for the same state. */
  keyOf(state: S): string;
  /** It leaves every state as it is. */
  readsOnly(operation: Operation): boolean;
  /**
   * Where states only grow: may a read still have this answer, if nothing before it sets the state anew? Given, the
   * search looks ahead, and no operation but a read may be refused by `step`.
   */
  mayLeadTo?(state: S, read: Operation): boolean;
  /** What is there afterwards does not depend on what was before. */
  setsAnew?(operation: Operation): boolean;
  /** A sentence of what it may be: of all these states, `it holds 3 or 4`. */
  words(states: readonly S[]): string;
}

/** A history that can not be checked as it is: a call that the model has not, or operations of several models. */
export class HistoryError extends Error {
  override readonly name = "HistoryError";
}

function unknownCall(model: string, operation: Operation): never {
  throw new HistoryError(`A ${model} has no ${operation.call.f}: process ${operation.process} at ${operation.invokedAt}.`);
}

/** A register: read, write, compare-and-set. It begins as null. */
export const registerModel: Model<Value> = {
  name: "register",
  initial: null,
  step(state, operation) {
    const { call, value } = operation;
    if (call.f === "read") return value === undefined || value === state ? state : undefined;
    if (call.f === "write") return call.value;
    if (call.f !== "cas") return unknownCall("register", operation);
    if (value === false) return call.from === state ? undefined : state;
    return call.from === state ? call.to : undefined;
  },
  keyOf: (state) => JSON.stringify(state),
  readsOnly: ({ call, value }) => call.f === "read" || (call.f === "cas" && value === false),
  words: (states) => `it holds ${oneOf(states.map(valueWords))}`,
};

/** One key of a key-value store: get, put, append. It begins as the empty text. */
export const keyValueModel: Model<string> = {
  name: "keyValue",
  initial: "",
  step(state, operation) {
    const { call, value } = operation;
    if (call.f === "get") return value === undefined || String(value ?? "") === state ? state : undefined;
    if (call.f === "put") return call.value;
    if (call.f === "append") return state + call.value;
    return unknownCall("key-value store", operation);
  },
  keyOf: (state) => state,
  readsOnly: ({ call }) => call.f === "get",
  mayLeadTo: (state, { value }) => value === undefined || String(value ?? "").startsWith(state),
  setsAnew: ({ call }) => call.f === "put",
  words: (states) => `it holds ${oneOf(states.map(valueWords))}`,
};

/** One hold of a lock: whose, which of his, of what. */
export interface Hold {
  readonly process: string;
  readonly hold: string;
  readonly resource: string;
  readonly shared: boolean;
  readonly units: number;
}

/** The hold that an acquire makes. */
export function holdOf(process: string, call: Extract<Call, { f: "acquire" }>): Hold {
  return { process, hold: call.hold ?? process, resource: call.resource ?? "", shared: call.mode === "shared", units: call.units ?? 1 };
}

/** May different processes not have both at once? Units of a semaphore are counted elsewhere. */
export function excludes(a: Hold, b: Hold): boolean {
  return a.process !== b.process && !(a.shared && b.shared) && overlaps(a.resource, b.resource);
}

/**
 * A lock, or with more than one unit a semaphore. Shared holds go together, all others exclude each other where what they
 * lock overlaps; a process never stands in its own way, but does not acquire the same hold twice. Only its holder releases.
 */
export function lockModel(capacity = 1): Model<readonly Hold[]> {
  return {
    name: capacity === 1 ? "lock" : "semaphore",
    initial: [],
    step(holds, operation) {
      const { process, call } = operation;
      if (call.f === "release") {
        const hold = call.hold ?? process;
        const rest = holds.filter((held) => held.hold !== hold || held.process !== process);
        return rest.length < holds.length ? rest : undefined;
      }
      if (call.f !== "acquire") return unknownCall("lock", operation);
      const asked = holdOf(process, call);
      const units = call.capacity ?? capacity;
      let taken = asked.units;
      for (const held of holds) {
        if (held.process === process && held.hold === asked.hold) return undefined;
        if (units > 1 && held.resource === asked.resource) taken += held.units;
        else if (excludes(held, asked)) return undefined;
      }
      return taken <= units || units === 1 ? [...holds, asked] : undefined;
    },
    // Who came first is all the same.
    keyOf: (holds) =>
      holds
        .map((held) => JSON.stringify([held.process, held.hold, held.resource, held.shared, held.units]))
        .sort()
        .join(),
    readsOnly: () => false,
    words: (states) => `it is ${oneOf(states.map((holds) => (holds.length === 0 ? "free" : `held by ${holds.map((held) => held.process).join(" and ")}`)))}`,
  };
}

/** The model that the calls of a history belong to. Throws when they belong to several; an empty history is a register's. */
export function modelOf(operations: readonly Operation[]): ModelChoice {
  const models = new Set<ModelChoice["model"]>(operations.map(({ call }) => modelOfCall[call.f]));
  if (models.size > 1) throw new HistoryError(`The history mixes calls of several models: ${[...models].join(", ")}. Say which part is meant.`);
  const [model = "register"] = models;
  return model === "semaphore" ? { model, capacity: 1 } : { model };
}

const modelOfCall = {
  read: "register",
  write: "register",
  cas: "register",
  get: "keyValue",
  put: "keyValue",
  append: "keyValue",
  acquire: "lock",
  release: "lock",
} as const;

function oneOf(words: readonly string[]): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

export function valueWords(value: Value | undefined): string {
  return value === null ? "nothing" : value === undefined ? "?" : JSON.stringify(value);
}
