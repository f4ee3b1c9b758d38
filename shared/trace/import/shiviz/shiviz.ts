import { TraceError } from "../../format/error.ts";
import type { ClockOrder, Imported, Message } from "../imported.ts";
import { Problems } from "../problems.ts";
import { placeOf } from "../source/decode.ts";
import type { Source } from "../source/source.ts";
import type { Act } from "../space/acts.ts";
import { writeSpace } from "../space/writer.ts";
import { tableOf } from "../spans/figures.ts";
import { inCausalOrder } from "./causal-order.ts";
import { delimiterOf, describedIn, parserOf, usualDelimiter, usualParsers } from "./expression.ts";
import { type Execution, executionsOf, type LogEvent } from "./log.ts";
import { orderOf } from "./order.ts";

export interface ShivizOptions {
  readonly parser?: string | undefined;
  readonly delimiter?: string | undefined;
}

const stepNs = 1_000_000_000n;

/**
 * A log with vector clocks, as ShiViz reads it. Times, if any, are of clocks that disagree: an event is put one second after
 * the last of those that come before it, so that a time says how long the chain is that leads there, and no more.
 *
 * An expression comes from whoever wrote the file or the command. What it takes to match it has no bound that can be told
 * beforehand: the caller runs this where it can be stopped (a worker).
 */
export function importShiviz(source: Source, options: ShivizOptions): Imported {
  const { problems } = source;
  const executions = readExecutions(source, options);
  const orders = executions.map(({ events, unparseable }) => orderOf(events, unparseable));
  executions.forEach(({ label }, index) => {
    tellProblems(orders[index]!, label, problems);
  });
  const { acts, names: agentOf, steps } = actsOf(executions);
  const { events, positions, names } = writeSpace(acts);
  const order = merged(orders);
  const counts = new Map<string, number>();
  for (const { event, execution } of steps) counts.set(agentOf(event, execution), (counts.get(agentOf(event, execution)) ?? 0) + 1);
  const positionOf = new Map(steps.map(({ event }, at) => [event, positions[at]!]));
  const messages = executions.flatMap((execution, number) =>
    messagesOf(execution, orders[number]!, (event) => names.idOf(agentOf(event, execution)), positionOf),
  );
  return {
    ...{ format: "shiviz", events, agents: [...counts].map(([name, count]) => ({ id: names.idOf(name), name, events: count })), messages, spans: [] },
    ...{ waits: [], holds: [], waitFor: [], cycle: [], cycles: [], victim: null, order, problems: problems.all() },
    figures: {
      ...figuresOf(
        order,
        executions.reduce((sum, one) => sum + one.events.length, 0),
      ),
      executions: executions.map(({ label, events: own }, index) => ({ label, ...figuresOf(orders[index]!, own.length) })),
    },
  };
}

/** By the expression asked for, or the one that the file begins with, or the usual one that finds the most. */
function readExecutions(source: Source, options: ShivizOptions): Execution[] {
  const described = describedIn(source.text);
  const delimiterText = options.delimiter ?? described.delimiter ?? (described.parser === undefined ? usualDelimiter : undefined);
  const delimiter = delimiterText === undefined || delimiterText === "" ? undefined : delimiterOf(delimiterText);
  // As ShiViz does: a blank line at the begin is not the first event's.
  const start = described.start + Math.max(0, source.text.slice(described.start).search(/\S/));
  const text = source.text.slice(start).trimEnd();
  const { line } = placeOf(source.text, start);
  const expression = options.parser ?? described.parser;
  const expressions = expression === undefined ? usualParsers : [expression];
  const read = (one: string, problems: Problems): Execution[] => executionsOf(text, line, parserOf(one), delimiter, problems);
  const chosen = expressions.length === 1 ? expressions[0]! : bestOf(expressions, (one) => countOf(read(one, new Problems())));
  const executions = read(chosen, source.problems);
  if (executions.every((execution) => execution.events.length === 0)) {
    const advice = expression === undefined ? "give the log's own one with --parser" : "compare it with the log's lines";
    throw new TraceError(`No event of the log can be read with the parser expression ${chosen}; ${advice}.`, { line });
  }
  return executions.filter((execution) => execution.events.length > 0);
}

const countOf = (executions: readonly Execution[]): number => executions.reduce((sum, { events, unparseable }) => sum + events.length - unparseable, 0);

function bestOf(expressions: readonly string[], count: (expression: string) => number): string {
  const counts = expressions.map(count);
  return expressions[counts.indexOf(Math.max(...counts))]!;
}

interface Step {
  readonly event: LogEvent;
  readonly execution: Execution;
  /** One after the other's end where there are several executions. */
  readonly step: number;
}

/** Executions one after the other; hosts of several are told apart by its label. */
function actsOf(executions: readonly Execution[]): { acts: Act[]; steps: Step[]; names: (event: LogEvent, execution: Execution) => string } {
  const names = (event: LogEvent, execution: Execution): string =>
    executions.length === 1 ? event.host : `${execution.label || `run ${executions.indexOf(execution) + 1}`}:${event.host}`;
  let before = 0;
  const steps = executions.flatMap((execution) => {
    const own = inCausalOrder(execution.events).map(({ event, step }) => ({ event, execution, step: before + step }));
    before = own.reduce((highest, { step }) => Math.max(highest, step), before);
    return own;
  });
  const acts = steps.map(
    ({ event, execution, step }): Act => ({
      ns: stepNs * BigInt(step),
      kind: "declare",
      agent: names(event, execution),
      state: "working",
      doing: event.text,
      progress: event.index,
    }),
  );
  return { acts, steps, names };
}

function messagesOf(execution: Execution, order: ClockOrder, agent: (event: LogEvent) => string, positionOf: ReadonlyMap<LogEvent, number>): Message[] {
  const byPlace = new Map(execution.events.map((event) => [JSON.stringify([event.host, event.index]), event]));
  return order.edges.flatMap(([from, fromIndex, to, toIndex]) => {
    const [sent, received] = [byPlace.get(JSON.stringify([from, fromIndex])), byPlace.get(JSON.stringify([to, toIndex]))];
    if (sent === undefined || received === undefined) return [];
    const end = (event: LogEvent) => ({ agent: agent(event), index: event.index, position: positionOf.get(event) });
    return [{ from: end(sent), to: end(received) }];
  });
}

function tellProblems(order: ClockOrder, label: string, problems: Problems): void {
  const where = label === "" ? "" : ` in ${label}`;
  if (order.duplicateOwnIndex > 0) problems.add(`${order.duplicateOwnIndex} events${where} have a place that an earlier event of their host has.`);
  for (const [host, missing] of order.indexGaps)
    problems.add(`Events ${missing.slice(0, 10).join(", ")}${missing.length > 10 ? ", ..." : ""} of ${host}${where} are not in the log.`);
  for (const [host, index, other, named] of order.dangling.slice(0, 100))
    problems.add(`Event ${index} of ${host}${where} knows event ${named} of ${other}, which is not in the log.`);
  if (order.regressions > 0) problems.add(`${order.regressions} events${where} know less than an earlier event of their host did.`);
}

function merged(orders: readonly ClockOrder[]): ClockOrder {
  if (orders.length === 1) return orders[0]!;
  const sum = (of: (order: ClockOrder) => number): number => orders.reduce((total, order) => total + of(order), 0);
  const perHost = new Map<string, number>();
  for (const order of orders) for (const [host, count] of order.eventsPerHost) perHost.set(host, (perHost.get(host) ?? 0) + count);
  return {
    ...{ hosts: perHost.size, eventsPerHost: perHost, happensBefore: sum((one) => one.happensBefore), concurrent: sum((one) => one.concurrent) },
    ...{
      edges: orders.flatMap((one) => one.edges),
      dangling: orders.flatMap((one) => one.dangling),
      indexGaps: new Map(orders.flatMap((one) => [...one.indexGaps])),
    },
    ...{ duplicateOwnIndex: sum((one) => one.duplicateOwnIndex), regressions: sum((one) => one.regressions), unparseable: sum((one) => one.unparseable) },
  };
}

function figuresOf(order: ClockOrder, events: number): Record<string, unknown> {
  return {
    ...{
      events,
      hosts: order.hosts,
      events_per_host: tableOf([...order.eventsPerHost].sort(([a], [b]) => (a < b ? -1 : 1))),
      cross_host_edges: order.edges.length,
    },
    ...{ happens_before_pairs: order.happensBefore, concurrent_pairs: order.concurrent, duplicate_own_index: order.duplicateOwnIndex },
    ...{ index_gaps: tableOf([...order.indexGaps]), dangling_references: order.dangling, n_dangling: order.dangling.length },
    ...{ clock_regressions: order.regressions, unparseable_events: order.unparseable, edges: order.edges },
  };
}
