import { TraceError } from "../../format/error.ts";
import type { Problems } from "../problems.ts";

export interface Match {
  readonly groups: Readonly<Record<string, string | undefined>>;
  /** Where it begins in the text. */
  readonly index: number;
}

/** Nobody's vector clock is that long; looking for an event from each of its characters on would take seconds. */
const longestLine = 10_000;
/** Lines are looked through in windows of so many characters, and of so much work when none of them matches. */
const windowLength = 256 * 1024;
const windowWork = 50_000_000;
/** Work on lines without an event that one log may take: a second or two. */
const mostWasted = 2_000_000_000;
const mostEmpty = 100_000;

/**
 * All matches, as `matchAll` finds them, with a bound on what the usual expressions take: those try from each character of
 * a line that does not match to its end, so the work goes with the square of its length. What is worse than that (groups
 * within groups that both repeat) has no bound here.
 */
export function* matchesOf(text: string, parser: RegExp, firstLine: number, problems: Problems): Generator<Match> {
  const beyond = linesBeyond(parser.source);
  let wasted = 0;
  let empty = 0;
  let at = 0;
  while (at < text.length) {
    const lineBegin = text.lastIndexOf("\n", at - 1) + 1;
    const { end, work, tooLong } = windowFrom(text, at);
    if (end === at) {
      problems.add(`A line of ${tooLong} characters was left out: no event is that long.`, { line: firstLine + lineOf(text, at) - 1 });
      at = nextLine(text, at);
      continue;
    }
    const part = text.slice(lineBegin, lookahead(text, end, beyond));
    let next = end;
    let covered = 0;
    parser.lastIndex = at - lineBegin;
    for (let match = parser.exec(part); match !== null; match = parser.exec(part)) {
      const index = lineBegin + match.index;
      if (index >= end) break;
      if (match[0] === "") {
        parser.lastIndex += 1;
        empty += 1;
        if (empty > mostEmpty) throw new TraceError("The parser expression matches where nothing is: make a part of it that has to be there.");
        continue;
      }
      yield { groups: match.groups ?? {}, index };
      covered += match[0].length;
      next = Math.max(end, index + match[0].length);
    }
    wasted += work * Math.max(0, 1 - covered / (end - at));
    if (wasted > mostWasted)
      throw new TraceError("The log has too much in it that the parser expression does not match; cut it down to its events.", {
        line: firstLine + lineOf(text, at) - 1,
      });
    at = next;
  }
}

/** Whole lines from a place on. `end` is that place when the line there is too long. */
function windowFrom(text: string, at: number): { end: number; work: number; tooLong: number } {
  let end = at;
  let work = 0;
  while (end < text.length && work < windowWork && end - at < windowLength) {
    const next = nextLine(text, end);
    const length = next - end;
    if (length > longestLine) return { end, work, tooLong: length };
    work += length * length;
    end = next;
  }
  return { end, work, tooLong: 0 };
}

/** So many lines after the window: a match that begins in it may go beyond. */
function lookahead(text: string, end: number, lines: number): number {
  let at = end;
  for (let count = 0; count < lines && at < text.length; count += 1) {
    const next = nextLine(text, at);
    if (next - at > longestLine) break;
    at = next;
  }
  return at;
}

/** How many more lines a match can reach: an expression names each line end, or has something that matches any number. */
function linesBeyond(expression: string): number {
  const named = expression.split("\\n").length;
  return /\\s|\\S\\s|\\W|\\D|\[\^|\\r|\n/.test(expression) ? named + 50 : named;
}

function nextLine(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end + 1;
}

function lineOf(text: string, at: number): number {
  let line = 1;
  for (let place = text.indexOf("\n"); place >= 0 && place < at; place = text.indexOf("\n", place + 1)) line += 1;
  return line;
}
