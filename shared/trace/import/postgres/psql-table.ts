import { clip } from "../json/read.ts";
import type { Row } from "./rows.ts";

const rule = /^[\s|+]*--[-+|\s:]*$/;
const record = /^-\[ RECORD \d+ \]/;

/** Rows of psql's tables: aligned, with or without borders, with values over several lines, and expanded ones (`\x`). */
export function tableRows(lines: readonly string[]): Row[] {
  const rows: Row[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    if (record.test(lines[at]!)) at = readRecord(lines, at + 1, rows) - 1;
    else if (rule.test(lines[at]!) && at > 0 && (lines[at - 1]!.includes("|") || /^\s*\w+\s*$/.test(lines[at - 1]!))) at = readTable(lines, at, rows) - 1;
  }
  return rows;
}

/** Reads the rows below a rule; the line where they end. */
function readTable(lines: readonly string[], ruleAt: number, rows: Row[]): number {
  const bounds = [...lines[ruleAt]!.matchAll(/[+|]/g)].map((match) => match.index);
  const bordered = /^\s*[|+]/.test(lines[ruleAt]!);
  const cellsOf = (line: string): string[] => {
    const aligned = bounds.length > 0 && bounds.every((place) => line[place] === "|" || line[place] === "+");
    const cells = aligned ? [0, ...bounds.map((place) => place + 1)].map((from, index) => line.slice(from, bounds[index] ?? line.length)) : line.split("|");
    return bordered ? cells.slice(1, -1) : cells;
  };
  const columns = cellsOf(lines[ruleAt - 1]!).map((name) => name.trim().toLowerCase());
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
    if (!goesOn) rows.push(rowOf(columns, joined, at + 1));
  }
  if (open !== undefined) rows.push(rowOf(columns, open, at));
  return at;
}

function readRecord(lines: readonly string[], from: number, rows: Row[]): number {
  const columns: string[] = [];
  const cells: string[] = [];
  let at = from;
  for (; at < lines.length; at += 1) {
    const line = lines[at]!;
    const bar = line.indexOf("|");
    if (record.test(line) || bar < 0) break;
    columns.push(line.slice(0, bar).trim().toLowerCase());
    cells.push(line.slice(bar + 1).trim());
  }
  rows.push(rowOf(columns, cells, from));
  return at;
}

function rowOf(columns: readonly string[], cells: readonly string[], line: number): Row {
  const values = new Map<string, string>();
  columns.forEach((column, index) => {
    const cell = cells[index] ?? "";
    if (cell !== "" && column !== "") values.set(column, clip(cell));
  });
  return { values, line };
}
