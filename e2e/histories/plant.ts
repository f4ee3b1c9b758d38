import type { Random } from "../../shared/sim/random.ts";
import type { Call, Operation, Value } from "../../shared/trace/histories/index.ts";
import type { Generated } from "./generate.ts";

type Change = (operations: readonly Operation[], random: Random, capacity: number) => Operation[] | undefined;

/** One operation put in the place of another. */
const replaced = (operations: readonly Operation[], one: Operation, by: Partial<Operation>): Operation[] =>
  operations.map((other) => (other === one ? { ...one, ...by } : other));

function pickFrom<T>(random: Random, items: readonly T[]): T | undefined {
  return items.length === 0 ? undefined : random.pick(items);
}

const isCall = <F extends Call["f"]>(one: Operation, ...fs: F[]): one is Operation & { call: Extract<Call, { f: F }> } => (fs as string[]).includes(one.call.f);
const isOk = (one: Operation): one is Operation & { completedAt: number } => one.outcome === "ok" && one.completedAt !== null;
const reads = (operations: readonly Operation[]) => operations.filter(isOk).filter((one) => isCall(one, "read", "get"));

/** What a call may leave behind. */
const written = ({ call }: Operation): Value | undefined => (call.f === "cas" ? call.to : "value" in call ? call.value : undefined);

/**
 * Changes after which a history of unique values is certainly wrong, whatever else happened: the reason is beside each.
 * Undefined where it does not fit.
 */
const certain: Readonly<Record<string, Change>> = {
  /** Nobody ever wrote that. */
  neverWritten(operations, random) {
    const read = pickFrom(random, reads(operations));
    return read && replaced(operations, read, { value: isCall(read, "get") ? `${read.value}<never>` : -1 });
  },
  /** It was answered before its only writer asked. */
  fromTheFuture(operations, random) {
    const read = pickFrom(random, reads(operations));
    if (read === undefined) return undefined;
    const later = operations.filter((one) => one.key === read.key && one.invokedAt > read.completedAt && written(one) !== undefined);
    const writer = pickFrom(random, later);
    return writer && replaced(operations, read, { value: isCall(read, "get") ? `${read.value}${written(writer)}` : written(writer) });
  },
  /** An append that was answered before the get asked is missing, and nothing is ever put. */
  lostAppend(operations, random) {
    const pair = sequentialAppends(operations, random, 1);
    if (pair === undefined) return undefined;
    const [get, [append]] = pair;
    return replaced(operations, get, { value: String(get.value).replace(String(written(append as Operation)), "") });
  },
  /** Two appends, the second asked after the first was answered, stand the other way round. */
  swappedAppends(operations, random) {
    const pair = sequentialAppends(operations, random, 2);
    if (pair === undefined) return undefined;
    const [get, [first, second]] = pair;
    const [a, b] = [String(written(first as Operation)), String(written(second as Operation))];
    return replaced(operations, get, { value: String(get.value).replace(a, "?").replace(b, a).replace("?", b) });
  },
  /** Its holder never gave it back, yet somebody who goes with nobody got it later. */
  keptLock(operations, random) {
    const holds = certainHolds(operations).filter(({ acquired, released }) => {
      const after = operations
        .filter(isOk)
        .some(
          (one) => isCall(one, "acquire") && one.invokedAt > (released?.completedAt ?? Infinity) && one.call.units === undefined && one.call.mode === undefined,
        );
      return released?.outcome === "ok" && acquired.call.units === undefined && after;
    });
    const hold = pickFrom(random, holds);
    return hold && replaced(operations, hold.released as Operation, { outcome: "failed" });
  },
  /** It was told to have it while another certainly had it. */
  tooEarly(operations, random) {
    const holds = certainHolds(operations).filter(({ acquired }) => acquired.call.units === undefined && acquired.call.mode === undefined);
    const first = pickFrom(random, holds);
    if (first === undefined) return undefined;
    const second = pickFrom(
      random,
      holds.filter(({ acquired }) => acquired.process !== first.acquired.process && acquired.completedAt > first.to),
    );
    const middle = (first.acquired.completedAt + first.to) / 2;
    return second && replaced(operations, second.acquired, { invokedAt: middle, completedAt: middle });
  },
  /** More units than there are, certainly held at one time. */
  oneUnitTooMany(operations, random, capacity) {
    const holds = certainHolds(operations).filter(({ acquired }) => acquired.call.units !== undefined);
    const last = pickFrom(random, holds);
    if (last === undefined) return undefined;
    const at = last.acquired.completedAt;
    const others = holds
      .filter((one) => one !== last && one.acquired.completedAt < at && one.to > at)
      .reduce((sum, one) => sum + (one.acquired.call.units ?? 1), 0);
    return replaced(operations, last.acquired, { call: { ...last.acquired.call, units: capacity - others + 1 } });
  },
};

/** Changes after which it may still be explained: only good where trying everything says that it is not. */
const possible: Readonly<Record<string, Change>> = {
  otherValue(operations, random) {
    const read = pickFrom(random, reads(operations));
    const value =
      read &&
      pickFrom(
        random,
        [...reads(operations).map((one) => one.value), ...operations.map(written)].filter((one) => one !== undefined && one !== read.value),
      );
    return value === undefined || read === undefined ? undefined : replaced(operations, read, { value });
  },
  leftOut(operations, random) {
    const gone = pickFrom(
      random,
      operations.filter((one) => isOk(one) && !isCall(one, "read", "get")),
    );
    return gone && operations.filter((one) => one !== gone);
  },
  notDone(operations, random) {
    const gone = pickFrom(
      random,
      operations.filter((one) => isOk(one) && !isCall(one, "read", "get")),
    );
    return gone && replaced(operations, gone, { outcome: "failed" });
  },
  moved(operations, random) {
    const one = pickFrom(random, operations.filter(isOk));
    const shift = random.pick([-6, -4, -2, 2, 4, 6]) + 0.5;
    return one && replaced(operations, one, { invokedAt: one.invokedAt + shift, completedAt: (one.completedAt as number) + shift });
  },
  shorter(operations, random) {
    const one = pickFrom(random, operations.filter(isOk));
    return one && replaced(operations, one, random.chance(0.5) ? { invokedAt: (one.completedAt as number) - 0.1 } : { completedAt: one.invokedAt + 0.1 });
  },
  casTurned(operations, random) {
    const cas = pickFrom(
      random,
      operations.filter((one) => isOk(one) && isCall(one, "cas")),
    );
    return cas && replaced(operations, cas, { value: cas.value === false ? undefined : false });
  },
  exclusiveInstead(operations, random) {
    const shared = pickFrom(
      random,
      operations.filter((one) => isOk(one) && isCall(one, "acquire") && one.call.mode === "shared"),
    );
    return shared && replaced(operations, shared, { call: { f: "acquire" } });
  },
};

/** One change; `sure` only such after which it is certainly wrong, which takes unique values. Undefined where none fits. */
export function plant({ operations, choice }: Generated, random: Random, sure: boolean): { name: string; operations: Operation[] } | undefined {
  const names = Object.keys(sure ? certain : { ...possible, ...certain });
  for (let tries = 0; tries < 20; tries++) {
    const name = random.pick(names);
    const change = (certain[name] ?? possible[name]) as Change;
    const changed = change(operations, random, choice.model === "semaphore" ? choice.capacity : 1);
    if (changed !== undefined) return { name, operations: changed };
  }
  return undefined;
}

/** A get and appends that came one after the other, all answered before it asked, of a key that nothing is put to. */
function sequentialAppends(operations: readonly Operation[], random: Random, count: number): [Operation, Operation[]] | undefined {
  const get = pickFrom(
    random,
    reads(operations).filter((one) => isCall(one, "get")),
  );
  if (get === undefined || operations.some((one) => one.key === get.key && isCall(one, "put"))) return undefined;
  const before = operations.filter(isOk).filter((one) => one.key === get.key && isCall(one, "append") && one.completedAt < get.invokedAt);
  const first = pickFrom(random, before);
  if (first === undefined || count === 1) return first && [get, [first]];
  const second = pickFrom(
    random,
    before.filter((one) => one.invokedAt > first.completedAt),
  );
  return second && [get, [first, second]];
}

interface CertainHold {
  readonly acquired: Operation & { completedAt: number; call: Extract<Call, { f: "acquire" }> };
  readonly released: Operation | undefined;
  /** Until then it certainly lasted. */
  readonly to: number;
}

function certainHolds(operations: readonly Operation[]): CertainHold[] {
  return operations.flatMap((one) => {
    if (!isOk(one) || !isCall(one, "acquire")) return [];
    const released = operations
      .filter((other) => other.process === one.process && other.outcome !== "failed" && isCall(other, "release") && other.invokedAt >= one.completedAt)
      .sort((a, b) => a.invokedAt - b.invokedAt)[0];
    return [{ acquired: one, released, to: released?.invokedAt ?? one.completedAt + 1_000 }];
  });
}
