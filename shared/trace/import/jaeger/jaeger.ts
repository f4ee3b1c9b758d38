import { TraceError } from "../../format/error.ts";
import type { Imported, SpanLink } from "../imported.ts";
import type { Json, JsonObject } from "../json/parse.ts";
import { listOf, objectOf, stringOf, wholeOf, wordOf } from "../json/read.ts";
import { parseSequence } from "../json/sequence.ts";
import { importLimits } from "../limits.ts";
import type { Problems } from "../problems.ts";
import type { Source } from "../source/source.ts";
import { importSpans } from "../spans/import-spans.ts";
import { ownOf } from "../spans/own-spans.ts";
import type { RawSpan } from "../spans/raw-span.ts";

const microseconds = 3;

/** Jaeger's JSON (jaeger model/json): an answer of its query service, `{data: [traces]}`, one trace, a list, or one a line. */
export function importJaeger(source: Source): Imported {
  const values = source.maybeJson() === undefined ? parseSequence(source.text) : [source.json().value];
  const spans: RawSpan[] = [];
  const traces = values.flatMap(tracesOf);
  if (traces.length === 0) throw new TraceError("There is no trace in it: data is empty, or is no list of objects with spans.", { line: 1 });
  for (const trace of traces) readTrace(trace, spans, source.problems);
  return importSpans("jaeger", spans, source.problems);
}

function tracesOf(value: Json): JsonObject[] {
  const items = listOf(value) ?? listOf(objectOf(value)?.data) ?? [objectOf(value)?.data ?? value];
  return items.flatMap((item) => {
    const trace = objectOf(item);
    return listOf(trace?.spans) === undefined ? [] : [trace!];
  });
}

function readTrace(trace: JsonObject, spans: RawSpan[], problems: Problems): void {
  const traceId = wordOf(trace.traceID) ?? "";
  const processes = objectOf(trace.processes);
  const own: RawSpan[] = [];
  for (const item of listOf(trace.spans) ?? []) {
    if (spans.length + own.length >= importLimits.items) throw new TraceError(`The file has more than ${importLimits.items} spans.`);
    const span = readSpan(objectOf(item), traceId, processes, problems);
    if (span !== undefined) own.push(span);
  }
  for (const span of withParentsAsSpelt(own)) spans.push(span);
}

/** Some tracers leave out leading zeros of ids, some do not, and both may have written to one trace. */
const short = (id: string): string => id.replace(/^0+(?=.)/, "").toLowerCase();

/** A parent that is there with more or fewer zeros before it is meant as it is there. */
function withParentsAsSpelt(spans: readonly RawSpan[]): RawSpan[] {
  const spelt = new Set(spans.map(({ id }) => id));
  const byShort = new Map(spans.map(({ id }) => [short(id), id]));
  return spans.map((span) => (span.parent === null || spelt.has(span.parent) ? span : { ...span, parent: byShort.get(short(span.parent)) ?? span.parent }));
}

function readSpan(span: JsonObject | undefined, traceId: string, processes: JsonObject | undefined, problems: Problems): RawSpan | undefined {
  const id = wordOf(span?.spanID);
  const start = wholeOf(span?.startTime, microseconds);
  const name = stringOf(span?.operationName) ?? "";
  if (span === undefined || id === undefined || id === "" || start === undefined) {
    problems.add(`Span ${id ?? name} has no ${id === undefined || id === "" ? "spanID" : "startTime"} and was left out.`);
    return undefined;
  }
  const length = wholeOf(span.duration, microseconds) ?? -1n;
  if (length < 0n) problems.add(`Span ${id} (${name}) has no duration, or one below 0; it is shown as ending when it begins.`);
  const processId = wordOf(span.processID);
  const process = objectOf(span.process) ?? objectOf(processId === undefined ? undefined : processes?.[processId]);
  const service = stringOf(process?.serviceName);
  if (service === undefined) problems.add(`Span ${id} (${name}) names a process ${processId ?? "(none)"} that is not described.`);
  const told = wordOf(span.traceID) ?? traceId;
  const trace = short(told) === short(traceId) ? traceId : told;
  const tags = new Map((listOf(span.tags) ?? []).map((tag) => [stringOf(objectOf(tag)?.key), wordOf(objectOf(tag)?.value)]));
  const { parent, links } = referencesOf(span, trace);
  return {
    ...{ trace, id, parent, links, agent: service ?? processId ?? "unknown", name, startNs: start, durationNs: length < 0n ? 0n : length },
    ...{ status: tags.get("error") === "true" || tags.get("otel.status_code") === "ERROR" ? "error" : undefined, ...ownOf((key) => tags.get(key)) },
  };
}

/** The parent is the first span of this trace that it is a child of; when there is none, the first that it follows from. All others are links. */
function referencesOf(span: JsonObject, trace: string): { parent: string | null; links: SpanLink[] } {
  const references = (listOf(span.references) ?? []).flatMap((item) => {
    const reference = objectOf(item);
    const id = wordOf(reference?.spanID);
    return id === undefined || id === "" ? [] : [{ trace: wordOf(reference?.traceID) ?? trace, span: id, kind: wordOf(reference?.refType) ?? "CHILD_OF" }];
  });
  const own = references.filter((reference) => short(reference.trace) === short(trace));
  const parent = own.find((reference) => reference.kind === "CHILD_OF") ?? own.find((reference) => reference.kind === "FOLLOWS_FROM");
  const older = wordOf(span.parentSpanID) ?? "";
  return { parent: parent?.span ?? (/^0*$/.test(older) ? null : older), links: references.filter((reference) => reference !== parent) };
}
