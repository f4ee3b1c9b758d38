import { TraceError } from "../../format/error.ts";
import type { Imported, WaitForEdge, WaitFound } from "../imported.ts";
import { parseJson } from "../json/parse.ts";
import { clip, objectOf, stringOf, wordOf } from "../json/read.ts";
import type { Source } from "../source/source.ts";
import { timeNs } from "../source/time.ts";
import { importSnapshots, type WaitSnapshot } from "../wait-for/snapshots.ts";
import { modeWord } from "./modes.ts";

interface Waiting {
  readonly waiter: string;
  readonly holder: string;
  readonly mode: string;
  readonly what: string;
  /** Where in its line it begins. */
  readonly at: number;
}

const english = /[Pp]rocess (\d{1,10}) waits for (\w{1,40}) on (.{1,300}?); blocked by process (\d{1,10})/g;
const stillWaiting = /process (\d{1,10}) still waiting for (\w{1,40}) on (.{1,300}?) after [\d.]+ ms/;
const holding = /Process(?:es)? holding the lock: ([\d, ]{1,2000})\./;
const statement = /\bProcess (\d{1,10}): (.{1,500})/;
const longestLine = 20_000;

/**
 * Deadlock entries of PostgreSQL's log, plain, CSV or JSON: each is a snapshot of its own. In other languages than English
 * only what does not change is gone by: the mode's name, and the numbers before and after it. Without a deadlock, what
 * log_lock_waits told.
 */
export function importDeadlockLog(source: Source): Imported {
  const groups = groupsOf(source);
  const snapshots = groups.map(snapshotOf);
  const waiting = snapshots.length === 0 ? longWaits(source.lines) : [];
  if (snapshots.length === 0 && waiting.length === 0)
    throw new TraceError('There is no deadlock in it: lines such as "Process 1 waits for ShareLock on transaction 2; blocked by process 3." were looked for.', {
      line: 1,
    });
  const all = snapshots.length > 0 ? snapshots : [snapshotOf({ waits: waiting, line: 1, ns: undefined, victim: null, doing: new Map() })];
  return importSnapshots("pg-deadlock", all, source.problems, {
    deadlocks: snapshots.map(({ edges, victim }, index) => ({ line: groups[index]!.line, wait_for: edges, victim })),
    victims: snapshots.flatMap(({ victim }) => victim ?? []),
  });
}

interface Group {
  readonly waits: readonly Waiting[];
  readonly line: number;
  readonly ns: bigint | undefined;
  readonly victim: string | null;
  readonly doing: ReadonlyMap<string, string>;
}

interface Growing {
  waits: Waiting[];
  line: number;
  ns: bigint | undefined;
  prefix: string;
  before: string;
  doing: Map<string, string>;
}

/** Lines of waits that follow each other are one deadlock; one in which a process waits already begins the next. */
function groupsOf(source: Source): Group[] {
  const groups: Growing[] = [];
  let open: Growing | undefined;
  let before = "";
  for (const { text, line } of textLines(source)) {
    const waits = waitsIn(text);
    if (waits.length > 0) {
      const begins =
        open === undefined ||
        /\b(?:DETAIL|DÉTAIL|DETALLE|DETALHE|DETTAGLI)\b/.test(text.slice(0, 300)) ||
        waits.some((wait) => open?.waits.some((known) => known.waiter === wait.waiter));
      if (begins) {
        open = { waits: [], line, ns: timeNs(text) ?? timeNs(before), prefix: text.slice(0, waits[0]!.at), before, doing: new Map() };
        groups.push(open);
      }
      open?.waits.push(...waits);
    } else {
      const says = statement.exec(text);
      const last = groups[groups.length - 1];
      if (says !== null && last?.waits.some((wait) => wait.waiter === says[1])) last.doing.set(says[1]!, clip(says[2]!));
      open = undefined;
    }
    before = text;
  }
  return groups.map((group) => ({ ...group, victim: victimOf(group) }));
}

/** The process that looked for the deadlock is the one that was given up: its number stands before the message. */
function victimOf({ waits, prefix, before }: Growing): string | null {
  const members = new Set(waits.map((wait) => wait.waiter));
  const isDeadlockLine = /deadlock|40P01/i.test(before) || !/\b(?:LOG|still waiting)\b/.test(before);
  for (const text of [prefix, ...(isDeadlockLine ? [before] : [])]) {
    const numbers = [...text.slice(-1_000).matchAll(/(?<!\d)(?<!\d[.:\-/])(\d{1,10})(?!\d)(?![.:\-/]\d)/g)].map((match) => match[1]!);
    const named = [...new Set(numbers.filter((number) => members.has(number)))];
    if (named.length === 1) return named[0]!;
  }
  return null;
}

function waitsIn(text: string): Waiting[] {
  if (text.length > longestLine || !modeWord.test(text)) return [];
  const found = [...text.matchAll(english)].map((match) => ({ waiter: match[1]!, mode: match[2]!, what: match[3]!, holder: match[4]!, at: match.index }));
  if (found.length > 0) return found;
  const translated = translatedWait(text);
  return translated === undefined ? [] : [translated];
}

/** In any language: a process number, a mode and what is locked in either order, a mark, a process number. */
function translatedWait(text: string): Waiting | undefined {
  const mode = modeWord.exec(text);
  if (mode === null || text.length > 1_000) return undefined;
  const mark = text.slice(mode.index).search(/[;；、،]/);
  if (mark < 0) return undefined;
  const holder = /\d+/.exec(text.slice(mode.index + mark))?.[0];
  const before = [...text.slice(0, mode.index).matchAll(/\d+/g)];
  const after = text.slice(mode.index + mode[0].length, mode.index + mark);
  // Either "501 ... ShareLock ... 760; 509", or "501 ... 760 ... ShareLock; 509": then the message begins after a colon.
  const from = /\d/.test(after) ? (before[before.length - 1]?.index ?? -1) : firstAfterColon(text, before);
  const waiter = before.find((match) => match.index === from)?.[0];
  if (waiter === undefined || holder === undefined || waiter === holder) return undefined;
  const said = /\d/.test(after)
    ? after.replace(/^\S*\s*(?:\p{L}{1,4}\s+)?/u, "")
    : text.slice(from + waiter.length, mode.index).replace(/^\D*\s(?=\S+\s\(?\d)/, "");
  return { waiter, holder, mode: mode[0], what: said.replace(/(\d\)?)[^\d)]*$/, "$1").trim(), at: from };
}

function firstAfterColon(text: string, numbers: readonly RegExpExecArray[]): number {
  const colon = Math.max(
    text.slice(0, numbers[numbers.length - 1]?.index ?? 0).lastIndexOf(": "),
    text.lastIndexOf("：", numbers[numbers.length - 1]?.index ?? 0),
  );
  return numbers.find((match) => match.index > colon)?.index ?? -1;
}

/** Lines of text; of a JSON log, those that its entries would have as text. */
function* textLines({ lines }: Source): Generator<{ text: string; line: number }> {
  for (const [index, text] of lines.entries()) {
    const line = index + 1;
    const entry = text.startsWith("{") ? jsonEntry(text) : undefined;
    if (entry === undefined) yield { text, line };
    else for (const one of entry) yield { text: one, line };
  }
}

function jsonEntry(text: string): string[] | undefined {
  try {
    const entry = objectOf(parseJson(text).value);
    const message = stringOf(entry?.message);
    if (message === undefined) return undefined;
    const head = `${stringOf(entry?.timestamp) ?? ""} [${wordOf(entry?.pid) ?? ""}]`;
    const detail = entry?.detail;
    return [`${head} ${message}`, ...(typeof detail === "string" ? `${head} DETAIL: ${detail}`.split("\n") : [])];
  } catch (error) {
    if (error instanceof TraceError) return undefined;
    throw error;
  }
}

function snapshotOf({ waits, ns, victim, doing }: Group): WaitSnapshot {
  const edges = waits.map(({ waiter, holder, what }): WaitForEdge => [waiter, holder, what]);
  const found = new Map<string, WaitFound & { on: string[] }>();
  for (const { waiter, holder, mode, what } of waits) {
    const key = JSON.stringify([waiter, what]);
    const known = found.get(key) ?? { agent: waiter, resource: what, mode, on: [] };
    known.on.push(holder);
    found.set(key, known);
  }
  return { ns, holds: waits.map(({ holder, what }) => ({ agent: holder, resource: what })), waits: [...found.values()], edges, victim, doing };
}

function longWaits(lines: readonly string[]): Waiting[] {
  const found = new Map<string, Waiting[]>();
  lines.forEach((text, index) => {
    if (text.length > longestLine) return;
    const got = /process (\d{1,10}) acquired \w{1,40} on /.exec(text)?.[1];
    if (got !== undefined) found.delete(got);
    const match = stillWaiting.exec(text);
    if (match === null) return;
    const detail = [text, lines[index + 1] ?? ""].map((one) => holding.exec(one.slice(0, longestLine))?.[1]).find((one) => one !== undefined);
    const holders = detail?.split(",").map((pid) => pid.trim()) ?? [];
    found.set(
      match[1]!,
      holders.map((holder) => ({ waiter: match[1]!, holder, mode: match[2]!, what: match[3]!, at: 0 })),
    );
  });
  return [...found.values()].flat();
}
