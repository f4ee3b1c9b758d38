import type { Problems } from "../problems.ts";
import type { RawSpan } from "./raw-span.ts";

/** A span with a name of its own, its place in the tree of its trace, and its self time. */
export interface TreeSpan {
  readonly raw: RawSpan;
  /** Unique in the file. */
  readonly id: string;
  readonly parent: TreeSpan | null;
  readonly children: readonly TreeSpan[];
  /** Names a parent that is not in the file. */
  readonly orphan: boolean;
}

interface Growing {
  readonly raw: RawSpan;
  readonly id: string;
  parent: Growing | null;
  children: Growing[];
  orphan: boolean;
}

/**
 * Puts spans into trees. What no tree can hold becomes a problem, and the span stays: a second span of one id gets a name
 * of its own (`id_1`, as Jaeger names it), one without its parent is a root, a cycle of parents is cut before its earliest.
 */
export function growTrees(raws: readonly RawSpan[], problems: Problems): TreeSpan[] {
  const byTrace = new Map<string, Map<string, Growing>>();
  const copies = new Map<string, number>();
  const taken = new Set<string>();
  const spans = raws.map((raw): Growing => {
    const trace = byTrace.get(raw.trace) ?? new Map<string, Growing>();
    byTrace.set(raw.trace, trace);
    const first = trace.get(raw.id);
    const id = freeId(raw, first !== undefined, taken, copies);
    if (first !== undefined) problems.add(`Span id ${raw.id} is there twice in trace ${raw.trace}; the later one, ${raw.name}, is called ${id}.`);
    const span: Growing = { raw, id, parent: null, children: [], orphan: false };
    if (first === undefined) trace.set(raw.id, span);
    return span;
  });
  for (const span of spans) {
    const { raw } = span;
    if (raw.parent === null) continue;
    span.parent = byTrace.get(raw.trace)?.get(raw.parent) ?? null;
    if (span.parent !== null) continue;
    span.orphan = true;
    problems.add(`Span ${span.id} (${raw.name}) names a parent ${raw.parent} that is not in the file; it is shown as a root.`);
  }
  cutCycles(spans, problems);
  for (const span of spans) span.parent?.children.push(span);
  return spans;
}

function freeId(raw: RawSpan, twice: boolean, taken: Set<string>, copies: Map<string, number>): string {
  let id = twice || !taken.has(raw.id) ? raw.id : `${raw.trace}/${raw.id}`;
  const base = id;
  while (taken.has(id)) {
    const count = (copies.get(base) ?? 0) + 1;
    copies.set(base, count);
    id = `${base}_${count}`;
  }
  taken.add(id);
  return id;
}

function cutCycles(spans: readonly Growing[], problems: Problems): void {
  const settled = new Set<Growing>();
  for (const span of spans) {
    const path: Growing[] = [];
    const onPath = new Set<Growing>();
    let at: Growing | null = span;
    for (; at !== null && !settled.has(at) && !onPath.has(at); at = at.parent) {
      path.push(at);
      onPath.add(at);
    }
    if (at !== null && onPath.has(at)) {
      const cycle = path.slice(path.indexOf(at));
      const root = cycle.reduce((first, one) => (one.raw.startNs < first.raw.startNs ? one : first));
      root.parent = null;
      problems.add(
        `Spans ${cycle
          .slice(0, 10)
          .map((one) => one.id)
          .join(", ")} are each other's parents; ${root.id}, the earliest, is shown as a root.`,
      );
    }
    for (const one of path) settled.add(one);
  }
}

/**
 * The time of a span that none of its children covers: their overlap counts once, what they last before or beyond it not
 * at all. Jaeger's statistics compute it so.
 */
export function selfNsOf(span: TreeSpan): bigint {
  const start = span.raw.startNs;
  const end = start + span.raw.durationNs;
  const children = span.children.map(({ raw }) => ({ from: max(raw.startNs, start), to: min(raw.startNs + raw.durationNs, end) }));
  let self = span.raw.durationNs;
  let covered = start;
  for (const { from, to } of children.sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0))) {
    const begin = max(from, covered);
    if (to <= begin) continue;
    self -= to - begin;
    covered = to;
  }
  return self;
}

const max = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const min = (a: bigint, b: bigint): bigint => (a < b ? a : b);
