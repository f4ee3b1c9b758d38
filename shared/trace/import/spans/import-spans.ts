import { resourceSchema } from "../../../model/index.ts";
import type { Format, Imported, LeadFound, Message, MessageEnd } from "../imported.ts";
import type { Problems } from "../problems.ts";
import type { Act } from "../space/acts.ts";
import { pathOf } from "../space/names.ts";
import { writeSpace } from "../space/writer.ts";
import { figuresOf } from "./figures.ts";
import type { LockSpan, RawSpan } from "./raw-span.ts";
import { growTrees, selfNsOf, type TreeSpan } from "./tree.ts";

/**
 * A space of services: each span is a hold of what it works on, at the level that excludes nobody, and a call from one
 * service to another is a message. Spans that say that they are a wait or a hold of a lock, or a leadership, are just that.
 */
export function importSpans(format: Format, raws: readonly RawSpan[], problems: Problems): Imported {
  return spansInSpace(format, raws, problems).imported;
}

/** The same, and where each span is: the end of an arrow to or from it. */
export function spansInSpace(format: Format, raws: readonly RawSpan[], problems: Problems): { imported: Imported; ends: ReadonlyMap<RawSpan, MessageEnd> } {
  const trees = growTrees(raws, problems);
  const selfNs = new Map(trees.map((span) => [span, selfNsOf(span)]));
  const { acts, begins } = actsOf(trees);
  const { events, positions, names } = writeSpace(acts);
  const counts = new Map<string, number>();
  const ends = new Map<RawSpan, MessageEnd>();
  for (const span of trees) {
    const index = (counts.get(span.raw.agent) ?? 0) + 1;
    counts.set(span.raw.agent, index);
    const position = positions[begins.get(span)!]!;
    ends.set(span.raw, { agent: names.idOf(span.raw.agent), index, ...(position > 0 && { position }) });
  }
  const imported: Imported = {
    ...{ format, events, agents: [...counts].map(([name, count]) => ({ id: names.idOf(name), name, events: count })) },
    messages: trees.flatMap((span) => callOf(span, ends)),
    spans: trees.map((span) => {
      const { trace, agent, name, startNs, durationNs, links, status } = span.raw;
      const times = { startNs: String(startNs), durationNs: String(durationNs), selfNs: String(selfNs.get(span)) };
      return { id: span.id, trace, parent: span.parent?.id ?? null, agent, name, ...times, links, ...(status !== undefined && { status }) };
    }),
    ...{ waits: lockSpans(trees, "wait"), holds: lockSpans(trees, "hold"), leads: leadSpans(trees), waitFor: [], cycle: [], cycles: [], victim: null },
    ...{ problems: problems.all(), figures: figuresOf(trees, selfNs) },
  };
  return { imported, ends };
}

function callOf(span: TreeSpan, ends: ReadonlyMap<RawSpan, MessageEnd>): Message[] {
  const { parent } = span;
  if (parent === null || parent.raw.agent === span.raw.agent) return [];
  return [{ from: ends.get(parent.raw)!, to: ends.get(span.raw)!, name: span.raw.name }];
}

function lockSpans(trees: readonly TreeSpan[], kind: "wait" | "hold") {
  return trees.flatMap(({ raw }) => {
    if (raw.lock?.kind !== kind) return [];
    const { resource, mode, ended } = raw.lock;
    const times = { sinceNs: String(raw.startNs), ...(ended !== undefined && { untilNs: String(raw.startNs + raw.durationNs) }) };
    return [{ agent: raw.agent, resource, mode, ...times, ...(ended !== undefined && { ended }) }];
  });
}

function leadSpans(trees: readonly TreeSpan[]): LeadFound[] {
  return trees.flatMap(({ raw }) => {
    if (raw.lead === undefined) return [];
    const { group, term, ended } = raw.lead;
    const times = { sinceNs: String(raw.startNs), ...(ended !== undefined && { untilNs: String(raw.startNs + raw.durationNs), ended }) };
    return [{ agent: raw.agent, group, term, ...times }];
  });
}

function actsOf(trees: readonly TreeSpan[]): { acts: Act[]; begins: ReadonlyMap<TreeSpan, number> } {
  const acts: Act[] = [];
  const begins = new Map<TreeSpan, number>();
  // At one time, ends come before begins: what is given back there can be taken there.
  const inOrder = [...trees].sort((a, b) => compare(a.raw.startNs, b.raw.startNs) || compare(b.raw.durationNs, a.raw.durationNs));
  const ends = [...trees].sort((a, b) => compare(endOf(a), endOf(b)));
  const open = new Map<string, number>();
  let ended = 0;
  const endUntil = (ns: bigint | undefined): void => {
    for (; ended < ends.length; ended += 1) {
      const span = ends[ended]!;
      if (ns !== undefined && endOf(span) > ns) return;
      // One that begins and ends at this very time has to begin first.
      if (!begins.has(span)) return;
      end(acts, span, open);
    }
  };
  for (const span of inOrder) {
    endUntil(span.raw.startNs);
    begins.set(span, begin(acts, span, open));
  }
  endUntil(undefined);
  return { acts, begins };
}

const compare = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);
const endOf = (span: TreeSpan): bigint => span.raw.startNs + span.raw.durationNs;

function begin(acts: Act[], span: TreeSpan, open: Map<string, number>): number {
  const { agent, name, startNs: ns, lock, lead } = span.raw;
  const running = open.get(agent) ?? 0;
  open.set(agent, running + 1);
  if (running === 0) acts.push({ ns, kind: "declare", agent, state: lock?.kind === "wait" ? "blocked" : "working", doing: name });
  const key = keyOf(span);
  if (lead !== undefined) acts.push({ ns, kind: "lead", key, agent, ...lead });
  else if (lock === undefined) acts.push({ ns, kind: "hold", key, agent, resource: pathOf(agent, name), mode: "exclusive", level: "advisory", reason: name });
  else if (lock.kind === "wait") acts.push({ ns, kind: "wait", key, agent, resource: resourceOf(lock), mode: lock.mode, reason: lock.reason });
  else acts.push({ ns, kind: "hold", key, agent, resource: resourceOf(lock), mode: lock.mode, level: lock.level, reason: lock.reason });
  return acts.length - 1;
}

function end(acts: Act[], span: TreeSpan, open: Map<string, number>): void {
  const { agent, lock, lead } = span.raw;
  const own = lock ?? lead;
  // It lasted when its recording ended, and so it does here.
  if (own !== undefined && own.ended === undefined) return;
  const ns = endOf(span);
  const running = (open.get(agent) ?? 1) - 1;
  open.set(agent, running);
  if (lead?.ended !== undefined) acts.push({ ns, kind: "leadEnd", key: keyOf(span), why: lead.ended });
  else if (lock?.kind !== "wait") acts.push({ ns, kind: "release", key: keyOf(span) });
  // The hold of the same key ends a wait that was granted.
  else if (lock.ended !== "granted") acts.push({ ns, kind: "giveUp", key: keyOf(span), why: giveUps.get(lock.ended ?? "") ?? "cancelled" });
  if (running === 0) acts.push({ ns, kind: "declare", agent, state: "idle", doing: "" });
}

const giveUps = new Map([
  ["deadline", "deadline" as const],
  ["victim", "victim" as const],
  ["wounded", "victim" as const],
]);

/** Our own exports have resources as they are, globs too. */
function resourceOf({ resource }: LockSpan): string {
  return resourceSchema.safeParse(resource).success ? resource : pathOf(...resource.split("/"));
}

/** A wait and the hold that came of it have the same key: they were one request. */
function keyOf({ id, raw: { lock } }: TreeSpan): string {
  return lock?.request === undefined ? id : JSON.stringify([lock.request, lock.resource]);
}
