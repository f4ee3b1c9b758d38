import { z } from "zod";
import { positionSchema, type Snapshot, snapshotSchema } from "../../model/index.ts";
import { genesis } from "./chain.ts";
import { TraceError } from "./error.ts";
import { type TraceHeader, traceHeaderSchema, traceVersion } from "./header.ts";

/**
 * What the first line of a file says, whatever its version. A header that is not `complete` was written before what it
 * should say was known: the reader fills in ends, counts and hashes when it comes to the end.
 */
export interface Opening {
  readonly header: TraceHeader;
  readonly complete: boolean;
  /** Where the first line already has it. */
  readonly snapshot?: Snapshot;
}

const unknownHash = "0".repeat(64);

/** Version 0: what `signalbox journal export` writes. Its header tells neither counts nor hashes; its version 1 had no commands. */
const journalExportSchema = z.strictObject({
  format: z.literal("signalbox-journal"),
  version: z.literal([1, 2]),
  space: z.string().min(1).max(200),
  after: positionSchema,
  snapshot: snapshotSchema.nullable(),
});

/**
 * Reads a first line of any version. Of version 1 only the number is older: what its snapshots lack the parser fills in. Throws a `TraceError` that says what the file is instead of a
 * trace.
 */
export function openingOf(line: unknown): Opening {
  const { format, version } = (typeof line === "object" && line !== null ? line : {}) as { format?: unknown; version?: unknown };
  if (format === "signalbox-journal") return fromJournalExport(parsed(journalExportSchema, line));
  if (format !== "sbtrace") throw new TraceError("This is no Signalbox trace: its first line is no header that says so.");
  if (typeof version === "number" && version > traceVersion)
    throw new TraceError(`This trace has version ${version}, this program reads versions up to ${traceVersion}: open it with a newer Signalbox.`);
  const renewed = version === 1 ? { ...(line as object), version: traceVersion } : line;
  return { header: parsed(traceHeaderSchema, renewed), complete: true };
}

function fromJournalExport({ space, after, snapshot }: z.infer<typeof journalExportSchema>): Opening {
  const base = after === 0 ? genesis(space) : unknownHash;
  const atMs = snapshot?.atMs ?? 0;
  const header: TraceHeader = {
    format: "sbtrace",
    version: traceVersion,
    engine: "unknown",
    space,
    name: `journal of ${space}`,
    from: after + 1,
    to: after,
    sinceMs: atMs,
    untilMs: atMs,
    base,
    firstHash: base,
    lastHash: base,
    counts: { events: 0, commands: 0 },
    tags: [],
    notes: [],
  };
  return { header, complete: false, ...(snapshot === null ? {} : { snapshot }) };
}

function parsed<T>(schema: z.ZodType<T>, line: unknown): T {
  const { data, error } = schema.safeParse(line);
  if (error) throw new TraceError(`The header of the trace is not as it should be: ${z.prettifyError(error)}`);
  return data;
}
