import { createHash } from "node:crypto";
import type { Event, Snapshot } from "../../shared/model/index.ts";
import { emptyState, evolve, fromSnapshot, toSnapshot } from "../../shared/state/index.ts";
import { type TraceHeader, TraceWriter, traceVersion } from "../../shared/trace/index.ts";
import { engineVersion } from "../version.ts";
import { JournalError, type Recorded } from "./journal.ts";
import { recordedOf } from "./lines.ts";
import { type JournalReader, withReader } from "./reader.ts";
import { snapshotFrom } from "./snapshot-parts.ts";

export interface TraceSpan {
  readonly dataFolder: string;
  readonly space: string;
  /** First and last position; left out, as far as the journal goes. What was compacted away is left out too. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly name: string;
  readonly tags?: readonly string[];
}

/**
 * A span of a journal as a trace, in pieces of text, widened to whole decisions so that it can be decided again. Every event is checked against the chain on the way. May run beside the
 * server. `write` gets the text and the events that are in it; it may be asynchronous: it is waited for. Throws `JournalError`.
 */
export async function exportTrace(span: TraceSpan, write: (text: string, recorded: readonly Recorded[]) => void | Promise<void>): Promise<TraceHeader> {
  return withReader(span, async (reader) => {
    const to = span.to === undefined || span.to >= reader.events.position ? reader.events.position : reader.events.decisionEnd(span.to);
    const { from, snapshot } = beginning(reader, span, to);
    const header = headerOf(reader, span, from, to, snapshot);
    let text = "";
    const writer = new TraceWriter(header, snapshot, (more) => {
      text += more;
    });
    for (let at = from - 1; at < to; ) {
      const chunk = reader.events.chunk(at, to, true);
      const recorded = chunk.texts.map(recordedOf);
      writer.add(recorded);
      await write(text, recorded);
      text = "";
      at = chunk.last;
    }
    writer.end();
    await write(text, []);
    return header;
  });
}

/** Where the span can begin, at `from` or later, and the state before that. */
function beginning(
  { events, checkpoints, files }: JournalReader,
  { space, from: asked = 1 }: TraceSpan,
  to: number,
): { from: number; snapshot: Snapshot | undefined } {
  const { base } = events.meta;
  const from = asked <= events.position ? events.decisionAt(asked) : asked;
  const good = checkpoints.positions().filter((position) => checkpoints.problem(position, events.hashAt(position)) === undefined);
  const before = good.find((position) => position < from) ?? (base > 0 ? good.at(-1) : undefined);
  if (base > 0 && before === undefined)
    throw new JournalError(
      "corrupt",
      `${files.database} has no checkpoint that verifies, and its events up to ${base} were compacted away: restore it from your backup`,
    );
  const start = Math.max(from, (before ?? 0) + 1);
  if (start > to + 1)
    throw new JournalError(
      "position",
      `the journal of ${space} has nothing from ${asked} to ${to}: it begins at ${(before ?? 0) + 1} and ends at ${events.position}`,
    );
  if (start === 1) return { from: 1, snapshot: undefined };
  const state = before === undefined ? emptyState(space) : fromSnapshot(snapshotFrom(checkpoints.parts(before)));
  for (let at = state.position; at < start - 1; ) {
    const chunk = events.chunk(at, start - 1);
    for (const body of chunk.texts) evolve(state, JSON.parse(body) as Event);
    at = chunk.last;
  }
  return { from: start, snapshot: toSnapshot(state) };
}

function headerOf({ events }: JournalReader, span: TraceSpan, from: number, to: number, snapshot: Snapshot | undefined): TraceHeader {
  const empty = to < from;
  const timeOf = (position: number): number => (empty ? (snapshot?.atMs ?? 0) : events.eventAt(position).atMs);
  const base = events.hashAt(from - 1) as string;
  return {
    format: "sbtrace",
    version: traceVersion,
    engine: engineVersion,
    space: span.space,
    name: span.name,
    from,
    to,
    sinceMs: timeOf(from),
    untilMs: timeOf(to),
    base,
    firstHash: empty ? base : (events.hashAt(from) as string),
    lastHash: empty ? base : (events.hashAt(to) as string),
    counts: { events: to - from + 1, commands: events.commandsBetween(from, to) },
    tags: [...(span.tags ?? [])],
    notes: [],
  };
}

/** The digest that the chain of hashes goes by, as fast as this machine has it. */
export const nodeDigest = (text: string): string => createHash("sha256").update(text).digest("hex");
