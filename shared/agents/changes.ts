import { z } from "zod";

/** Where in a value of plain JSON: the names and places on the way there. */
const pathSchema = z.array(z.union([z.string(), z.number().int().min(0)])).readonly();

const changeSchema = z.union([
  z.strictObject({ at: pathSchema, set: z.unknown() }),
  /** A list keeps so many of its first members and gets these behind them. */
  z.strictObject({ at: pathSchema, keep: z.number().int().min(0), add: z.array(z.unknown()).readonly() }),
  z.strictObject({ at: pathSchema, drop: z.string() }),
]);

/** What turns one value of plain JSON into the next; plain JSON itself. */
export const changesSchema = z.array(changeSchema).readonly();

export type Change = Readonly<z.infer<typeof changeSchema>>;
type Path = z.infer<typeof pathSchema>;

/**
 * What turns one value of plain JSON into another. Values that are only ever made anew share what did not change, and what
 * is shared is not looked into: so this takes about as long as what changed is large, and each list on the way there is long.
 */
export function changesBetween(before: unknown, after: unknown): Change[] {
  const changes: Change[] = [];
  note(changes, before, after, []);
  return changes;
}

function note(changes: Change[], before: unknown, after: unknown, at: Path): void {
  if (Object.is(before, after)) return;
  if (Array.isArray(before) && Array.isArray(after)) noteList(changes, before, after, at);
  else if (isObject(before) && isObject(after)) noteObject(changes, before, after, at);
  else changes.push({ at, set: after });
}

function noteList(changes: Change[], before: readonly unknown[], after: readonly unknown[], at: Path): void {
  const keep = Math.min(before.length, after.length);
  // Most of a long list is shared: no path is made for that.
  for (let place = 0; place < keep; place++) if (!Object.is(before[place], after[place])) note(changes, before[place], after[place], [...at, place]);
  if (before.length !== after.length) changes.push({ at, keep, add: after.slice(keep) });
}

function noteObject(changes: Change[], before: object, after: object, at: Path): void {
  const known = new Map(Object.entries(before));
  for (const [name, value] of Object.entries(after)) {
    // JSON has no undefined: such a part is not there.
    if (value !== undefined) note(changes, known.get(name), value, [...at, name]);
  }
  const kept = new Map(Object.entries(after));
  for (const [name, value] of known) if (value !== undefined && kept.get(name) === undefined) changes.push({ at, drop: name });
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null && !Array.isArray(value);

/** The value that a value becomes by these changes; the one before stays as it was. Throws `RangeError` where a change has no place in it. */
export function withChanges(before: unknown, changes: readonly Change[]): unknown {
  return changes.reduce((value, change) => changed(value, change, change.at), before);
}

function changed(value: unknown, change: Change, [step, ...rest]: Path): unknown {
  if (step !== undefined) return withPart(value, step, (part) => changed(part, change, rest));
  if ("set" in change) return change.set;
  if ("drop" in change) return Object.fromEntries(Object.entries(objectIn(value)).filter(([name]) => name !== change.drop));
  const list = listIn(value);
  if (change.keep > list.length) throw new RangeError(`A list of ${list.length} has no first ${change.keep}.`);
  return [...list.slice(0, change.keep), ...change.add];
}

function withPart(value: unknown, step: string | number, next: (part: unknown) => unknown): unknown {
  if (typeof step === "string") {
    const parts = new Map(Object.entries(objectIn(value)));
    // In its own place, so that the text stays the same but for what changed.
    return Object.fromEntries(parts.set(step, next(parts.get(step))));
  }
  const list = listIn(value);
  if (step >= list.length) throw new RangeError(`A list of ${list.length} has no place ${step}.`);
  return list.with(step, next(list[step]));
}

function objectIn(value: unknown): object {
  if (!isObject(value)) throw new RangeError("A change names a part of what has none.");
  return value;
}

function listIn(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new RangeError("A change names a place in what is no list.");
  return value;
}
