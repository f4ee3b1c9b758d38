import { clip } from "../json/read.ts";

export interface Step {
  readonly name: string;
  readonly session: string;
  sql: string;
  /** It was blocked for a while. */
  waited: boolean;
  /** `open`: blocked up to the end. */
  ended: "ok" | "refused" | "deadlock" | "error" | "open";
}

export interface Permutation {
  readonly line: number;
  readonly order: readonly string[];
  readonly steps: readonly Step[];
}

const begins = /^\s*starting permutation:\s*(.*)$/;
const stepLine = /^step ([^\s:]{1,100}): ?(.*)$/;
const completed = /^step ([^\s:]{1,100}): <\.\.\. completed>/;
const waiting = /<waiting \.\.\.>\s*$/;
const errorsIn = /^error in steps? (.{1,500}?): (.*)$/;
const error = /^(?:ERROR|FATAL):\s+(.*)$/;

/** Interleavings of an isolation test's output, as isolationtester prints them before and after version 14. */
export function permutationsOf(lines: readonly string[]): Permutation[] {
  const permutations: { line: number; order: string[]; steps: Step[] }[] = [];
  let steps = new Map<string, Step>();
  let last: Step | undefined;
  /** A statement of several lines goes on. */
  let goesOn = false;
  lines.forEach((full, index) => {
    const text = full.slice(0, 2_000);
    const order = begins.exec(text)?.[1];
    if (order !== undefined) {
      permutations.push({ line: index + 1, order: order.trim().split(/\s+/), steps: [] });
      steps = new Map();
      last = undefined;
      goesOn = false;
      return;
    }
    const permutation = permutations[permutations.length - 1];
    if (permutation === undefined) return;
    const done = completed.exec(text)?.[1];
    const begun = done === undefined ? stepLine.exec(text) : null;
    if (done !== undefined) {
      last = steps.get(done);
      if (last?.ended === "open") last.ended = "ok";
      goesOn = false;
    } else if (begun !== null) {
      const name = begun[1]!;
      const waits = waiting.test(text);
      last = {
        name,
        session: sessionOf(name, permutation.order),
        sql: clip(begun[2]!.replace(waiting, "").trim()),
        waited: waits,
        ended: waits ? "open" : "ok",
      };
      steps.set(name, last);
      permutation.steps.push(last);
      goesOn = !waits && !text.trimEnd().endsWith(";");
    } else if (errorsIn.test(text)) fail(steps, ...(errorsIn.exec(text)!.slice(1, 3) as [string, string]));
    else if (error.test(text)) {
      if (last !== undefined) last.ended = endOf(error.exec(text)![1]!);
      goesOn = false;
    } else if (goesOn && last !== undefined) {
      const waits = waiting.test(text);
      last.sql = clip(`${last.sql} ${text.replace(waiting, "").trim()}`.trim());
      if (waits) [last.waited, last.ended] = [true, "open"];
      goesOn = !waits && !text.trimEnd().endsWith(";");
    }
  });
  return permutations;
}

/** Before version 14 one line tells of several steps; the first of them, the one just sent, is whose error it is. */
function fail(steps: ReadonlyMap<string, Step>, names: string, message: string): void {
  const named = names.split(/\s+/).flatMap((name) => steps.get(name) ?? []);
  const isDeadlock = endOf(message.replace(/^(?:ERROR|FATAL):\s+/, "")) === "deadlock";
  named.forEach((step, index) => {
    // Which of the steps of a deadlock it was that failed, such a line does not tell: all were in it.
    if (isDeadlock || index === 0) step.ended = endOf(message.replace(/^(?:ERROR|FATAL):\s+/, ""));
  });
}

function endOf(message: string): Step["ended"] {
  if (/deadlock/i.test(message)) return "deadlock";
  return /could not obtain lock|lock timeout|canceling statement due to lock/i.test(message) ? "refused" : "error";
}

/**
 * The output does not name sessions. By custom a step's name begins with its session's (s1a, s2_wait) or ends with its
 * number (rx1, wy2).
 */
function sessionOf(step: string, order: readonly string[]): string {
  const prefixed = /^([a-z]+\d+)/i;
  const own = prefixed.exec(step)?.[1];
  const prefixes = new Set(order.map((name) => prefixed.exec(name)?.[1]));
  // A prefix that is a step's whole name is no session's, unless there are several steps to one.
  if (own !== undefined && prefixes.size < new Set(order).size) return own;
  const number = /\d+/.exec(step)?.[0];
  return number === undefined ? step : `s${number}`;
}
