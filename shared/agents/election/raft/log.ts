import type { Entry, Log } from "./messages.ts";

/**
 * A log as a value: entries in shelves of 64 that never change, so that an append copies one shelf and the short list of
 * them, a cut copies no more, and older nodes keep what they had. Which shelf an index is on depends on the index alone.
 * `base` is the last index that is no longer there.
 */
const shelfSize = 64;

/** A log that begins after an index. */
export const emptyLog = (base: number, baseTerm: number): Log => ({ base, baseTerm, last: base, shelves: [] });

const shelfOf = (log: Log, index: number) => Math.floor(index / shelfSize) - Math.floor((log.base + 1) / shelfSize);

/** The entry at an index, undefined where there is none or no longer one. */
export function entryAt(log: Log, index: number): Entry | undefined {
  if (index <= log.base || index > log.last) return undefined;
  const shelf = shelfOf(log, index);
  return log.shelves[shelf]?.[shelf === 0 ? index - log.base - 1 : index % shelfSize];
}

/** The term of the entry at an index; known for `base` too. */
export function termAt(log: Log, index: number): number | undefined {
  return index === log.base ? log.baseTerm : entryAt(log, index)?.term;
}

/** The term of the last entry, also when that is no longer there. */
export const lastTerm = (log: Log) => termAt(log, log.last) ?? log.baseTerm;

/** From the one index to the other, both included; what is not there is left out. */
export function entriesBetween(log: Log, first: number, last: number): Entry[] {
  const found: Entry[] = [];
  for (let index = Math.max(first, log.base + 1); index <= Math.min(last, log.last); index++) {
    const entry = entryAt(log, index);
    if (entry !== undefined) found.push(entry);
  }
  return found;
}

/** By shelf: where in it each proposal is. A shelf never changes, so this is found out once. */
const places = new WeakMap<readonly Entry[], ReadonlyMap<string, number>>();

function placesIn(shelf: readonly Entry[]): ReadonlyMap<string, number> {
  const known = places.get(shelf) ?? new Map(shelf.flatMap((entry, place) => (entry.type === "value" ? [[entry.id, place] as const] : [])));
  places.set(shelf, known);
  return known;
}

/** The last index that has the proposal of this id; undefined where none has it. */
export function indexOfId(log: Log, id: string): number | undefined {
  for (let shelf = log.shelves.length - 1; shelf >= 0; shelf--) {
    const place = placesIn(log.shelves[shelf] ?? []).get(id);
    const first = shelf === 0 ? log.base + 1 : (Math.floor((log.base + 1) / shelfSize) + shelf) * shelfSize;
    if (place !== undefined) return first + place;
  }
  return undefined;
}

/** With entries behind the last one. */
export function append(log: Log, entries: readonly Entry[]): Log {
  const shelves = [...log.shelves];
  const touched = new Set<number>();
  let last = log.last;
  for (const entry of entries) {
    const shelf = shelfOf(log, ++last);
    if (!touched.has(shelf)) shelves[shelf] = [...(shelves[shelf] ?? [])];
    touched.add(shelf);
    (shelves[shelf] as Entry[]).push(entry);
  }
  return { ...log, last, shelves };
}

/** Without what comes after `last`. */
export function cutAfter(log: Log, last: number): Log {
  if (last >= log.last) return log;
  if (last <= log.base) return emptyLog(log.base, log.baseTerm);
  const shelf = shelfOf(log, last);
  const kept = shelf === 0 ? last - log.base : (last % shelfSize) + 1;
  return { ...log, last, shelves: [...log.shelves.slice(0, shelf), (log.shelves[shelf] ?? []).slice(0, kept)] };
}

/** Without what is at `base` or before. */
export function cutUpTo(log: Log, base: number): Log {
  const baseTerm = termAt(log, base);
  if (baseTerm === undefined || base === log.base) return log;
  if (base === log.last) return emptyLog(base, baseTerm);
  const shelf = shelfOf(log, base + 1);
  const gone = shelf === 0 ? base - log.base : (base + 1) % shelfSize;
  return { base, baseTerm, last: log.last, shelves: [(log.shelves[shelf] ?? []).slice(gone), ...log.shelves.slice(shelf + 1)] };
}

/** Whether every index has its place: what comes from a disk may have been made by anybody. */
export function isWhole(log: Log): boolean {
  const shelves = log.last === log.base ? 0 : shelfOf(log, log.last) + 1;
  return (
    log.last >= log.base &&
    log.shelves.length === shelves &&
    log.shelves.flat().length === log.last - log.base &&
    entriesBetween(log, log.base, log.last).length === log.last - log.base
  );
}
