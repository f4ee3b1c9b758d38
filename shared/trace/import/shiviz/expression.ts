import { TraceError } from "../../format/error.ts";
import { importLimits } from "../limits.ts";

/** What ShiViz takes when nothing else is said. */
export const defaultParser = "(?<event>.*)\\n(?<host>\\S*) (?<clock>{.*})";
/** Other usual forms, tried in turn when a log names none and the default finds nothing. */
export const usualParsers = [defaultParser, "(?<host>\\S*) (?<clock>{.*})\\n(?<event>.*)", "(?<host>\\S+) (?<clock>{.*?}) (?<event>.+)"];

/** What ShiViz's manual puts between executions: taken where a log says nothing of its expressions and nobody else does. */
export const usualDelimiter = "^=== (?<trace>.*) ===$";

const needed = ["host", "clock", "event"] as const;

/** An expression of a log's events: named groups host, clock and event, and any others. Throws with words where it cannot be one. */
export function parserOf(expression: string): RegExp {
  const parser = compiled(expression, "The parser expression");
  const missing = needed.filter((name) => !expression.includes(`(?<${name}>`));
  if (missing.length > 0)
    throw new TraceError(
      `The parser expression lacks the named group${missing.length > 1 ? "s" : ""} ${missing.join(", ")}: write (?<host>...), (?<clock>...) and (?<event>...).`,
    );
  return parser;
}

/** An expression of what stands between executions; its group `trace`, if any, is the name of what follows. */
export function delimiterOf(expression: string): RegExp {
  return compiled(expression, "The delimiter expression");
}

function compiled(expression: string, what: string): RegExp {
  if (expression.length > importLimits.expression) throw new TraceError(`${what} has more than ${importLimits.expression} characters.`);
  try {
    return new RegExp(expression, "gm");
  } catch (error) {
    throw new TraceError(`${what} is no regular expression: ${error instanceof Error ? error.message : error}.`);
  }
}

export interface Described {
  readonly parser?: string | undefined;
  readonly delimiter?: string | undefined;
  /** Where the log itself begins. */
  readonly start: number;
}

/** ShiViz's own samples begin with the parser expression, and the delimiter on the line after it, which may be empty. */
export function describedIn(text: string): Described {
  const begin = /\S/.exec(text)?.index ?? 0;
  const first = lineAt(text, begin);
  if (!needed.every((name) => first.text.includes(`(?<${name}>`))) return { start: 0 };
  const second = lineAt(text, first.next);
  const delimiter = second.text.trim();
  if (delimiter === "") return { parser: first.text, start: second.next };
  // Without a group of its own a second line is as well the first of the log.
  return delimiter.includes("(?<trace>") ? { parser: first.text, delimiter, start: second.next } : { parser: first.text, start: first.next };
}

function lineAt(text: string, from: number): { text: string; next: number } {
  const end = text.indexOf("\n", from);
  return end < 0 ? { text: text.slice(from), next: text.length } : { text: text.slice(from, end), next: end + 1 };
}
