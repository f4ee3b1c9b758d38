import { z } from "zod";
import { type TraceNote, traceHeaderSchema } from "../../shared/trace/index.ts";

const notesSchema = traceHeaderSchema.shape.notes;
const keptSchema = z.array(z.tuple([z.string(), notesSchema])).max(50);
const tracesAtMost = 50;
const storageKey = "signalbox.notes";

function kept(): Map<string, readonly TraceNote[]> {
  try {
    return new Map(keptSchema.parse(JSON.parse(localStorage.getItem(storageKey) ?? "[]")));
  } catch {
    return new Map();
  }
}

/** Notes of a trace as this browser last kept them, else as the file has them. */
export function notesOf(trace: string, inFile: readonly TraceNote[]): readonly TraceNote[] {
  return kept().get(trace) ?? inFile;
}

/** Keeps notes in this browser until they are saved with the trace; those of the traces noted longest ago go. */
export function keepNotes(trace: string, notes: readonly TraceNote[]): void {
  const all = kept();
  all.delete(trace);
  all.set(trace, notes);
  try {
    localStorage.setItem(storageKey, JSON.stringify([...all].slice(-tracesAtMost)));
  } catch {
    // They last as long as the page then.
  }
}
