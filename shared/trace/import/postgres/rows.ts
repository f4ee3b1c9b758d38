import { TraceError } from "../../format/error.ts";
import type { Json } from "../json/parse.ts";
import { clip, listOf, objectOf, wordOf } from "../json/read.ts";
import { parseSequence } from "../json/sequence.ts";
import { importLimits } from "../limits.ts";
import type { Source } from "../source/source.ts";
import { csvRows } from "./csv.ts";
import { looksLikeTable, tableRows } from "./psql-table.ts";

/** One row of a query's result: values by column name in lower case. What is null is not there. */
export interface Row {
  readonly values: ReadonlyMap<string, string>;
  readonly line?: number | undefined;
  /** From 0: a query that is run again and again (`\\watch`) prints a table of the same columns each time. */
  readonly snapshot?: number | undefined;
}

/** Rows of whatever a client printed: psql's tables (also expanded, also several), CSV, JSON. */
export function rowsOf(source: Source): Row[] {
  const first = source.text.trimStart()[0];
  const rows = first === "{" || first === "[" ? jsonRows(source) : looksLikeTable(source.lines) ? tableRows(source.lines) : csvRows(source.text);
  if (rows.length > importLimits.items) throw new TraceError(`The file has more than ${importLimits.items} rows.`);
  return rows;
}

function jsonRows(source: Source): Row[] {
  const values = source.maybeJson() === undefined ? parseSequence(source.text) : [source.json().value];
  const rows: Row[] = [];
  const visit = (value: Json, depth: number): void => {
    const list = listOf(value);
    if (list !== undefined && depth < 4) for (const item of list) visit(item, depth + 1);
    const object = objectOf(value);
    if (object === undefined) return;
    const nested = Object.values(object).filter((one) => one !== undefined && listOf(one)?.some((item) => objectOf(item) !== undefined));
    if (nested.length > 0 && depth < 4) for (const one of nested) visit(one!, depth + 1);
    else rows.push({ values: new Map(Object.entries(object).flatMap(([column, cell]) => cellOf(column, cell))) });
  };
  for (const value of values) visit(value, 0);
  return rows;
}

function cellOf(column: string, cell: Json | undefined): [string, string][] {
  const word =
    listOf(cell)
      ?.map((one) => wordOf(one) ?? "")
      .join(",") ?? wordOf(cell);
  return word === undefined || word === "" ? [] : [[column.toLowerCase(), clip(word)]];
}
