import { setImmediate } from "node:timers/promises";
import { z } from "zod";
import { type Event, engineCommandSchema, eventSchema } from "../../shared/model/index.ts";
import { readAnchor } from "./anchor.ts";
import { JournalError } from "./journal.ts";
import { recordedOf } from "./lines.ts";
import { type JournalReader, withReader } from "./reader.ts";
import { snapshotFrom } from "./snapshot-parts.ts";
import { inspectWal } from "./wal.ts";

export interface Verification {
  readonly space: string;
  /** Events that are good: from `base + 1` to `position`. */
  readonly base: number;
  readonly position: number;
  /** Position of the last event that is there, good or not. */
  readonly end: number;
  readonly checkpoints: readonly { readonly position: number; readonly problem: string | undefined }[];
  /** How far the journal must at least reach; null when there is no anchor that can be read. */
  readonly anchor: number | null;
  /** What is wrong, in words; empty when the journal is good. */
  readonly problems: readonly string[];
}

/**
 * Looks at everything, not only at what a start needs: each event and command against its schema, its
 * place, its time and the chain; each checkpoint; the anchor; the write-ahead log. Changes nothing, so it may run beside the server.
 * `onProgress` hears of every chunk. Throws `JournalError` when the file cannot be read at all.
 */
export async function verifyJournal(
  options: { dataFolder: string; space: string },
  onProgress: (position: number, end: number) => void = () => undefined,
): Promise<Verification> {
  return withReader(options, async (reader) => {
    const { files, events } = reader;
    const problems: string[] = [];
    const { damage } = inspectWal(`${files.database}-wal`);
    if (damage !== undefined) problems.push(`${files.database}-wal: ${damage}`);

    const anchor = attempt(problems, () => readAnchor(files.anchor, reader.signer)) ?? null;
    const end = events.position;
    const checked = await goodThrough(reader, end, onProgress, problems);
    if (anchor === null && problems.length === 0 && end > 0) problems.push(`${files.anchor} is missing: nobody can tell whether the end was cut off`);
    if (anchor && anchor.position > end) problems.push(`the journal ends at position ${end}, but its anchor says that it had reached ${anchor.position}`);
    else if (anchor && events.hashAt(anchor.position) !== anchor.hash) problems.push(`the journal does not fit its anchor at position ${anchor.position}`);

    const checkpoints = reader.checkpoints.positions().map((position) => ({ position, problem: checkpointProblem(reader, position) }));
    for (const { position, problem } of checkpoints) if (problem !== undefined) problems.push(`the checkpoint at position ${position} ${problem}`);
    return { space: options.space, base: events.meta.base, position: checked, end, checkpoints, anchor: anchor?.position ?? null, problems };
  });
}

function attempt<T>(problems: string[], action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof JournalError)) throw error;
    problems.push(error.message);
    return undefined;
  }
}

async function goodThrough({ events }: JournalReader, end: number, onProgress: (position: number, end: number) => void, problems: string[]): Promise<number> {
  let good = events.meta.base;
  let atMs = 0;
  while (good < end) {
    let chunk: { texts: readonly string[] };
    try {
      chunk = events.chunk(good, end, true);
    } catch (error) {
      if (!(error instanceof JournalError)) throw error;
      problems.push(error.message);
      return error.at === undefined ? good : error.at - 1;
    }
    for (const text of chunk.texts) {
      const { body, command } = recordedOf(text);
      const event = eventProblem(body, good + 1, atMs);
      if (typeof event === "string") {
        problems.push(`the event at position ${good + 1} is no event that may be there: ${event}`);
        return good;
      }
      const inCommand = command === undefined ? undefined : commandProblem(command);
      if (inCommand !== undefined) {
        problems.push(`the command at position ${good + 1} is no command that may be there: ${inCommand}`);
        return good;
      }
      good += 1;
      atMs = event.atMs;
    }
    onProgress(good, end);
    await setImmediate();
  }
  return good;
}

function eventProblem(body: string, position: number, notBeforeMs: number): string | Event {
  const { data, error } = eventSchema.safeParse(JSON.parse(body));
  if (error) return z.prettifyError(error);
  if (data.position !== position) return `it says that it has position ${data.position}`;
  return data.atMs < notBeforeMs ? "its time is before the one of the event before it" : data;
}

function commandProblem(command: string): string | undefined {
  const { error } = engineCommandSchema.safeParse(JSON.parse(command));
  return error && z.prettifyError(error);
}

function checkpointProblem({ checkpoints, events }: JournalReader, position: number): string | undefined {
  const problem = checkpoints.problem(position, events.hashAt(position));
  if (problem !== undefined) return problem;
  try {
    const snapshot = snapshotFrom(checkpoints.parts(position));
    return snapshot.position === position ? undefined : `has a snapshot of position ${snapshot.position}`;
  } catch (error) {
    return `is not one this version reads: ${error instanceof Error ? error.message : String(error)}`;
  }
}
