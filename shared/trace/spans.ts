import type { Event, EventOf, Leader, LeaderEndWhy, Lock, Snapshot, Wait, Want } from "../model/index.ts";
import { PathTree } from "../state/index.ts";

/** A stretch of a space's history: what is exported, and what holds and waits are read from. */
export interface Recording {
  readonly space: string;
  readonly name: string;
  readonly sinceMs: number;
  readonly untilMs: number;
  /** The state just before the first event; undefined where they begin with the space. */
  readonly snapshot: Snapshot | undefined;
  readonly events: Iterable<Event>;
}

/** Why a hold ended: as `lock.released` says, or because the same lock went on otherwise. */
export type HoldEnd = EventOf<"lock.released">["why"] | "upgraded" | "downgraded";
export type WaitEnd = EventOf<"lock.dequeued">["why"] | "granted";

/** Which hold is meant. */
export type HoldRef = Pick<HoldSpan, "id" | "session" | "agent" | "command">;

/** One lock of one agent in one mode, from its grant to its end. */
export interface HoldSpan {
  /** Unique in the recording: the fence, or after a downgrade `fence.2`. */
  readonly id: string;
  readonly fence: string;
  readonly resource: string;
  readonly mode: Lock["mode"];
  readonly weight: number;
  readonly level: Lock["level"];
  readonly session: string;
  readonly agent: string;
  readonly command: string;
  readonly reason: string;
  readonly startMs: number;
  /** Position of its grant; undefined when it was held before the recording began, and `startMs` then is from the snapshot. */
  readonly startPosition: number | undefined;
  readonly waitedMs: number;
  /** The request that it waited as. */
  readonly request: number | undefined;
  /** For one that waited: of the holds that overlap with it the one that ended last, which let it in. */
  readonly after: HoldRef | undefined;
  /** Undefined: still held when the recording ends. */
  readonly endMs: number | undefined;
  readonly endPosition: number | undefined;
  readonly ended: HoldEnd | undefined;
}

/** One request in the queue, with all that it wants. */
export interface WaitSpan {
  readonly request: number;
  readonly wants: readonly Want[];
  readonly session: string;
  readonly agent: string;
  readonly command: string;
  readonly priority: number;
  readonly reason: string;
  readonly startMs: number;
  readonly startPosition: number | undefined;
  /** The holds that stood before it when it was queued: the first few. */
  readonly blockedBy: readonly HoldRef[];
  readonly endMs: number | undefined;
  readonly endPosition: number | undefined;
  readonly ended: WaitEnd | undefined;
}

/** One agent's leadership of a group, from its election to its end. */
export interface LeadSpan {
  /** Unique in the recording. */
  readonly term: string;
  readonly group: string;
  readonly session: string;
  readonly agent: string;
  /** How it came to lead, and why it and no other. */
  readonly why: Leader["why"];
  readonly because: string;
  readonly startMs: number;
  readonly startPosition: number | undefined;
  readonly endMs: number | undefined;
  readonly endPosition: number | undefined;
  readonly ended: LeaderEndWhy | undefined;
}

/** Is told of holds, waits and leaderships as they begin and end; of those that last, when the recording ends. All are optional. */
export interface SpanSink {
  holdBegan?(hold: HoldSpan): void;
  /** Also at the end of the recording, for what is still held: then without `ended`. */
  holdEnded?(hold: HoldSpan): void;
  waitBegan?(wait: WaitSpan): void;
  waitEnded?(wait: WaitSpan): void;
  leadBegan?(lead: LeadSpan): void;
  leadEnded?(lead: LeadSpan): void;
}

export type AnySpan = HoldSpan | WaitSpan | LeadSpan;

/** Resources whose last hold is remembered. */
const rememberedResources = 20_000;

type Ended = HoldRef & { readonly resource: string; readonly position: number };

/**
 * Reads holds, waits and leaderships out of events in one pass. Memory follows what lasts at one time, not the length. Give it the
 * snapshot first, if there is one, then each event, then the end.
 */
export class SpanReader {
  readonly #sink: SpanSink;
  readonly #holds = new Map<string, HoldSpan>();
  readonly #waits = new Map<number, WaitSpan>();
  /** By group and term: another system's trace may show two of one group at once. */
  readonly #leads = new Map<string, LeadSpan>();
  /** The hold of each resource that ended last; the resource that was let go longest ago first. */
  readonly #lastOf = new Map<string, Ended>();
  readonly #lastIn = new PathTree<Ended>();

  constructor(sink: SpanSink) {
    this.#sink = sink;
  }

  begin(snapshot: Snapshot | undefined): void {
    for (const lock of snapshot?.locks ?? []) if (lock.coolingUntilMs === undefined) this.#beginHold(lock, undefined, undefined);
    for (const wait of snapshot?.waits ?? []) this.#beginWait(wait, undefined, []);
    for (const { group, leader } of snapshot?.elections ?? []) if (leader !== undefined) this.#beginLead(group, leader, undefined);
  }

  add(event: Event): void {
    switch (event.type) {
      case "lock.queued":
        return this.#beginWait(
          event.wait,
          event.position,
          event.blockers.flatMap((blocker) => ("fence" in blocker && blocker.fence !== undefined ? refTo(this.#holds.get(blocker.fence)) : [])),
        );
      case "lock.granted":
        if (event.request !== undefined) this.#endWait(event.request, event, "granted");
        for (const lock of event.locks) this.#beginHold(lock, event.position, event.request);
        return;
      case "lock.dequeued":
        return this.#endWait(event.request, event, event.why);
      case "lock.released":
        this.#endHold(event.fence, event, event.why);
        return;
      case "lock.upgraded":
        if (event.request !== undefined) this.#endWait(event.request, event, "granted");
        return this.#goOn(event, "upgraded", { fence: event.newFence, mode: "exclusive", request: event.request, waitedMs: event.waitedMs });
      case "lock.downgraded":
        return this.#goOn(event, "downgraded", { mode: "shared" });
      case "lock.transferred":
        return this.#goOn(event, "transferred", { fence: event.newFence, session: event.to, agent: event.toAgent });
      case "leader.elected":
        if (event.after !== undefined) this.#endLead(event.group, event.after, event);
        return this.#beginLead(event.group, event.leader, event.position);
      case "leader.ended":
        return this.#endLead(event.group, event, event);
      default:
        return;
    }
  }

  /** What still lasts is told as it is: without an end. */
  end(): void {
    for (const hold of this.#holds.values()) this.#sink.holdEnded?.(hold);
    for (const wait of this.#waits.values()) this.#sink.waitEnded?.(wait);
    for (const lead of this.#leads.values()) this.#sink.leadEnded?.(lead);
    this.#holds.clear();
    this.#waits.clear();
    this.#leads.clear();
  }

  #beginHold(lock: Lock, startPosition: number | undefined, request: number | undefined): void {
    const { fence, resource, mode, weight, level, session, agent, command, reason, grantedMs, waitedMs } = lock;
    const after = request === undefined ? undefined : this.#endedBefore(resource);
    this.#put({
      ...{ id: fence, fence, resource, mode, weight, level, session, agent, command, reason, startMs: grantedMs, startPosition, waitedMs, request, after },
      ...{ endMs: undefined, endPosition: undefined, ended: undefined },
    });
  }

  #put(hold: HoldSpan): void {
    this.#holds.set(hold.fence, hold);
    this.#sink.holdBegan?.(hold);
  }

  #endHold(fence: string, event: Event, ended: HoldEnd): HoldSpan | undefined {
    const hold = this.#holds.get(fence);
    if (hold === undefined) return undefined;
    this.#holds.delete(fence);
    this.#remember({ id: hold.id, session: hold.session, agent: hold.agent, command: hold.command, resource: hold.resource, position: event.position });
    this.#sink.holdEnded?.({ ...hold, endMs: event.atMs, endPosition: event.position, ended });
    return hold;
  }

  #goOn(event: EventOf<"lock.upgraded" | "lock.downgraded" | "lock.transferred">, ended: HoldEnd, change: Partial<HoldSpan>): void {
    const before = this.#endHold(event.fence, event, ended);
    if (before === undefined) return;
    const stretch = Number(before.id.split(".")[1] ?? 1) + 1;
    const id = change.fence ?? `${before.fence}.${stretch}`;
    this.#put({ ...before, waitedMs: 0, request: undefined, ...change, id, startMs: event.atMs, startPosition: event.position, after: refTo(before)[0] });
  }

  #beginWait(wait: Wait, startPosition: number | undefined, blockedBy: readonly HoldRef[]): void {
    const { request, wants, session, agent, command, priority, reason, queuedMs } = wait;
    const span: WaitSpan = {
      ...{ request, wants, session, agent, command, priority, reason, startMs: queuedMs, startPosition, blockedBy },
      ...{ endMs: undefined, endPosition: undefined, ended: undefined },
    };
    this.#waits.set(request, span);
    this.#sink.waitBegan?.(span);
  }

  #endWait(request: number, event: Event, ended: WaitEnd): void {
    const wait = this.#waits.get(request);
    if (wait === undefined) return;
    this.#waits.delete(request);
    this.#sink.waitEnded?.({ ...wait, endMs: event.atMs, endPosition: event.position, ended });
  }

  #beginLead(group: string, { term, session, agent, why, because, sinceMs }: Leader, startPosition: number | undefined): void {
    const span: LeadSpan = {
      ...{ term, group, session, agent, why, because, startMs: sinceMs, startPosition },
      ...{ endMs: undefined, endPosition: undefined, ended: undefined },
    };
    this.#leads.set(`${term} ${group}`, span);
    this.#sink.leadBegan?.(span);
  }

  #endLead(group: string, { term, why: ended }: { readonly term: string; readonly why: LeaderEndWhy }, event: Event): void {
    const key = `${term} ${group}`;
    const lead = this.#leads.get(key);
    if (lead === undefined) return;
    this.#leads.delete(key);
    this.#sink.leadEnded?.({ ...lead, endMs: event.atMs, endPosition: event.position, ended });
  }

  #remember(ended: Ended): void {
    this.#forget(ended.resource);
    this.#lastOf.set(ended.resource, ended);
    this.#lastIn.add(ended.resource, ended);
    if (this.#lastOf.size > rememberedResources) this.#forget(this.#lastOf.keys().next().value as string);
  }

  #forget(resource: string): void {
    const ended = this.#lastOf.get(resource);
    if (ended === undefined) return;
    this.#lastOf.delete(resource);
    this.#lastIn.delete(resource, ended);
  }

  #endedBefore(resource: string): HoldRef | undefined {
    let last: Ended | undefined;
    this.#lastIn.some(resource, (ended) => {
      if (last === undefined || ended.position > last.position) last = ended;
      return false;
    });
    return refTo(last)[0];
  }
}

function refTo(hold: HoldRef | undefined): HoldRef[] {
  return hold === undefined ? [] : [{ id: hold.id, session: hold.session, agent: hold.agent, command: hold.command }];
}

/** All holds, waits and leaderships of a recording, by when they began; open ones without an end. */
export function spansOf({ snapshot, events }: Pick<Recording, "snapshot" | "events">): { holds: HoldSpan[]; waits: WaitSpan[]; leads: LeadSpan[] } {
  const holds: HoldSpan[] = [];
  const waits: WaitSpan[] = [];
  const leads: LeadSpan[] = [];
  const reader = new SpanReader({
    holdEnded: (hold) => holds.push(hold),
    waitEnded: (wait) => waits.push(wait),
    leadEnded: (lead) => leads.push(lead),
  });
  reader.begin(snapshot);
  for (const event of events) reader.add(event);
  reader.end();
  const inOrder = (a: AnySpan, b: AnySpan) => a.startMs - b.startMs || (a.startPosition ?? 0) - (b.startPosition ?? 0);
  return { holds: holds.sort(inOrder), waits: waits.sort(inOrder), leads: leads.sort(inOrder) };
}
