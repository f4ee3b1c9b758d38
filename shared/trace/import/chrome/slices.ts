import type { JsonObject } from "../json/parse.ts";
import { objectOf } from "../json/read.ts";
import type { Problems } from "../problems.ts";
import type { TraceEvent } from "./trace-event.ts";

/** Something that lasted on a thread. */
export interface Slice {
  readonly pid: string;
  readonly tid: string;
  readonly name: string;
  readonly cat: string;
  readonly startNs: bigint;
  readonly args: JsonObject | undefined;
  durNs: bigint;
  /** Began, and the trace ended before it did. */
  unfinished: boolean;
  parent: Slice | null;
}

/** A slice that has no thread: it began and ended anywhere (b/e, or S/F in older traces). */
export type AsyncSlice = Omit<Slice, "parent" | "args"> & { readonly id: string };

const threadOf = (event: { readonly pid: string; readonly tid: string }): string => JSON.stringify([event.pid, event.tid]);

/** Slices of threads, by begin; an end closes the latest begin of its thread. `events` are in the order of time. */
export function slicesOf(events: readonly TraceEvent[], lastNs: bigint, problems: Problems): Slice[] {
  const slices: Slice[] = [];
  const open = new Map<string, Slice[]>();
  for (const event of events) {
    const stack = open.get(threadOf(event)) ?? [];
    if (event.ph === "X") {
      slices.push(sliceAt(event, event.durNs ?? 0n));
      if (event.durNs === undefined || event.durNs < 0n) problems.add(`Slice ${event.name} (X) has no duration, or one below 0.`);
    } else if (event.ph === "B") {
      const slice = sliceAt(event, 0n);
      slices.push(slice);
      open.set(threadOf(event), stack);
      stack.push(slice);
    } else if (event.ph === "E") {
      const slice = stack.pop();
      if (slice === undefined) problems.add(`An end (E ${event.name}) on thread ${event.tid} of process ${event.pid} has no begin and was left out.`);
      else {
        slice.durNs = event.ns - slice.startNs;
        if (event.name !== "" && event.name !== slice.name) problems.add(`An end (E) is called ${event.name}, but the slice that it ends ${slice.name}.`);
      }
    }
  }
  for (const stack of open.values()) {
    for (const slice of stack) {
      slice.unfinished = true;
      slice.durNs = lastNs > slice.startNs ? lastNs - slice.startNs : 0n;
      problems.add(`Slice ${slice.name} (B) on thread ${slice.tid} of process ${slice.pid} has no end; it is shown up to the end of the trace.`);
    }
  }
  return nested(slices);
}

function sliceAt({ pid, tid, name, cat, ns, json }: TraceEvent, durNs: bigint): Slice {
  return { pid, tid, name, cat, startNs: ns, args: objectOf(json.args), durNs: durNs < 0n ? 0n : durNs, unfinished: false, parent: null };
}

const endOf = (slice: Slice): bigint => slice.startNs + slice.durNs;

/** Sets each slice's parent: the innermost of its thread that is there when it begins. */
function nested(slices: readonly Slice[]): Slice[] {
  const inOrder = slices
    .map((slice, index) => ({ slice, index }))
    .sort((a, b) => compare(a.slice.startNs, b.slice.startNs) || compare(b.slice.durNs, a.slice.durNs) || a.index - b.index)
    .map(({ slice }) => slice);
  const stacks = new Map<string, Slice[]>();
  for (const slice of inOrder) {
    const stack = stacks.get(threadOf(slice)) ?? [];
    stacks.set(threadOf(slice), stack);
    while (stack.length > 0 && !contains(stack[stack.length - 1]!, slice)) stack.pop();
    slice.parent = stack[stack.length - 1] ?? null;
    stack.push(slice);
  }
  return inOrder;
}

/** One that begins just when another ends is not within it, unless neither lasts. */
function contains(outer: Slice, inner: Slice): boolean {
  return inner.startNs < endOf(outer) || (inner.startNs === outer.startNs && inner.durNs === 0n && outer.durNs === 0n);
}

const compare = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);

const begins = "bS";
const ends = "eF";

/** Slices between b and e of one category and id, in each other; and between S and F of one category, name and id. */
export function asyncSlicesOf(events: readonly TraceEvent[], lastNs: bigint, problems: Problems): AsyncSlice[] {
  const slices: AsyncSlice[] = [];
  const open = new Map<string, AsyncSlice[]>();
  for (const event of events) {
    if (!begins.includes(event.ph) && !ends.includes(event.ph)) continue;
    if (event.id === undefined) {
      problems.add(`An asynchronous entry (${event.ph} ${event.name}) has no id and was left out.`);
      continue;
    }
    const key = JSON.stringify([event.cat, event.id, event.ph === "S" || event.ph === "F" ? event.name : null]);
    const stack = open.get(key) ?? [];
    open.set(key, stack);
    if (begins.includes(event.ph)) {
      const slice: AsyncSlice = {
        pid: event.pid,
        tid: event.tid,
        name: event.name,
        cat: event.cat,
        startNs: event.ns,
        durNs: 0n,
        unfinished: true,
        id: event.label ?? "",
      };
      slices.push(slice);
      stack.push(slice);
      continue;
    }
    const at = event.name === "" ? stack.length - 1 : stack.findLastIndex((slice) => slice.name === event.name);
    const slice = stack.splice(at < 0 ? stack.length - 1 : at, 1)[0];
    if (slice === undefined) problems.add(`An asynchronous end (${event.ph} ${event.name}, id ${event.label}) has no begin and was left out.`);
    else {
      slice.durNs = event.ns - slice.startNs;
      slice.unfinished = false;
    }
  }
  for (const slice of slices.filter((one) => one.unfinished)) {
    slice.durNs = lastNs > slice.startNs ? lastNs - slice.startNs : 0n;
    problems.add(`Asynchronous slice ${slice.name} (id ${slice.id}) has no end; it is shown up to the end of the trace.`);
  }
  return slices;
}

/** The slices of each thread, by begin, for finding the one that a flow is tied to. */
export class SliceIndex {
  readonly #threads = new Map<string, Slice[]>();

  constructor(slices: readonly Slice[]) {
    for (const slice of slices) {
      const own = this.#threads.get(threadOf(slice)) ?? [];
      this.#threads.set(threadOf(slice), own);
      own.push(slice);
    }
  }

  /** The innermost slice that is there at that time on the event's thread. */
  enclosing(event: TraceEvent): Slice | undefined {
    const own = this.#threads.get(threadOf(event)) ?? [];
    let slice: Slice | null | undefined = own[this.#after(own, event.ns) - 1];
    while (slice && endOf(slice) < event.ns) slice = slice.parent;
    return slice ?? undefined;
  }

  /** The next slice to begin on the event's thread, at its time or later. */
  next(event: TraceEvent): Slice | undefined {
    const own = this.#threads.get(threadOf(event)) ?? [];
    return own[this.#after(own, event.ns - 1n)];
  }

  /** How many begin at that time or earlier. */
  #after(own: readonly Slice[], ns: bigint): number {
    let low = 0;
    let high = own.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (own[middle]!.startNs <= ns) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
