import { TraceError } from "../../format/error.ts";
import { importLimits } from "../limits.ts";
import type { Problems } from "../problems.ts";
import { placeOf } from "../source/decode.ts";
import type { Source } from "../source/source.ts";
import { BigNumber, type Edn, EdnMap, EdnReader, Keyword, Tagged, wordsOf } from "./edn.ts";

export type EntryType = "invoke" | "ok" | "fail" | "info";

/** One line of a history: a process asks, or is answered. */
export interface Entry {
  readonly process: string;
  readonly type: EntryType;
  readonly f: string;
  readonly key: Edn | undefined;
  readonly value: Edn;
  /** Nanoseconds since the test began, when it is told. */
  readonly ns: bigint | undefined;
  readonly line: number;
}

const types: readonly string[] = ["invoke", "ok", "fail", "info"];
/** As Jepsen's logger prints an operation: process, type, function, value, between tabs or blanks. */
export const logLine = /(?:^|[\s-])(-?\d{1,19}|:nemesis)\s{1,20}:(invoke|ok|fail|info)\s{1,20}:([^\s:]{1,100})(?:\s(.*))?$/;

/** A history as EDN maps, one by one or in a vector (Jepsen's history.edn, knossos), or as lines of Jepsen's log. */
export function entriesOf(source: Source): Entry[] {
  const first = source.text.trimStart()[0] ?? "";
  return "{[(#;".includes(first) ? ednEntries(source) : logEntries(source);
}

function ednEntries({ text, problems }: Source): Entry[] {
  const reader = new EdnReader(text);
  const entries: Entry[] = [];
  let line = 1;
  let counted = 0;
  while (!reader.atEnd()) {
    const { place } = reader;
    for (; counted < place; counted += 1) if (text.charCodeAt(counted) === 10) line += 1;
    const value = reader.next();
    const many = value instanceof EdnMap || value instanceof Tagged ? [value] : Array.isArray(value) ? (value as readonly Edn[]) : undefined;
    if (many === undefined)
      throw new TraceError("An operation was expected here, such as {:process 0, :type :invoke, :f :read, :value nil}.", placeOf(text, place));
    for (const one of many) add(entries, entryOf(one, line, problems), line);
  }
  return entries;
}

function add(entries: Entry[], entry: Entry | undefined, line: number): void {
  if (entry === undefined) return;
  if (entries.length >= importLimits.items) throw new TraceError(`The history has more than ${importLimits.items} entries.`, { line });
  entries.push(entry);
}

function entryOf(value: Edn, line: number, problems: Problems): Entry | undefined {
  const map = value instanceof Tagged ? value.value : value;
  const field = (name: string): Edn | undefined => (map instanceof EdnMap ? map.entries.get(name) : undefined);
  const type = nameOf(field("type"));
  const f = nameOf(field("f"));
  const process = field("process");
  if (type === undefined || !types.includes(type) || f === undefined || process === undefined) {
    problems.add("An entry is no operation with :process, :type and :f, and was left out.", { line });
    return undefined;
  }
  return { process: wordsOf(process), type: type as EntryType, f, key: field("key"), value: field("value") ?? null, ns: nanosOf(field("time")), line };
}

/** A keyword's name, or a string: histories converted from JSON have strings. */
function nameOf(value: Edn | undefined): string | undefined {
  if (value instanceof Keyword) return value.name;
  return typeof value === "string" ? value : undefined;
}

function nanosOf(value: Edn | undefined): bigint | undefined {
  const text = value instanceof BigNumber ? value.text : String(value);
  return /^\d{1,30}$/.test(text) ? BigInt(text) : undefined;
}

function logEntries({ lines, problems }: Source): Entry[] {
  const entries: Entry[] = [];
  lines.forEach((text, index) => {
    const match = text.length <= importLimits.expression ? logLine.exec(text) : null;
    if (match === null) return;
    const [, who = "", type = "", f = "", rest = ""] = match;
    const line = index + 1;
    add(
      entries,
      { process: who.replace(/^:/, ""), type: type as EntryType, f, key: undefined, value: shownValue(rest, line, problems), ns: undefined, line },
      line,
    );
  });
  return entries;
}

/** The value; what follows it is the error's name. */
function shownValue(text: string, line: number, problems: Problems): Edn {
  if (text.trim() === "") return null;
  try {
    return new EdnReader(text).next();
  } catch (error) {
    if (!(error instanceof TraceError)) throw error;
    problems.add(`The value of an operation cannot be read: ${error.message}`, { line });
    return null;
  }
}
