import { TraceError } from "../../format/error.ts";
import type { Imported, Message, MessageEnd } from "../imported.ts";
import type { Json, JsonObject, Parsed } from "../json/parse.ts";
import { listOf, objectOf, wordOf } from "../json/read.ts";
import { parseSequence } from "../json/sequence.ts";
import { importLimits } from "../limits.ts";
import { placeOf } from "../source/decode.ts";
import type { Source } from "../source/source.ts";
import { tableOf, usOf } from "../spans/figures.ts";
import { spansInSpace } from "../spans/import-spans.ts";
import { ownOf } from "../spans/own-spans.ts";
import type { RawSpan } from "../spans/raw-span.ts";
import { type Flow, flowsOf } from "./flows.ts";
import { othersOf } from "./others.ts";
import { type AsyncSlice, asyncSlicesOf, type Slice, SliceIndex, slicesOf } from "./slices.ts";
import { Threads } from "./threads.ts";
import { readEvent, type TraceEvent } from "./trace-event.ts";

/**
 * Chrome's trace events (catapult, "Trace Event Format"), as an array, which may lack its end, or as `traceEvents` of an
 * object. Threads are agents, what lasted on them are spans, flows are messages.
 */
export function importChrome(source: Source): Imported {
  const { problems } = source;
  const { value, truncatedAt } = wholeOrLines(source);
  const list = listOf(value) ?? listOf(objectOf(value)?.traceEvents);
  if (list === undefined) throw new TraceError("There is no list of trace events in it.", { line: 1 });
  if (list.length > importLimits.items) throw new TraceError(`The file has more than ${importLimits.items} trace events.`);
  if (truncatedAt !== undefined)
    problems.add("The array of events lacks its closing bracket, as the format allows; everything before was read.", placeOf(source.text, truncatedAt));

  const read = list.flatMap((item, index) => readEvent(item, index + 1, problems) ?? []);
  const threads = new Threads(read);
  const events = inTimeOrder(read.filter((event) => event.ph !== "M"));
  const lastNs = events.reduce((last, { ns, durNs }) => (ns + (durNs ?? 0n) > last ? ns + (durNs ?? 0n) : last), 0n);
  const slices = slicesOf(events, lastNs, problems).filter(toldOnce(objectOf(value)));
  const asyncSlices = asyncSlicesOf(events, lastNs, problems);
  const flows = flowsOf(events, new SliceIndex(slices), problems);

  const ids = new Map(slices.map((slice, index) => [slice, `slice-${index + 1}`]));
  const spans = new Map(slices.map((slice) => [slice, spanOf(slice, threads, ids)]));
  const asyncSpans = asyncSlices.map((slice, index) => asyncSpanOf(slice, index, threads));
  const { imported, ends } = spansInSpace("chrome", [...spans.values(), ...asyncSpans], problems);
  const agents = new Map(imported.agents.map(({ name, id }) => [name, id]));
  return {
    ...imported,
    messages: messagesOf(
      flows,
      (slice) => ends.get(spans.get(slice)!)!,
      (thread) => agents.get(thread) ?? thread,
      threads,
    ),
    figures: {
      ...{ slices: slices.length, processes: threads.processes.size, threads: threads.names.size, flows: flowTable(flows) },
      arrows: flows.reduce((sum, flow) => sum + flow.points.length - 1, 0),
      bound_arrows: flows.reduce((sum, { points }) => sum + points.slice(1).filter((point, index) => point.slice && points[index]!.slice).length, 0),
      ...{ async_slices: asyncSlices.length, unfinished: slices.filter((slice) => slice.unfinished).length, ...othersOf(events, objectOf(value)) },
      start_us: events[0] === undefined ? null : usOf(events[0].ns),
      end_us: events.length === 0 ? null : usOf(lastNs),
      process_names: tableOf([...threads.processes]),
      thread_names: [...threads.names.values()],
      slice_list: slices.map((slice, index) => sliceFigures(slice, imported.spans[index]?.selfNs)),
      ...{ self_us: imported.figures.self_us, roots: imported.figures.roots },
    },
  };
}

/** One value, or an event a line. */
function wholeOrLines(source: Source): Pick<Parsed, "value" | "truncatedAt"> {
  return source.maybeJson() ?? { value: parseSequence(source.text) };
}

/** Our own export shows each hold and wait twice; with its agent it says what it is, with its resource it does not. */
function toldOnce(file: JsonObject | undefined): (slice: Slice) => boolean {
  const isOwn = wordOf(objectOf(file?.otherData)?.producer) === "signalbox";
  return ({ args }) => !isOwn || args?.["signalbox.kind"] !== undefined;
}

function inTimeOrder(events: readonly TraceEvent[]): TraceEvent[] {
  return events
    .map((event, at) => ({ event, at }))
    .sort((a, b) => (a.event.ns < b.event.ns ? -1 : a.event.ns > b.event.ns ? 1 : a.at - b.at))
    .map(({ event }) => event);
}

function spanOf(slice: Slice, threads: Threads, ids: ReadonlyMap<Slice, string>): RawSpan {
  const { name, startNs, durNs, parent, args } = slice;
  const own = ownOf((key) => wordOf(args?.[key]));
  return {
    trace: "",
    id: ids.get(slice)!,
    parent: parent === null ? null : (ids.get(parent) ?? null),
    // A thread of ours is named after its agent and its row.
    agent: (own && wordOf(args?.["signalbox.agent"])) ?? threads.nameOf(slice),
    name,
    startNs,
    durationNs: durNs,
    links: [],
    ...own,
  };
}

function asyncSpanOf(slice: AsyncSlice, index: number, threads: Threads): RawSpan {
  const { name, startNs, durNs } = slice;
  return { trace: "", id: `async-${index + 1}`, parent: null, agent: threads.nameOf(slice), name, startNs, durationNs: durNs, links: [] };
}

function sliceFigures({ pid, tid, name, cat, startNs, durNs, unfinished }: Slice, selfNs: string | undefined) {
  return {
    pid: plain(pid),
    tid: plain(tid),
    name,
    cat,
    ts: usOf(startNs),
    dur: usOf(durNs),
    self_us: usOf(BigInt(selfNs ?? 0)),
    ...(unfinished && { unfinished }),
  };
}

/** Process ids are numbers almost everywhere; where they are words they stay so. */
const plain = (id: string): Json => (/^-?\d{1,15}$/.test(id) ? Number(id) : id);

function flowTable(flows: readonly Flow[]): Record<string, (Json | number)[][]> {
  return tableOf(flows.map((flow) => [flow.label, flow.points.map(({ event }) => [usOf(event.ns), plain(event.pid)])]));
}

/** Arrows between slices; one that is tied to no slice is between threads, but to no event of theirs. */
function messagesOf(flows: readonly Flow[], endOf: (slice: Slice) => MessageEnd, idOf: (thread: string) => string, threads: Threads): Message[] {
  const end = ({ slice, event }: Flow["points"][number]): MessageEnd => (slice === undefined ? { agent: idOf(threads.nameOf(event)), index: 0 } : endOf(slice));
  return flows.flatMap(({ name, points }) => points.slice(1).map((point, at) => ({ from: end(points[at]!), to: end(point), name })));
}
