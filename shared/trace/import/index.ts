export { detectFormat } from "./detect.ts";
export { formatOf, type ImportOptions, importTrace, traceOfImport } from "./import.ts";
export {
  type ClockOrder,
  type Format,
  formats,
  type HoldFound,
  type Imported,
  type LeadFound,
  type Message,
  type MessageEnd,
  type Problem,
  type Span,
  type WaitForEdge,
  type WaitFound,
} from "./imported.ts";
export { importLimits } from "./limits.ts";
export { reportOf } from "./report.ts";
