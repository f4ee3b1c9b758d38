import { describe, expect, it } from "vitest";
import { spansOf } from "../spans.ts";
import { recordingOfSpace, recordings, twoLeaders, wholeOf } from "../testing/recordings.ts";
import { otlpOf } from "./otlp.ts";

interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue?: string; readonly intValue?: string };
}

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly Attribute[];
  readonly links: readonly { readonly traceId: string; readonly spanId: string; readonly attributes: readonly Attribute[] }[];
  readonly status: { readonly code?: number; readonly message?: string };
}

interface Request {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly { readonly scope: { readonly name: string }; readonly spans: readonly Span[] }[];
  }[];
}

const spansIn = (request: Request) => request.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
const said = (attributes: readonly Attribute[], key: string) => attributes.find((one) => one.key === key)?.value;

describe("OTLP", () => {
  for (const { name, recording } of recordings()) {
    it(`${name}: well-formed, linked, the same each time`, () => {
      const text = wholeOf(otlpOf(recording));
      expect(wholeOf(otlpOf(recording))).toBe(text);
      const request = JSON.parse(text) as Request;
      const spans = spansIn(request);
      const { holds, waits, leads } = spansOf(recording);
      expect(spans).toHaveLength(holds.length + leads.length + waits.reduce((sum, wait) => sum + wait.wants.length, 0));
      const byId = new Map(spans.map((span) => [span.spanId, span]));
      expect(byId.size).toBe(spans.length);
      for (const span of spans) {
        expect(span.traceId).toMatch(/^[0-9a-f]{32}$/);
        expect(span.spanId).toMatch(/^[0-9a-f]{16}$/);
        expect(span.startTimeUnixNano).toMatch(/^[1-9]\d*$/);
        expect(BigInt(span.endTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(span.startTimeUnixNano));
        for (const { value } of span.attributes) expect(Object.keys(value)).toHaveLength(1);
        for (const link of span.links) expect(byId.get(link.spanId)?.traceId).toBe(link.traceId);
      }
      for (const { resource, scopeSpans } of request.resourceSpans) {
        const service = said(resource.attributes, "service.name")?.stringValue;
        for (const { spans: own } of scopeSpans) for (const span of own) expect(said(span.attributes, "signalbox.agent")?.stringValue).toBe(service);
      }
      const waited = holds.filter(({ request: number }) => number !== undefined && waits.some((wait) => wait.request === number));
      const linkOf = (span: Span | undefined, how: string) => span?.links.find((link) => said(link.attributes, "signalbox.link")?.stringValue === how);
      for (const hold of waited) {
        const span = spans.find(
          (one) => said(one.attributes, "signalbox.kind")?.stringValue === "hold" && said(one.attributes, "signalbox.id")?.stringValue === hold.id,
        );
        const wait = byId.get(linkOf(span, "waited")?.spanId ?? "");
        expect(said(wait?.attributes ?? [], "signalbox.request")).toEqual({ intValue: String(hold.request) });
        // Both are parts of one request.
        expect(wait?.traceId).toBe(span?.traceId);
        const after = byId.get(linkOf(span, "after")?.spanId ?? "");
        expect(said(after?.attributes ?? [], "signalbox.id")?.stringValue).toBe(hold.after?.id);
      }
    });
  }

  it("a leadership is a span of its leader with group, term and how it ended, linked to the one before", () => {
    const space = twoLeaders();
    const spans = spansIn(JSON.parse(wholeOf(otlpOf(recordingOfSpace(space)))) as Request);
    expect(
      spans.map(({ name, startTimeUnixNano, endTimeUnixNano, attributes, status }) => [
        name,
        ...["agent", "group", "term", "ended"].map((key) => said(attributes, `signalbox.${key}`)?.stringValue),
        Number(startTimeUnixNano) / 1e6,
        Number(endTimeUnixNano) / 1e6,
        status.code,
      ]),
    ).toEqual([
      ["lead repo/merger", "w1", "repo/merger", "1", "deposed", 1_000, 1_040, 2],
      ["lead repo/merger", "w2", "repo/merger", "2", undefined, 1_040, 1_070, undefined],
    ]);
    const [first, second] = spans;
    expect(second?.links).toMatchObject([{ traceId: first?.traceId, spanId: first?.spanId }]);
    expect(second?.traceId).toBe(first?.traceId);
  });

  it("what ended badly is an error with its reason", () => {
    const spans = recordings().flatMap(({ recording }) => spansIn(JSON.parse(wholeOf(otlpOf(recording))) as Request));
    const codes = new Map(spans.map(({ attributes, status }) => [said(attributes, "signalbox.ended")?.stringValue, status.code]));
    expect(codes.get("released")).toBeUndefined();
    expect(codes.get("granted")).toBeUndefined();
    expect(codes.get("expired")).toBe(2);
    expect(codes.get("victim")).toBe(2);
  });
});
