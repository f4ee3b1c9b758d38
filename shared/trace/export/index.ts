import type { Event } from "../../model/index.ts";
import type { Trace } from "../format/trace.ts";
import type { Recording } from "../spans.ts";
import { chromeOf } from "./chrome.ts";
import { csvOf } from "./csv.ts";
import { otlpOf } from "./otlp.ts";
import { shivizOf } from "./shiviz.ts";

export { type Attributes, attributesOfHold, attributesOfLead, attributesOfWait, waitId } from "./attributes.ts";
export { shivizParser } from "./shiviz.ts";
export { chromeOf, csvOf, otlpOf, shivizOf };

export interface ExportFormat {
  readonly label: string;
  /** End of the file's name. */
  readonly extension: string;
  readonly mediaType: string;
  /** What it is good for, in words. */
  readonly about: string;
  readonly write: (recording: Recording) => Iterable<string>;
}

/** The foreign formats that a trace can be written in; `.sbtrace` is written by `TraceWriter`. */
export const exportFormats = {
  chrome: {
    label: "Chrome trace events",
    extension: ".trace.json",
    mediaType: "application/json",
    about: "opens in Perfetto: lanes of agents and resources, arrows from release to grant, queue lengths",
    write: chromeOf,
  },
  otlp: {
    label: "OTLP JSON",
    extension: ".otlp.json",
    mediaType: "application/json",
    about: "waits, holds and leaderships as linked spans, for Jaeger, Tempo and others",
    write: otlpOf,
  },
  shiviz: { label: "ShiViz log", extension: ".shiviz.log", mediaType: "text/plain", about: "vector clocks: who could know of what", write: shivizOf },
  csv: { label: "CSV", extension: ".csv", mediaType: "text/csv", about: "waits, holds and leaderships, a row each, for a spreadsheet", write: csvOf },
} as const satisfies Record<string, ExportFormat>;

export type ExportFormatName = keyof typeof exportFormats;

const eventsAtOnce = 1_000;

/** A trace as what the exporters read. */
export function recordingOf(trace: Trace): Recording {
  const { space, name, sinceMs, untilMs } = trace.header;
  const snapshot = trace.snapshot();
  return { space, name, sinceMs, untilMs, snapshot, events: { [Symbol.iterator]: () => eventsOf(trace) } };
}

function* eventsOf(trace: Trace): Generator<Event> {
  for (let at = trace.from; at <= trace.to; at += eventsAtOnce) yield* trace.events(at, at + eventsAtOnce - 1);
}
