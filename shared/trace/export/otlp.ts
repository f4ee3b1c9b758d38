import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { AnySpan, HoldRef, HoldSpan, LeadSpan, Recording, WaitSpan } from "../spans.ts";
import { type Attributes, attributesOfHold, attributesOfLead, attributesOfWait, waitId } from "./attributes.ts";
import { separated, written } from "./lines.ts";

/** Spans that are gathered before they are written, so that those of one agent stand together. */
const spansAtOnce = 2_000;

const rememberedIds = 20_000;

const internal = 1;
const error = 2;

/** Ends that the agent did not choose. */
const badEnds: ReadonlySet<string> = new Set([
  "expired",
  "expelled",
  "forced",
  "overheld",
  "replaced",
  "deadline",
  "victim",
  "wounded",
  "unsupported",
  "deposed",
  "blocked",
]);

/**
 * OTLP in its JSON form (opentelemetry-proto 1.x, ExportTraceServiceRequest): agents are services; each wait and each hold
 * is a span of the trace of the request that asked for it. A hold links to the wait it ended and to the hold that had to
 * end before it, a wait to the holds that stood before it. A leadership is a span of the trace of its group, and links to the
 * one that ended before. Ids are hashes of what a span is, so the same recording always
 * gives the same file. Times are decimal strings of nanoseconds. What had not ended ends with the recording and has no
 * `signalbox.ended`.
 */
export function otlpOf(recording: Recording): Generator<string> {
  return written(recording, (write) => {
    const scope = JSON.stringify({
      name: "signalbox",
      attributes: attributeList({ "signalbox.space": recording.space, "signalbox.recording": recording.name }),
    });
    const part = separated(write, ",\n");
    const ids = new Ids(recording.space);
    /** By group: the leadership that ended last. */
    const led = new Map<string, string>();
    let spans = new Map<string, string[]>();
    let count = 0;
    const flush = () => {
      for (const [agent, own] of spans) {
        const resource = JSON.stringify({ attributes: attributeList({ "service.name": agent, "service.namespace": recording.space }) });
        part(`{"resource":${resource},"scopeSpans":[{"scope":${scope},"spans":[\n${own.join(",\n")}\n]}]}`);
      }
      spans = new Map();
      count = 0;
    };
    const add = (agent: string, span: unknown) => {
      const own = spans.get(agent);
      if (own === undefined) spans.set(agent, [JSON.stringify(span)]);
      else own.push(JSON.stringify(span));
      count += 1;
      if (count >= spansAtOnce) flush();
    };
    write('{"resourceSpans":[\n');
    return {
      holdEnded: (hold) => add(hold.agent, holdSpan(hold, ids, recording.untilMs)),
      waitEnded: (wait) => {
        for (const want of wait.wants.keys()) add(wait.agent, waitSpan(wait, want, ids, recording.untilMs));
      },
      leadEnded: (lead) => {
        add(lead.agent, leadSpan(lead, led.get(lead.group), ids, recording.untilMs));
        led.set(lead.group, lead.term);
      },
      end: () => {
        flush();
        write("\n]}\n");
      },
    };
  });
}

function holdSpan(hold: HoldSpan, ids: Ids, untilMs: number): unknown {
  const { resource, request, after, ended } = hold;
  const waited =
    request === undefined
      ? []
      : [{ traceId: ids.trace(hold), spanId: ids.span("wait", String(request)), attributes: attributeList({ "signalbox.link": "waited" }) }];
  const links = [...waited, ...(after === undefined ? [] : [ids.link(after, "after")])];
  return span({
    ids: { traceId: ids.trace(hold), spanId: ids.span("hold", hold.id) },
    name: `hold ${resource}`,
    times: hold,
    untilMs,
    attributes: attributesOfHold(hold),
    links,
    ended,
  });
}

function waitSpan(wait: WaitSpan, want: number, ids: Ids, untilMs: number): unknown {
  const links = wait.blockedBy.map((hold) => ids.link(hold, "blocked by"));
  const name = `wait ${wait.wants[want]?.resource}`;
  return span({
    ids: { traceId: ids.trace(wait), spanId: ids.span("wait", waitId(wait, want)) },
    name,
    times: wait,
    untilMs,
    attributes: attributesOfWait(wait, want),
    links,
    ended: wait.ended,
  });
}

function leadSpan(lead: LeadSpan, before: string | undefined, ids: Ids, untilMs: number): unknown {
  const { group, term, ended } = lead;
  const traceId = ids.group(group);
  const links = before === undefined ? [] : [{ traceId, spanId: ids.span("lead", before), attributes: attributeList({ "signalbox.link": "after" }) }];
  return span({
    ids: { traceId, spanId: ids.span("lead", term) },
    name: `lead ${group}`,
    times: lead,
    untilMs,
    attributes: attributesOfLead(lead),
    links,
    ended,
  });
}

interface SpanParts {
  readonly ids: { readonly traceId: string; readonly spanId: string };
  readonly name: string;
  readonly times: Pick<AnySpan, "startMs" | "endMs">;
  readonly untilMs: number;
  readonly attributes: Attributes;
  readonly links: readonly unknown[];
  readonly ended: string | undefined;
}

function span({ ids, name, times, untilMs, attributes, links, ended }: SpanParts): unknown {
  const status = ended !== undefined && badEnds.has(ended) ? { code: error, message: ended } : {};
  return {
    ...{ ...ids, name, kind: internal, startTimeUnixNano: ns(times.startMs), endTimeUnixNano: ns(times.endMs ?? Math.max(untilMs, times.startMs)) },
    ...{ attributes: attributeList(attributes), links, status },
  };
}

/** Milliseconds as a decimal string of nanoseconds, exact where a number would not be. */
function ns(ms: number): string {
  return String(BigInt(ms) * 1_000_000n);
}

/** In JSON, 64-bit integers are strings. */
function attributeList(attributes: Readonly<Record<string, string | number>>): unknown[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: typeof value === "number" ? { intValue: String(value) } : { stringValue: value } }));
}

/** Ids by what they stand for. Never all zeros, which would be none: a hash is that once in 2^64. */
class Ids {
  readonly #space: string;
  /** A span is linked to soon after it ended: what was hashed lately is wanted again. */
  readonly #known = new Map<string, string>();

  constructor(space: string) {
    this.#space = space;
  }

  /** One trace for each request of an agent. */
  trace({ session, command }: Pick<HoldRef, "session" | "command">): string {
    return this.#hash(["trace", session, command], 16);
  }

  /** One trace for all leaderships of a group. */
  group(group: string): string {
    return this.#hash(["group", group], 16);
  }

  span(kind: "hold" | "wait" | "lead", id: string): string {
    return this.#hash([kind, id], 8);
  }

  link(hold: HoldRef, how: string): unknown {
    return { traceId: this.trace(hold), spanId: this.span("hold", hold.id), attributes: attributeList({ "signalbox.link": how }) };
  }

  #hash(parts: readonly string[], bytes: number): string {
    const text = JSON.stringify([this.#space, ...parts]);
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    if (this.#known.size >= rememberedIds) this.#known.clear();
    const id = bytesToHex(sha256(utf8ToBytes(text)).subarray(0, bytes));
    this.#known.set(text, id);
    return id;
  }
}
