export { TraceError } from "./format/error.ts";
export { type Redacted, type TraceHeader, type TraceNote, traceHeaderSchema, traceVersion, type WhatIf } from "./format/header.ts";
export type { Recorded, RecordedCommand, Trace } from "./format/trace.ts";
