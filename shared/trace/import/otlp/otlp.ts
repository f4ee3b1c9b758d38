import { TraceError } from "../../format/error.ts";
import type { Imported, SpanLink } from "../imported.ts";
import type { Json, JsonObject } from "../json/parse.ts";
import { listOf, numberOf, objectOf, stringOf, wholeOf, wordOf } from "../json/read.ts";
import { parseSequence } from "../json/sequence.ts";
import { importLimits } from "../limits.ts";
import type { Problems } from "../problems.ts";
import type { Source } from "../source/source.ts";
import { importSpans } from "../spans/import-spans.ts";
import { ownOf } from "../spans/own-spans.ts";
import type { RawSpan } from "../spans/raw-span.ts";
import { idOf } from "./ids.ts";

/**
 * OpenTelemetry protocol in its JSON form (opentelemetry-proto, trace.proto): one export request, one a line as the
 * collector's file exporter writes them, or a list. Older files say instrumentationLibrarySpans, Tempo says batches.
 */
export function importOtlp(source: Source): Imported {
  const values = source.maybeJson() === undefined ? parseSequence(source.text) : [source.json().value];
  const reader = new Reader(source.problems);
  for (const value of values.flatMap((one) => listOf(one) ?? [one])) reader.request(value);
  if (reader.resources === 0) throw new TraceError("There are no resourceSpans in it: is it a file of metrics or logs?", { line: 1 });
  return importSpans("otlp", reader.spans, source.problems);
}

/** The list under the first of the names that is there: JSON has lowerCamelCase, other tools the names of the proto file. */
function under(object: JsonObject | undefined, ...names: readonly string[]): Json | undefined {
  const name = names.find((one) => object?.[one] !== undefined);
  return name === undefined ? undefined : object?.[name];
}

export const resourceKeys = ["resourceSpans", "resource_spans", "batches"] as const;

class Reader {
  readonly spans: RawSpan[] = [];
  resources = 0;
  readonly #problems: Problems;

  constructor(problems: Problems) {
    this.#problems = problems;
  }

  request(value: Json): void {
    const object = objectOf(value);
    const resources = listOf(under(object, ...resourceKeys) ?? under(objectOf(object?.trace), ...resourceKeys));
    if (resources === undefined) {
      this.#problems.add("A part without resourceSpans was left out.");
      return;
    }
    this.resources += 1;
    for (const resource of resources) this.#resource(objectOf(resource));
  }

  #resource(resource: JsonObject | undefined): void {
    const attributes = attributesOf(objectOf(resource?.resource)?.attributes);
    const service = wordOf(attributes.get("service.name"));
    const agent = service === undefined || service === "" ? "unknown_service" : service;
    const scopes = under(resource, "scopeSpans", "scope_spans", "instrumentationLibrarySpans", "instrumentation_library_spans");
    for (const scope of listOf(scopes) ?? []) for (const span of listOf(objectOf(scope)?.spans) ?? []) this.#span(objectOf(span), agent);
  }

  #span(span: JsonObject | undefined, agent: string): void {
    if (this.spans.length >= importLimits.items) throw new TraceError(`The file has more than ${importLimits.items} spans.`);
    const id = idOf(under(span, "spanId", "span_id"), 8);
    const trace = idOf(under(span, "traceId", "trace_id"), 16);
    const start = wholeOf(under(span, "startTimeUnixNano", "start_time_unix_nano"));
    const end = wholeOf(under(span, "endTimeUnixNano", "end_time_unix_nano"));
    const name = stringOf(span?.name) ?? "";
    if (id === null || start === undefined) {
      this.#problems.add(`Span ${id ?? name} has no ${id === null ? "id" : "begin"} and was left out.`);
      return;
    }
    const length = end === undefined || end === 0n ? 0n : end - start;
    if (end === undefined || end === 0n) this.#problems.add(`Span ${id} (${name}) has no end; it is shown as ending when it begins.`);
    else if (length < 0n) this.#problems.add(`Span ${id} (${name}) ends before it begins; it is shown as ending when it begins.`);
    if (trace === null) this.#problems.add(`Span ${id} (${name}) has no trace id.`);
    const attributes = attributesOf(span?.attributes);
    this.spans.push({
      ...{ trace: trace ?? "", id, parent: idOf(under(span, "parentSpanId", "parent_span_id"), 8), agent, name, startNs: start },
      ...{ durationNs: length < 0n ? 0n : length, links: linksOf(span), status: statusOf(span), ...ownOf((key) => wordOf(attributes.get(key))) },
    });
  }
}

function linksOf(span: JsonObject | undefined): SpanLink[] {
  return (listOf(span?.links) ?? []).flatMap((value) => {
    const link = objectOf(value);
    const id = idOf(under(link, "spanId", "span_id"), 8);
    return id === null ? [] : [{ trace: idOf(under(link, "traceId", "trace_id"), 16) ?? "", span: id, kind: "link" }];
  });
}

/** Status codes come as numbers or as their names: 0 unset, 1 ok, 2 error. */
function statusOf(span: JsonObject | undefined): "ok" | "error" | undefined {
  const code = objectOf(span?.status)?.code;
  if (numberOf(code) === 2 || code === "STATUS_CODE_ERROR") return "error";
  return numberOf(code) === 1 || code === "STATUS_CODE_OK" ? "ok" : undefined;
}

function attributesOf(value: Json | undefined): Map<string, Json> {
  const found = new Map<string, Json>();
  for (const item of listOf(value) ?? []) {
    const attribute = objectOf(item);
    const key = stringOf(attribute?.key);
    const one = objectOf(attribute?.value);
    const scalar = under(one, "stringValue", "string_value", "intValue", "int_value", "boolValue", "bool_value", "doubleValue", "double_value");
    if (key !== undefined && scalar !== undefined) found.set(key, scalar);
  }
  return found;
}
