import type { AnySpan, HoldSpan, LeadSpan, Recording, WaitSpan } from "../spans.ts";
import { waitId } from "./attributes.ts";
import { written } from "./lines.ts";

const columns = [
  ...["kind", "id", "agent", "resource", "mode", "weight", "level", "priority", "start_ms", "end_ms", "duration_ms", "waited_ms", "ended"],
  ...["fence", "request", "after", "session", "command", "start_position", "end_position", "reason"],
] as const;

type Row = Partial<Record<(typeof columns)[number], string | number | undefined>>;

/**
 * Waits, holds and leaderships as a table: RFC 4180, so lines end in CR LF and what has a comma, a quote or a line break is quoted. A
 * request that wants several resources has a row for each. Times are milliseconds since 1970; what had not ended has none.
 *
 * Spreadsheets take a text that begins with = + - @ for a formula, and a leading tab or CR for nothing (OWASP, "CSV
 * Injection"): such a text gets an apostrophe before it, and so does one that begins with an apostrophe, so that the one
 * is told from the other.
 */
export function csvOf(recording: Recording): Generator<string> {
  return written(recording, (write) => {
    const row = (fields: Row) => write(`${columns.map((column) => field(fields[column])).join()}\r\n`);
    write(`${columns.join()}\r\n`);
    return {
      holdEnded: (hold) => row(rowOfHold(hold)),
      waitEnded: (wait) => {
        for (const want of wait.wants.keys()) row(rowOfWait(wait, want));
      },
      leadEnded: (lead) => row(rowOfLead(lead)),
    };
  });
}

function rowOfHold(hold: HoldSpan): Row {
  const { id, agent, resource, mode, weight, level, waitedMs, ended, fence, request, after, session, command, reason } = hold;
  return {
    kind: "hold",
    id,
    agent,
    resource,
    mode,
    weight,
    level,
    waited_ms: waitedMs,
    ended,
    fence,
    request,
    after: after?.id,
    session,
    command,
    reason,
    ...timesOf(hold),
  };
}

function rowOfWait(wait: WaitSpan, want: number): Row {
  const { agent, wants, priority, ended, request, session, command, reason } = wait;
  return { kind: "wait", id: waitId(wait, want), agent, ...wants[want], priority, ended, request, session, command, reason, ...timesOf(wait) };
}

/** A group is a path and a term a fence, so a leadership reads like a hold of its group. */
function rowOfLead(lead: LeadSpan): Row {
  const { term, group, agent, session, because, ended } = lead;
  return { kind: "lead", id: term, agent, resource: group, fence: term, session, reason: because, ended, ...timesOf(lead) };
}

function timesOf({ startMs, endMs, startPosition, endPosition }: AnySpan): Row {
  const duration_ms = endMs === undefined ? undefined : endMs - startMs;
  return { start_ms: startMs, end_ms: endMs, duration_ms, start_position: startPosition, end_position: endPosition };
}

function field(value: string | number | undefined): string {
  if (value === undefined) return "";
  if (typeof value === "number") return String(value);
  const text = /^[=+\-@\t\r']/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
