import { clip } from "../json/read.ts";
import type { Row } from "./rows.ts";

const rule = /^[\s|+]*--[-+|\s:]*$/;
/** In any language, with any border: `-[ RECORD 1 ]-`, `+-[ RECORD 1 ]-`, `* Record 1`. */
const record = /^(?:\+?-\[ \S{1,40} \d+ \]|\* \S{1,40} \d+\s*$)/;
/** A line that only an expanded table without alignment has (`psql -A -x`): there a blank line parts the records. */
const unaligned = /^(?:granted\|[tf]|(?:blocked_pid|blocking_pid)\|\d+|pg_blocking_pids\|\{[\d,]*\})$/;

export function looksLikeTable(lines: readonly string[]): boolean {
  return lines.some((line) => rule.test(line) || record.test(line) || unaligned.test(line));
}

/** Rows of psql's tables: aligned, with or without borders, with values over several lines, and expanded ones (`\x`). */
export function tableRows(lines: readonly string[]): Row[] {
  const rows: Row[] = [];
  const snapshots = new Snapshots();
  if (lines.some((line) => unaligned.test(line))) {
    for (let at = 0; at < lines.length; at += 1) if (lines[at]!.includes("|")) at = readRecord(lines, at, rows, snapshots.current);
    return rows;
  }
  for (let at = 0; at < lines.length; at += 1) {
    if (record.test(lines[at]!)) {
      if (/ 1\b/.test(lines[at]!)) snapshots.table("expanded");
      at = readRecord(lines, at + 1, rows, snapshots.current) - 1;
    } else if (rule.test(lines[at]!) && at > 0 && (lines[at - 1]!.includes("|") || /^\s*\w+\s*$/.test(lines[at - 1]!)))
      at = readTable(lines, at, rows, snapshots) - 1;
  }
  return rows;
}

/** A table of columns that there was already is a later snapshot; one of others (pg_stat_activity) goes with those before it. */
class Snapshots {
  current = 0;
  readonly #seen = new Set<string>();

  table(columns: string): void {
    if (this.#seen.has(columns)) {
      this.current += 1;
      this.#seen.clear();
    }
    this.#seen.add(columns);
  }
}

/** Reads the rows below a rule; the line where they end. */
function readTable(lines: readonly string[], ruleAt: number, rows: Row[], snapshots: Snapshots): number {
  const bounds = [...lines[ruleAt]!.matchAll(/[+|]/g)].map((match) => match.index);
  const bordered = /^\s*[|+]/.test(lines[ruleAt]!);
  const cellsOf = (line: string): string[] => {
    const aligned = bounds.length > 0 && bounds.every((place) => line[place] === "|" || line[place] === "+");
    const cells = aligned ? [0, ...bounds.map((place) => place + 1)].map((from, index) => line.slice(from, bounds[index] ?? line.length)) : line.split("|");
    return bordered ? cells.slice(1, -1) : cells;
  };
  const columns = cellsOf(lines[ruleAt - 1]!).map((name) => name.trim().toLowerCase());
  snapshots.table(columns.join(" "));
  const snapshot = snapshots.current;
  let open: string[] | undefined;
  let at = ruleAt + 1;
  for (; at < lines.length; at += 1) {
    const line = lines[at]!;
    if (rule.test(line)) continue;
    if (line.trim() === "" || /^\s*\(\d+ [^)|]*\)\s*$/.test(line) || (!line.includes("|") && columns.length > 1)) break;
    const raw = cellsOf(line);
    // A value over several lines has a plus at the end of each but its last.
    const goesOn = raw.some((cell) => cell.trimEnd().endsWith("+"));
    const cells = raw.map((cell) => cell.trim().replace(/\+$/, "").trimEnd());
    const joined: string[] = open === undefined ? cells : open.map((cell, index) => clip(`${cell} ${cells[index] ?? ""}`.trim()));
    open = goesOn ? joined : undefined;
    if (!goesOn) rows.push(rowOf(columns, joined, at + 1, snapshot));
  }
  if (open !== undefined) rows.push(rowOf(columns, open, at, snapshot));
  return at;
}

function readRecord(lines: readonly string[], from: number, rows: Row[], snapshot: number): number {
  const columns: string[] = [];
  const cells: string[] = [];
  let at = from;
  for (; at < lines.length; at += 1) {
    const line = lines[at]!;
    if (record.test(line)) break;
    const bordered = /^\| .*\|\s*$/.test(line);
    const field = (bordered ? line.trim().slice(1, -1) : line).trim();
    const [, column, cell] = /^([^|\s]+)\s*\|(.*)$/.exec(field) ?? /^([^|+\s]+)(?:\s+(.*))?$/.exec(field) ?? [];
    if (column === undefined) break;
    columns.push(column.toLowerCase());
    cells.push((cell ?? "").trim());
  }
  rows.push(rowOf(columns, cells, from, snapshot));
  return at;
}

function rowOf(columns: readonly string[], cells: readonly string[], line: number, snapshot: number): Row {
  const values = new Map<string, string>();
  columns.forEach((column, index) => {
    const cell = cells[index] ?? "";
    if (cell !== "" && column !== "") values.set(column, clip(cell));
  });
  return { values, line, snapshot };
}
