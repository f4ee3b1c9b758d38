import { TraceError } from "../../format/error.ts";
import type { ClockOrder } from "../imported.ts";
import { HostIndex } from "./host-index.ts";
import type { LogEvent } from "./log.ts";

const mostGapsTold = 1_000;
/** Of clocks with each other. True logs need a few for each event. */
const mostComparisons = 10_000_000;

type Edge = readonly [string, number, string, number];

/**
 * What vector clocks say (Fidge 1988, Mattern 1989): `a` is before `b` when `b`'s clock has at least `a`'s own index for
 * `a`'s host. Edges are the messages that must have been: what an event knows of other hosts and its host did not know
 * before, without what one of the others implies.
 */
export function orderOf(events: readonly LogEvent[], unparseable: number): ClockOrder {
  const index = new HostIndex(events);
  const { hosts } = index;
  const edges: Edge[] = [];
  const dangling: Edge[] = [];
  let regressions = 0;
  let work = 0;
  for (const own of hosts.values()) {
    own.forEach((event, place) => {
      const before = own[place - 1];
      if (before !== undefined && goesBack(before, event)) regressions += 1;
      const news = newsOf(event, before);
      for (const [host, named] of news) if (index.at(host, named) === undefined) dangling.push([event.host, event.index, host, named]);
      const sources = news.flatMap(([host, named]) => index.at(host, named) ?? []);
      work += sources.length ** 2;
      if (work > mostComparisons)
        throw new TraceError("The vector clocks name too many hosts at once to tell which messages there were.", { line: event.line });
      for (const source of sources)
        if (!sources.some((other) => implies(other, source, sources))) edges.push([source.host, source.index, event.host, event.index]);
    });
  }
  const { happensBefore, duplicates, related } = pairs(events, index);
  return {
    ...{ hosts: hosts.size, eventsPerHost: new Map([...hosts].map(([host, own]) => [host, own.length])), edges, dangling, regressions, unparseable },
    ...{ happensBefore, concurrent: (events.length * (events.length - 1)) / 2 - related, duplicateOwnIndex: duplicates },
    indexGaps: gapsOf(index),
  };
}

/** What an event's clock has of other hosts beyond what its host knew before. */
function newsOf(event: LogEvent, before: LogEvent | undefined): [string, number][] {
  return [...event.clock].filter(([host, index]) => host !== event.host && index > (before?.clock.get(host) ?? 0));
}

function goesBack(before: LogEvent, event: LogEvent): boolean {
  for (const [host, index] of before.clock) if ((event.clock.get(host) ?? 0) < index) return true;
  return false;
}

/** Does another source know this one? Of two that know each other, which no true clocks do, the first stands. */
function implies(other: LogEvent, source: LogEvent, sources: readonly LogEvent[]): boolean {
  if (other === source || (other.clock.get(source.host) ?? 0) < source.index) return false;
  const mutual = (source.clock.get(other.host) ?? 0) >= other.index;
  return !mutual || sources.indexOf(other) < sources.indexOf(source);
}

/** Counts pairs by host, not pair by pair: a log may have half a million events. */
function pairs(events: readonly LogEvent[], index: HostIndex): { happensBefore: number; duplicates: number; related: number } {
  let happensBefore = 0;
  for (const event of events) {
    for (const [host, known] of event.clock) happensBefore += index.countUpTo(host, known);
    // It is among those that its own clock names.
    happensBefore -= 1;
  }
  let duplicates = 0;
  let twice = 0;
  for (const own of index.hosts.values()) {
    for (let at = 0; at < own.length; ) {
      let next = at + 1;
      while (next < own.length && own[next]!.index === own[at]!.index) next += 1;
      const same = next - at;
      duplicates += same - 1;
      twice += (same * (same - 1)) / 2;
      at = next;
    }
  }
  // Two of one host with one index stand before each other, as their clocks have it: one pair, counted from both sides.
  return { happensBefore, duplicates, related: happensBefore - twice };
}

function gapsOf({ hosts }: HostIndex): Map<string, readonly number[]> {
  const gaps = new Map<string, number[]>();
  let told = 0;
  for (const [host, own] of hosts) {
    let expected = 1;
    for (const { index } of own) {
      for (; expected < index && told < mostGapsTold; expected += 1, told += 1) gaps.set(host, [...(gaps.get(host) ?? []), expected]);
      expected = index + 1;
    }
  }
  return gaps;
}
