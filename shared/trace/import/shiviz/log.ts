import { TraceError } from "../../format/error.ts";
import { parseJson } from "../json/parse.ts";
import { clip, numberOf, objectOf } from "../json/read.ts";
import { importLimits } from "../limits.ts";
import type { Problems } from "../problems.ts";
import { matchesOf } from "./matches.ts";

const mostClockEntries = 4_000_000;

/** One event of a host, with its vector clock. */
export interface LogEvent {
  readonly host: string;
  readonly clock: ReadonlyMap<string, number>;
  /** Its own entry of its clock: its place among its host's events. */
  readonly index: number;
  readonly text: string;
  /** What other groups of the expression caught. */
  readonly fields: ReadonlyMap<string, string>;
  readonly line: number;
}

export interface Execution {
  readonly label: string;
  readonly events: readonly LogEvent[];
  readonly unparseable: number;
}

/** Splits a log at its delimiter and finds the events of each execution. */
export function executionsOf(text: string, firstLine: number, parser: RegExp, delimiter: RegExp | undefined, problems: Problems): Execution[] {
  return partsOf(text, firstLine, delimiter).map((part) => executionOf(part, parser, problems));
}

interface Part {
  readonly label: string;
  readonly text: string;
  readonly line: number;
}

function partsOf(text: string, firstLine: number, delimiter: RegExp | undefined): Part[] {
  if (delimiter === undefined) return [{ label: "", text, line: firstLine }];
  const parts: Part[] = [];
  let label = "";
  let from = 0;
  let line = firstLine;
  const add = (to: number): void => {
    const body = text.slice(from, to);
    if (body.trim() !== "") parts.push({ label, text: body, line });
  };
  for (const match of text.matchAll(delimiter)) {
    if (match[0] === "") continue;
    add(match.index);
    const end = match.index + match[0].length;
    line += linesIn(text, from, end);
    from = end;
    label = clip(match.groups?.trace ?? "", 64);
  }
  add(text.length);
  return parts;
}

function executionOf(part: Part, parser: RegExp, problems: Problems): Execution {
  const events: LogEvent[] = [];
  let unparseable = 0;
  let line = part.line;
  let counted = 0;
  let entries = 0;
  for (const match of matchesOf(part.text, parser, part.line, problems)) {
    line += linesIn(part.text, counted, match.index);
    counted = match.index;
    if (events.length + unparseable >= importLimits.items) throw new TraceError(`The log has more than ${importLimits.items} events.`, { line });
    const event = eventOf(match.groups, line);
    if (typeof event === "string") {
      unparseable += 1;
      problems.add(event, { line });
      continue;
    }
    events.push(event);
    entries += event.clock.size;
    if (entries > mostClockEntries) throw new TraceError(`The vector clocks of the log have more than ${mostClockEntries} entries.`, { line });
  }
  return { label: part.label, events, unparseable };
}

function linesIn(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = from; at < to; at += 1) if (text.charCodeAt(at) === 10) count += 1;
  return count;
}

/** The event, or what is wrong with it. */
function eventOf(groups: Readonly<Record<string, string | undefined>>, line: number): LogEvent | string {
  const host = clip((groups.host ?? "").trim());
  const spelt = groups.clock ?? "";
  if (host === "") return "An event has no host and was left out.";
  const clock = clockOf(spelt);
  if (clock === undefined) return `The vector clock ${clip(spelt, 100)} of ${host} is no JSON object of whole numbers; the event was left out.`;
  const index = clock.get(host);
  if (index === undefined) return `The vector clock ${clip(spelt, 100)} does not name its own host ${host}; the event was left out.`;
  const fields = new Map(
    Object.entries(groups).flatMap(([name, value]) => (value === undefined || ["host", "clock", "event"].includes(name) ? [] : [[name, clip(value)] as const])),
  );
  return { host, clock, index, text: clip(groups.event ?? ""), fields, line };
}

function jsonObjectOf(spelt: string): ReturnType<typeof objectOf> {
  try {
    return objectOf(parseJson(spelt.trim()).value);
  } catch (error) {
    if (error instanceof TraceError) return undefined;
    throw error;
  }
}

function clockOf(spelt: string): Map<string, number> | undefined {
  // Some programs print the clock as a text within quotes: TLC writes {\"n1\":0}.
  const value = jsonObjectOf(spelt) ?? (spelt.includes('\\"') ? jsonObjectOf(spelt.replaceAll('\\"', '"')) : undefined);
  if (value === undefined) return undefined;
  const clock = new Map<string, number>();
  for (const [host, count] of Object.entries(value)) {
    const number = numberOf(count);
    if (number === undefined || !Number.isSafeInteger(number) || number < 0) return undefined;
    // 0 is the same as not being named.
    if (number > 0) clock.set(clip(host), number);
  }
  return clock;
}
