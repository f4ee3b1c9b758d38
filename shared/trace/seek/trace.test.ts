import fc from "fast-check";
import { gzipSync } from "fflate";
import { describe, expect, test } from "vitest";
import type { Event } from "../../model/index.ts";
import { emptyState, evolve, fromSnapshot, type State, toSnapshot } from "../../state/index.ts";
import { type OpenTrace, readTrace, TraceError, TraceReader } from "../index.ts";
import { bytesOf, journalOf, openedAfter, textOf } from "../testing/journals.ts";

/** Without what is only kept for retries. */
const seen = (state: State) => JSON.stringify({ ...toSnapshot(state), answers: [] });
const whole = (state: State) => JSON.stringify(toSnapshot(state));

function fed(bytes: Uint8Array, sizes: readonly number[]): OpenTrace {
  const reader = new TraceReader();
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] as number;
    reader.feed(bytes.slice(at, at + size));
    at += size;
  }
  return reader.end();
}

describe("any journal as a trace", () => {
  test("JR-4, JR-12, JR-13: the same events and states come back, and writing gives the identical bytes", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.double({ min: 0, max: 0.9, noNaN: true }),
        fc.array(fc.integer({ min: 1, max: 5_000 }), { minLength: 1, maxLength: 4 }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 8, maxLength: 8 }),
        (seed, part, sizes, looks) => {
          const journal = journalOf(seed);
          const after = seed % 2 === 0 ? 0 : Math.floor(journal.events.length * part);
          const text = textOf(openedAfter(journal, after).trace);
          const plain = fed(bytesOf(text), sizes);
          const packed = fed(gzipSync(bytesOf(text), { mtime: 0 }), sizes);
          expect(textOf(plain.trace) === text).toBe(true);
          expect(textOf(packed.trace) === text).toBe(true);
          expect(plain.trace.events(0, Number.MAX_SAFE_INTEGER)).toEqual(journal.events.slice(after));
          for (const look of looks) {
            const position = after + Math.round(look * (journal.events.length - after));
            const state = emptyState("sim");
            for (const event of journal.events.slice(0, position)) evolve(state, event);
            expect(seen(plain.seeker.at(position))).toBe(seen(state));
            expect(whole(packed.seeker.whole(position))).toBe(whole(state));
          }
        },
      ),
      { numRuns: 12 },
    );
  });

  test("JR-11: every decision of a run has its command", () => {
    const journal = journalOf(7);
    const { trace } = openedAfter(journal);
    expect(trace.header.counts).toEqual({ events: journal.events.length, commands: journal.commands.length });
    for (const { at, command } of journal.commands) expect(trace.commandAt(at)).toEqual(command);
    expect(journal.commands[0]?.at).toBe(1);
  });
});

describe("seeking", () => {
  test("JR-13: what was given out stays as it is, whatever is looked at next, and may be folded on", () => {
    const journal = journalOf(11);
    const { trace, seeker } = openedAfter(journal);
    const middle = Math.floor(trace.count / 2);
    const first = seeker.at(middle);
    const before = seen(first);
    for (const position of [middle + 1, middle - 1, trace.to, 0, middle]) {
      const other = seeker.at(position);
      for (const event of trace.events(position + 1, position + 50)) evolve(other, event);
    }
    expect(seen(first)).toBe(before);
    expect(seen(seeker.at(middle))).toBe(before);
    expect(seen(fromSnapshot(toSnapshot(first)))).toBe(before);
  });

  test("says what is there when asked for what is not", () => {
    const { trace, seeker } = openedAfter(journalOf(3), 10);
    expect(seeker.at(10).position).toBe(10);
    for (const bad of [9, trace.to + 1, 11.5, Number.NaN]) {
      expect(() => seeker.at(bad)).toThrow(RangeError);
      expect(() => trace.eventAt(bad)).toThrow(RangeError);
    }
    expect(trace.events(0, 12).map(({ position }) => position)).toEqual([11, 12]);
    expect(trace.events(trace.to + 1, trace.to + 9)).toEqual([]);
  });

  test("finds positions by time", () => {
    const { trace } = openedAfter(journalOf(5));
    const events = trace.events(1, trace.to);
    for (const atMs of [0, (events[0] as Event).atMs, (events[30] as Event).atMs, (events[30] as Event).atMs + 1, Number.MAX_SAFE_INTEGER])
      expect(trace.positionAtTime(atMs)).toBe(events.filter((event) => event.atMs <= atMs).length);
    expect(trace.timeAt(31)).toBe((events[30] as Event).atMs);
  });

  test("the start can be looked at before the end was read", () => {
    const bytes = bytesOf(textOf(openedAfter(journalOf(2)).trace));
    const reader = new TraceReader();
    expect(reader.open).toBeUndefined();
    reader.feed(bytes.subarray(0, bytes.length >> 1));
    const so = reader.open as OpenTrace;
    expect(so.trace.count).toBeGreaterThan(10);
    expect(so.trace.to).toBeLessThan(so.trace.header.to);
    expect(so.seeker.at(so.trace.to).position).toBe(so.trace.to);
    reader.feed(bytes.subarray(bytes.length >> 1));
    expect(reader.end().trace).toBe(so.trace);
    expect(so.trace.to).toBe(so.trace.header.to);
  });
});

describe("files that are wrong", () => {
  const good = textOf(openedAfter(journalOf(3)).trace);
  const lines = good.trimEnd().split("\n");
  const eventAt = (from: number) => lines.findIndex((line, index) => index >= from && line.startsWith('{"position"'));
  const without = (index: number) => [...lines.slice(0, index), ...lines.slice(index + 1)];
  const changed = (index: number, line: string) => [...lines.slice(0, index), line, ...lines.slice(index + 1)];
  const header = JSON.parse(lines[0] as string) as Record<string, unknown>;

  function refusal(file: string | Uint8Array): TraceError {
    const reader = new TraceReader();
    try {
      reader.feed(typeof file === "string" ? bytesOf(file) : file);
      reader.end();
    } catch (error) {
      expect(reader.open).toBeUndefined();
      expect(() => reader.feed(bytesOf("more"))).toThrow(TraceError);
      return error as TraceError;
    }
    throw new Error("it was taken");
  }

  const broken: readonly [string, string | Uint8Array, RegExp, number?][] = [
    ["empty", "", /empty/, 1],
    ["another kind of file", "hello\n", /Line 1: it is no JSON/, 1],
    ["another kind of JSON", '{"traceEvents":[]}\n', /no Signalbox trace/, 1],
    ["a newer version", `${JSON.stringify({ ...header, version: 3 })}\n`, /version 3.*newer Signalbox/, 1],
    ["a header with something wrong", `${JSON.stringify({ ...header, counts: { events: -1, commands: 0 } })}\n`, /counts/, 1],
    ["cut off between lines", `${lines.slice(0, -3).join("\n")}\n`, /cut off/],
    ["cut off within a line", good.slice(0, -20), /damaged or was cut off here/, lines.length],
    ["lines after the end", `${good}${lines.at(-1)}\n`, /wrong order/, lines.length + 1],
    ["an event missing", without(eventAt(20)).join("\n"), /events between them are missing|events are missing/],
    ["an event twice", [...lines.slice(0, eventAt(20) + 1), ...lines.slice(eventAt(20))].join("\n"), /twice/, eventAt(20) + 2],
    ["a command missing", without(lines.findIndex((line) => line.startsWith('{"command"'))).join("\n"), /commands/],
    [
      "an event of an unknown type",
      changed(eventAt(9), (lines[eventAt(9)] as string).replace(/"type":"[^"]+"/, '"type":"gone.wild"')).join("\n"),
      /no event that this version knows/,
      eventAt(9) + 1,
    ],
    ["an event with a field too many", changed(eventAt(9), (lines[eventAt(9)] as string).replace("{", '{"x":1,')).join("\n"), /no event/, eventAt(9) + 1],
    ["an empty line", changed(4, "").join("\n"), /empty/, 5],
    ["bytes that are no text", Uint8Array.from([...bytesOf(`${lines[0]}\n`), 0xff, 0xfe, 10]), /UTF-8/, 2],
    ["a line without end", Uint8Array.from(new Uint8Array(5 * 1024 * 1024).fill(120)), /longer than/, 1],
    ["a gzip file cut off", gzipSync(bytesOf(good)).subarray(0, 3_000), /gzip file ends early|cut off/],
    [
      "a gzip file damaged",
      gzipSync(bytesOf(good)).map((byte, index) => (index > 400 && index < 420 ? byte ^ 0x55 : byte)),
      /damaged|no JSON|no event|UTF-8|cut off|gzip/,
    ],
    ["only the mark of a gzip file", Uint8Array.from([0x1f, 0x8b]), /gzip file ends early/],
    ["one byte", Uint8Array.from([0x1f]), /no JSON/, 1],
  ];

  test.each(broken)("JR-12: %s is refused with where, and nothing of it is there", (_what, file, message, line) => {
    const error = refusal(file);
    expect(error).toBeInstanceOf(TraceError);
    expect(error.message).toMatch(message);
    if (line !== undefined) expect(error.line).toBe(line);
  });

  test("JR-12: names the byte at which the line begins, in the unpacked file", () => {
    const index = eventAt(30);
    const file = changed(index, "{").join("\n");
    const byte = bytesOf(lines.slice(0, index).join("\n")).length + 1;
    expect(refusal(file)).toMatchObject({ line: index + 1, byte });
    expect(refusal(gzipSync(bytesOf(file)))).toMatchObject({ line: index + 1, byte });
  });

  test("JR-12: a trace that begins later needs its snapshot, and the right one", () => {
    const journal = journalOf(3);
    const later = textOf(openedAfter(journal, 20).trace).trimEnd().split("\n");
    expect(readTrace(later.join("\n")).trace.from).toBe(21);
    expect(refusal([later[0], ...later.slice(2)].join("\n")).message).toMatch(/snapshot before it is missing/);
    expect(refusal([later[0], (later[1] as string).replace('"position":20', '"position":19'), ...later.slice(2)].join("\n")).message).toMatch(
      /snapshot is of position 19/,
    );
    expect(refusal([lines[0], later[1], ...lines.slice(1)].join("\n")).message).toMatch(/has no snapshot/);
  });
});
