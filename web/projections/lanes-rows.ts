import type { Lane, Lanes, LaneTable, Mark, MarksView, Row, RowView, Segment } from "./lanes-model.ts";

/** Index of the first segment in the row that ends after `ms`; the row's length when none does. */
export function firstEndingAfter(row: RowView, ms: number): number {
  if (row.firstEndingAfter !== undefined) return row.firstEndingAfter(ms);
  let low = 0;
  let high = row.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((row.at(middle) as Segment).endMs > ms) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Index of the first segment in the row that starts at or after `ms`; the row's length when none does. */
export function firstStartingFrom(row: RowView, ms: number): number {
  let low = 0;
  let high = row.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((row.at(middle) as Segment).startMs >= ms) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Index of the first mark at or after `ms`. */
export function firstMarkFrom(marks: MarksView, ms: number): number {
  let low = 0;
  let high = marks.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((marks.at(middle) as Mark).atMs >= ms) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** What lasts at a time: the row's segments do not overlap. */
export function lastingAt(row: RowView, ms: number): Segment | undefined {
  const segment = row.at(firstEndingAfter(row, ms));
  return segment !== undefined && segment.startMs <= ms ? segment : undefined;
}

/** Puts a segment into the first row with room for it, from row `from` and below `maxRows`. Returns the row's number, or -1 when all are taken. */
export function place(rows: Row[], segment: Segment, from: number, maxRows: number): number {
  for (let number = from; number < maxRows; number++) {
    while (rows.length <= number) rows.push([]);
    const row = rows[number] as Row;
    const at = slot(row, segment);
    if (at < 0) continue;
    if (at === row.length) row.push(segment);
    else row.splice(at, 0, segment);
    return number;
  }
  return -1;
}

/** Where in the row the segment fits without overlap, or -1. New segments nearly always go to the end. */
function slot(row: Row, segment: Segment): number {
  const last = row[row.length - 1];
  if (last === undefined || last.endMs <= segment.startMs) return row.length;
  const at = firstStartingFrom(row, segment.startMs);
  const before = row[at - 1];
  const after = row[at];
  if (before !== undefined && before.endMs > segment.startMs) return -1;
  // A segment without length must not come between others of its own instant out of order of their ends.
  if (after !== undefined && after.startMs < Math.max(segment.endMs, segment.startMs + 1)) return -1;
  return at;
}

export function removeFrom(rows: Row[], segment: Segment): void {
  for (const row of rows) {
    for (let at = firstStartingFrom(row, segment.startMs); row[at]?.startMs === segment.startMs; at++) {
      if (row[at] !== segment) continue;
      row.splice(at, 1);
      return;
    }
  }
}

export function laneOf(lanes: Lanes, table: LaneTable, key: string): Lane {
  const known = table.byKey.get(key);
  if (known !== undefined) return known;
  const lane: Lane = {
    by: table.by,
    key,
    bars: [],
    plans: [],
    backdrop: [],
    crowd: [],
    crowded: new Set(),
    marks: [],
    keptFromMs: Number.NEGATIVE_INFINITY,
    lastMs: 0,
  };
  table.byKey.set(key, lane);
  table.order.splice(orderIndex(table.order, key), 0, lane);
  lanes.shape++;
  lanes.watch?.lane(lane);
  return lane;
}

/** Where a lane of this key belongs. */
export function orderIndex(order: readonly { readonly key: string }[], key: string): number {
  let low = 0;
  let high = order.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareNatural((order[middle] as { readonly key: string }).key, key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Compares names as people do, digits as numbers, without a locale: `w2` before `w10`. A total order. */
export function compareNatural(a: string, b: string): number {
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const runA = digitsAt(a, i);
    const runB = digitsAt(b, j);
    if (runA > 0 && runB > 0) {
      const byLength = significant(a, i, runA) - significant(b, j, runB);
      if (byLength !== 0) return byLength;
      const numberA = a.slice(i + runA - significant(a, i, runA), i + runA);
      const numberB = b.slice(j + runB - significant(b, j, runB), j + runB);
      if (numberA !== numberB) return numberA < numberB ? -1 : 1;
      i += runA;
      j += runB;
      continue;
    }
    const difference = a.charCodeAt(i) - b.charCodeAt(j);
    if (difference !== 0) return difference;
    i++;
    j++;
  }
  const rest = a.length - i - (b.length - j);
  if (rest !== 0) return rest;
  return a === b ? 0 : a < b ? -1 : 1;
}

function digitsAt(text: string, from: number): number {
  let to = from;
  while (to < text.length && isDigit(text.charCodeAt(to))) to++;
  return to - from;
}

function significant(text: string, from: number, run: number): number {
  let zeros = 0;
  while (zeros < run - 1 && text.charCodeAt(from + zeros) === 48) zeros++;
  return run - zeros;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
