import { TraceError } from "../../format/error.ts";
import { clip } from "../json/read.ts";
import type { Row } from "./rows.ts";

/** Comma-separated values (RFC 4180) with a line of column names first; also with semicolons or tabs between. */
export function csvRows(text: string): Row[] {
  const header = text.slice(0, text.indexOf("\n") < 0 ? text.length : text.indexOf("\n"));
  const separator = [",", ";", "\t", "|"]
    .map((mark) => ({ mark, count: header.split(mark).length }))
    .reduce((most, one) => (one.count > most.count ? one : most)).mark;
  const [names, ...records] = [...recordsOf(text, separator)];
  if (names === undefined) return [];
  const columns = names.cells.map((name) => name.trim().toLowerCase());
  let snapshot = 0;
  return records.flatMap(({ cells, line }) => {
    if (cells.length > 1 && cells.every((cell, index) => cell === names.cells[index])) {
      snapshot += 1;
      return [];
    }
    if (cells.length === 1 && (cells[0] ?? "").trim() === "") return [];
    if (/^\(\d+ rows?\)$/.test(cells[0] ?? "")) return [];
    const values = new Map<string, string>();
    columns.forEach((column, index) => {
      const cell = cells[index] ?? "";
      if (cell !== "" && cell !== "\\N") values.set(column, clip(cell));
    });
    return [{ values, line, snapshot }];
  });
}

function* recordsOf(text: string, separator: string): Generator<{ cells: string[]; line: number }> {
  let at = 0;
  let line = 1;
  while (at < text.length) {
    const cells: string[] = [];
    const begin = line;
    for (;;) {
      let cell = "";
      if (text[at] === '"') {
        const end = closingQuote(text, at, line);
        cell = text.slice(at + 1, end).replaceAll('""', '"');
        for (const letter of cell) if (letter === "\n") line += 1;
        at = end + 1;
      }
      const rest = nextMark(text, at, separator);
      cell += text.slice(at, rest);
      cells.push(cell);
      at = rest + 1;
      if (text[rest] !== separator) break;
    }
    line += 1;
    yield { cells, line: begin };
  }
}

function nextMark(text: string, from: number, separator: string): number {
  let at = from;
  while (at < text.length && text[at] !== separator && text[at] !== "\n") at += 1;
  return at;
}

function closingQuote(text: string, from: number, line: number): number {
  for (let at = from + 1; at < text.length; at += 1) {
    if (text[at] !== '"') continue;
    if (text[at + 1] !== '"') return at;
    at += 1;
  }
  throw new TraceError("A quoted value has no end.", { line });
}
