import type { TreeSpan } from "./tree.ts";

const nsPerUs = 1_000n;

/** Nanoseconds as microseconds: a number, exact up to the digits that one holds. */
export function usOf(ns: bigint): number {
  return Number(ns / nsPerUs) + Number(ns % nsPerUs) / 1_000;
}

/** What is printed of spans: by service, roots, begin and end, self time by span. Null-prototype tables: names come from anywhere. */
export function figuresOf(trees: readonly TreeSpan[], selfNs: ReadonlyMap<TreeSpan, bigint>): Record<string, unknown> {
  const services = new Map<string, { spans: number; totalNs: bigint; selfNs: bigint }>();
  let startNs: bigint | undefined;
  let endNs: bigint | undefined;
  for (const span of trees) {
    const { agent, startNs: start, durationNs } = span.raw;
    const sum = services.get(agent) ?? { spans: 0, totalNs: 0n, selfNs: 0n };
    services.set(agent, { spans: sum.spans + 1, totalNs: sum.totalNs + durationNs, selfNs: sum.selfNs + selfNs.get(span)! });
    if (startNs === undefined || start < startNs) startNs = start;
    if (endNs === undefined || start + durationNs > endNs) endNs = start + durationNs;
  }
  const roots = trees.filter((span) => span.parent === null).sort((a, b) => (a.raw.startNs < b.raw.startNs ? -1 : a.raw.startNs > b.raw.startNs ? 1 : 0));
  return {
    spans: trees.length,
    services: tableOf([...services].map(([name, { spans, totalNs, selfNs: self }]) => [name, { spans, total_us: usOf(totalNs), self_us: usOf(self) }])),
    roots: roots.map((span) => span.id),
    orphans: trees.filter((span) => span.orphan).map((span) => span.id),
    start_us: startNs === undefined ? null : usOf(startNs),
    end_us: endNs === undefined ? null : usOf(endNs),
    start_ns: startNs === undefined ? null : String(startNs),
    end_ns: endNs === undefined ? null : String(endNs),
    self_us: tableOf(trees.map((span) => [span.id, usOf(selfNs.get(span)!)])),
  };
}

/** A table to be printed, under names that may be `__proto__`. */
export function tableOf<T>(entries: readonly (readonly [string, T])[]): Record<string, T> {
  const table = Object.create(null) as Record<string, T>;
  for (const [key, value] of entries) table[key] = value;
  return table;
}
