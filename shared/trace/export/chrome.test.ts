import { describe, expect, it } from "vitest";
import { TestSpace } from "../../engine/testing/space.ts";
import { spansOf } from "../spans.ts";
import { recordingOfSpace, recordings, wholeOf } from "../testing/recordings.ts";
import { chromeOf } from "./chrome.ts";

interface TraceEvent {
  readonly ph: string;
  readonly name: string;
  readonly cat?: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts?: number;
  readonly dur?: number;
  readonly id?: number;
  readonly bp?: string;
  readonly s?: string;
  readonly args?: Record<string, string | number>;
}

const eventsIn = (text: string) => (JSON.parse(text) as { traceEvents: TraceEvent[] }).traceEvents;
const whole = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;

/** What a reader of the format takes for granted, one by one; words for each thing that is not so. */
function problemsOf(events: readonly TraceEvent[]): string[] {
  const problems: string[] = [];
  const wrong = (event: TraceEvent, what: string) => problems.push(`${what}: ${JSON.stringify(event)}`);
  const named = new Set(events.filter((one) => one.name === "thread_name").map((one) => `${one.pid}:${one.tid}`));
  const slices = events.filter((one) => one.ph === "X");
  for (const event of events) {
    if (!"MXsfCi".includes(event.ph) || event.ph.length !== 1) wrong(event, "phase");
    if (!whole(event.pid) || !whole(event.tid)) wrong(event, "pid or tid is no whole number");
    if (typeof event.name !== "string" || event.name === "") wrong(event, "no name");
    if (event.ph !== "M" && !whole(event.ts)) wrong(event, "ts");
    if (event.ph === "X" && (!whole(event.dur) || typeof event.cat !== "string" || !named.has(`${event.pid}:${event.tid}`))) wrong(event, "slice");
    if (event.ph === "i" && !["g", "p", "t"].includes(event.s ?? "")) wrong(event, "scope");
    if (event.ph === "C" && !Object.values(event.args ?? {}).every(whole)) wrong(event, "counter");
  }
  const threads = new Map<string, TraceEvent[]>();
  for (const slice of slices) threads.set(`${slice.pid}:${slice.tid}`, [...(threads.get(`${slice.pid}:${slice.tid}`) ?? []), slice]);
  for (const own of threads.values()) {
    own.sort((a, b) => (a.ts as number) - (b.ts as number) || (a.dur as number) - (b.dur as number));
    for (const [at, slice] of own.entries()) {
      const before = own[at - 1];
      if (before !== undefined && (before.ts as number) + (before.dur as number) > (slice.ts as number)) wrong(slice, "overlaps with the one before");
    }
  }
  const flows = groups(events);
  for (const [id, [start, end, ...rest]] of flows) {
    if (start?.ph !== "s" || end?.ph !== "f" || rest.length > 0 || start.cat !== end.cat || start.name !== end.name) problems.push(`flow ${id}`);
    else {
      if ((start.ts as number) > (end.ts as number)) wrong(end, "flow ends before it begins");
      const inside = (threads.get(`${start.pid}:${start.tid}`) ?? []).some(
        (one) => one.ts === start.ts || ((one.ts as number) < (start.ts as number) && (one.ts as number) + (one.dur as number) > (start.ts as number)),
      );
      if (!inside) wrong(start, "flow begins in no slice");
      if (end.bp !== "e" || !(threads.get(`${end.pid}:${end.tid}`) ?? []).some((one) => one.ts === end.ts)) wrong(end, "flow ends at no slice's begin");
      // At equal times the file's order counts: the slice has to be there before the arrow that is bound to it.
      if (events.indexOf(end) < events.findIndex((one) => one.ph === "X" && one.pid === end.pid && one.tid === end.tid && one.ts === end.ts))
        wrong(end, "flow before its slice");
    }
  }
  return problems;
}

function groups(events: readonly TraceEvent[]): Map<number, TraceEvent[]> {
  const flows = new Map<number, TraceEvent[]>();
  for (const event of events) if (event.ph === "s" || event.ph === "f") flows.set(event.id as number, [...(flows.get(event.id as number) ?? []), event]);
  return flows;
}

describe("Chrome trace events", () => {
  for (const { name, recording } of recordings()) {
    it(`${name}: well-formed, with each hold and wait once for its agent and once for its resource`, () => {
      const events = eventsIn(wholeOf(chromeOf(recording)));
      expect(problemsOf(events)).toEqual([]);
      const { holds, waits } = spansOf(recording);
      const wanted = waits.reduce((sum, wait) => sum + wait.wants.length, 0);
      const slices = events.filter((one) => one.ph === "X" && (one.cat === "hold" || one.cat === "wait"));
      expect(slices.filter((one) => one.pid === 1)).toHaveLength(holds.length + wanted);
      expect(slices.filter((one) => one.pid === 2)).toHaveLength(holds.length + wanted);
      // A hold that began before the recording, or that let in one of another fence before it ended, has no arrow.
      const arrows = holds.filter(({ request, after }) => request !== undefined && after !== undefined).length;
      expect(events.filter((one) => one.ph === "s" && one.cat === "grant")).toHaveLength(arrows);
      expect(new Set(events.filter((one) => one.ph === "M" && one.name === "process_name").map((one) => one.args?.name))).toEqual(
        new Set(["Agents", "Resources", "Groups", "Deadlocks, faults and findings"]),
      );
    });
  }

  it("an arrow leads from the end of the hold to the grant that it let in, and the queue is counted", () => {
    const space = new TestSpace();
    for (const agent of ["w1", "w2"]) space.join(agent);
    space.acquire("w1", "repo");
    space.pass(10);
    space.acquire("w2", "repo");
    space.pass(5);
    space.release("w1", "repo");
    space.pass(3);
    const events = eventsIn(wholeOf(chromeOf(recordingOfSpace(space))));
    const start = events.find((one) => one.ph === "s");
    const end = events.find((one) => one.ph === "f");
    const threadOf = (agent: string) => events.filter((one) => one.name === "thread_name" && one.pid === 1 && one.args?.name === agent).map((one) => one.tid);
    expect(start).toMatchObject({ tid: threadOf("w1")[0], ts: 1_015_000 - 1, id: end?.id });
    // The wait's row is taken when the hold begins, or free again: either is w2's.
    expect([...threadOf("w2"), ...threadOf("w2 (2)")]).toContain(end?.tid);
    expect(end?.ts).toBe(1_015_000);
    expect(events.filter((one) => one.ph === "C").map(({ ts, args }) => [ts, args?.waiting])).toEqual([
      [1_010_000, 1],
      [1_015_000, 0],
    ]);
  });

  it("a leader has a slice in its lane and in its group's, and a message is an arrow", () => {
    const space = new TestSpace();
    for (const agent of ["w1", "w2"]) space.join(agent);
    space.agent("w1", { type: "election.campaign", group: "repo/merger" });
    space.pass(10);
    space.agent("w1", { type: "message.send", group: "repo/merger", to: "w2", kind: "plan", body: "{}" });
    space.pass(5);
    space.agent("w1", { type: "election.resign", group: "repo/merger" });
    const events = eventsIn(wholeOf(chromeOf(recordingOfSpace(space))));
    expect(problemsOf(events)).toEqual([]);
    expect(
      events.filter((one) => one.cat === "lead").map(({ pid, name, ts, dur, args }) => [pid, name, ts, dur, args?.["signalbox.term"] ?? args?.id]),
    ).toEqual([
      [1, "leads repo/merger", 1_000_000, 15_000, "1"],
      [4, "w1 leads", 1_000_000, 15_000, "1"],
    ]);
    expect(events.filter((one) => one.cat === "message").map(({ ph, name, ts }) => [ph, name, ts])).toEqual([
      ["X", "says plan to w2", 1_010_000],
      ["s", "message", 1_010_000],
      ["X", "hears plan from w1", 1_010_000],
      ["f", "message", 1_010_000],
    ]);
  });

  it("deadlocks are slices of their own and instants through all lanes", () => {
    const space = new TestSpace();
    for (const agent of ["w1", "w2"]) space.join(agent);
    space.configure("**", { automatic: "off" });
    space.acquire("w1", "a");
    space.acquire("w2", "b");
    space.acquire("w1", "b");
    space.pass(4);
    space.acquire("w2", "a");
    space.pass(6);
    space.release("w1", "a");
    const events = eventsIn(wholeOf(chromeOf(recordingOfSpace(space))));
    expect(problemsOf(events)).toEqual([]);
    expect(events.filter((one) => one.cat === "deadlock").map(({ ph, s, ts, dur }) => [ph, s, ts, dur])).toEqual([
      ["i", "g", 1_004_000, undefined],
      ["X", undefined, 1_004_000, 6_000],
    ]);
  });
});
