export { type Break, type CheckOptions, checkTrace, type TraceCheck, type Verdict } from "./check/check.ts";
export { type Difference, type Rerun, rerunTrace, type Watched } from "./check/rerun.ts";
export { type SplitBrain, splitBrainsIn } from "./check/split-brains.ts";
export { type Digest, digest, genesis, lineOf, link, recordedOf } from "./format/chain.ts";
export { TraceError } from "./format/error.ts";
export {
  type Redacted,
  type TraceHeader,
  type TraceNote,
  traceHeaderSchema,
  traceVersion,
  type WhatIf,
} from "./format/header.ts";
export { TraceParser, type TraceSink } from "./format/parser.ts";
export type { Recorded, Trace } from "./format/trace.ts";
export { isTraceStart } from "./format/trace-start.ts";
export { type Summary, summarise, TraceWriter } from "./format/writer.ts";
export { type Redaction, redactionRules } from "./redact/kinds.ts";
export { redactTrace } from "./redact/redact.ts";
export {
  type Decision,
  type HeaderStart,
  headerFor,
  type OpenTrace,
  readTrace,
  recordedOfDecisions,
  TraceReader,
  traceOf,
  writeTrace,
} from "./seek/reader.ts";
export type { Seeker } from "./seek/seeker.ts";
