import type { DeadlockRecord, Event, EventOf, Fault, Lock, Snapshot, Wait, Want } from "../model/index.ts";
import { overlaps, parentOf } from "../state/index.ts";

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
  /** The hold that had to end before this one could be granted to a waiter: the latest that ended and overlaps. */
  readonly after: string | undefined;
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
  /** Ids of the holds that stood before it when it was queued: the first few. */
  readonly blockedBy: readonly string[];
  readonly endMs: number | undefined;
  readonly endPosition: number | undefined;
  readonly ended: WaitEnd | undefined;
}

/** Is told of holds and waits as they begin and end; of those that last, when the recording ends. All are optional. */
export interface SpanSink {
  holdBegan?(hold: HoldSpan): void;
  /** Also at the end of the recording, for what is still held: then without `ended`. */
  holdEnded?(hold: HoldSpan): void;
  waitBegan?(wait: WaitSpan): void;
  waitEnded?(wait: WaitSpan): void;
}

/** How many ended holds are looked through for one that overlaps without being the same resource or one above. */
const recentHolds = 32;
/** Resources whose last hold is remembered. */
const rememberedResources = 20_000;

type Ended = Pick<HoldSpan, "id" | "resource"> & { readonly endPosition: number };

/**
 * Reads holds and waits out of events in one pass. Memory follows what lasts at one time, not the length. Give it the
 * snapshot first, if there is one, then each event, then the end.
 */
export class SpanReader {
  readonly #sink: SpanSink;
  readonly #holds = new Map<string, HoldSpan>();
  readonly #waits = new Map<number, WaitSpan>();
  readonly #lastOf = new Map<string, Ended>();
  readonly #recent: Ended[] = [];

  constructor(sink: SpanSink) {
    this.#sink = sink;
  }

  begin(snapshot: Snapshot | undefined): void {
    for (const lock of snapshot?.locks ?? []) if (lock.coolingUntilMs === undefined) this.#beginHold(lock, undefined, undefined);
    for (const wait of snapshot?.waits ?? []) this.#beginWait(wait, undefined, []);
  }

  add(event: Event): void {
    switch (event.type) {
      case "lock.queued":
        return this.#beginWait(
          event.wait,
          event.position,
          event.blockers.flatMap((blocker) => ("fence" in blocker && blocker.fence !== undefined ? (this.#holds.get(blocker.fence)?.id ?? []) : [])),
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
      default:
        return;
    }
  }

  /** What still lasts is told as it is: without an end. */
  end(): void {
    for (const hold of this.#holds.values()) this.#sink.holdEnded?.(hold);
    for (const wait of this.#waits.values()) this.#sink.waitEnded?.(wait);
    this.#holds.clear();
    this.#waits.clear();
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
    const { id, resource } = hold;
    const last = { id, resource, endPosition: event.position };
    if (this.#recent.push(last) > recentHolds) this.#recent.shift();
    this.#lastOf.delete(resource);
    this.#lastOf.set(resource, last);
    if (this.#lastOf.size > rememberedResources) this.#lastOf.delete(this.#lastOf.keys().next().value as string);
    this.#sink.holdEnded?.({ ...hold, endMs: event.atMs, endPosition: event.position, ended });
    return hold;
  }

  #goOn(event: EventOf<"lock.upgraded" | "lock.downgraded" | "lock.transferred">, ended: HoldEnd, change: Partial<HoldSpan>): void {
    const before = this.#endHold(event.fence, event, ended);
    if (before === undefined) return;
    const stretch = Number(before.id.split(".")[1] ?? 1) + 1;
    const id = change.fence ?? `${before.fence}.${stretch}`;
    this.#put({ ...before, waitedMs: 0, request: undefined, ...change, id, startMs: event.atMs, startPosition: event.position, after: before.id });
  }

  #beginWait(wait: Wait, startPosition: number | undefined, blockedBy: readonly string[]): void {
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

  /** The hold on this resource, or on one that overlaps, that ended last. */
  #endedBefore(resource: string): string | undefined {
    let found: Ended | undefined;
    const look = (ended: Ended | undefined) => {
      if (ended !== undefined && ended.endPosition > (found?.endPosition ?? -1)) found = ended;
    };
    for (let above: string | undefined = resource; above !== undefined; above = parentOf(above)) look(this.#lastOf.get(above));
    for (let at = this.#recent.length - 1; at >= 0; at--) {
      const ended = this.#recent[at] as Ended;
      if (ended.endPosition <= (found?.endPosition ?? -1)) break;
      if (overlaps(ended.resource, resource)) look(ended);
    }
    return found?.id;
  }
}

/** All holds and waits of a recording, by when they began; open ones without an end. */
export function spansOf({ snapshot, events }: Pick<Recording, "snapshot" | "events">): { holds: HoldSpan[]; waits: WaitSpan[] } {
  const holds: HoldSpan[] = [];
  const waits: WaitSpan[] = [];
  const reader = new SpanReader({ holdEnded: (hold) => holds.push(hold), waitEnded: (wait) => waits.push(wait) });
  reader.begin(snapshot);
  for (const event of events) reader.add(event);
  reader.end();
  const inOrder = (a: HoldSpan | WaitSpan, b: HoldSpan | WaitSpan) => a.startMs - b.startMs || (a.startPosition ?? 0) - (b.startPosition ?? 0);
  return { holds: holds.sort(inOrder), waits: waits.sort(inOrder) };
}

/** What is not of one agent's doing but over several: deadlocks and faults, from their begin to their end. */
export interface TroubleSpan {
  readonly kind: "deadlock" | "fault";
  readonly id: string;
  readonly agents: readonly string[];
  readonly name: string;
  readonly startMs: number;
  readonly endMs: number | undefined;
  readonly ended: string | undefined;
}

/** Reads deadlocks and faults in one pass; tells each when it ended. */
export class TroubleReader {
  readonly #open = new Map<string, TroubleSpan>();
  readonly #ended: (trouble: TroubleSpan) => void;

  constructor(ended: (trouble: TroubleSpan) => void) {
    this.#ended = ended;
  }

  begin(snapshot: Snapshot | undefined): void {
    for (const found of snapshot?.deadlocks ?? []) this.#put(deadlockOf(found));
    for (const fault of snapshot?.faults ?? []) this.#put(faultOf(fault));
  }

  add(event: Event): void {
    if (event.type === "deadlock.detected") this.#put(deadlockOf(event.found));
    else if (event.type === "deadlock.resolved") this.#end(`deadlock ${event.deadlock}`, event.atMs, event.how);
    else if (event.type === "fault.began") this.#put(faultOf(event.fault));
    else if (event.type === "fault.ended") this.#end(`fault ${event.fault}`, event.atMs, event.why);
  }

  end(): void {
    for (const trouble of this.#open.values()) this.#ended(trouble);
    this.#open.clear();
  }

  #put(trouble: TroubleSpan): void {
    this.#open.set(`${trouble.kind} ${trouble.id}`, trouble);
  }

  #end(key: string, endMs: number, ended: string): void {
    const trouble = this.#open.get(key);
    if (trouble === undefined) return;
    this.#open.delete(key);
    this.#ended({ ...trouble, endMs, ended });
  }
}

function deadlockOf(found: DeadlockRecord): TroubleSpan {
  const agents = found.cycle.map((step) => step.agent);
  const name = `deadlock of ${agents.join(", ")}`;
  return { kind: "deadlock", id: found.deadlock, agents: [...new Set(agents)], name, startMs: found.sinceMs, endMs: undefined, ended: undefined };
}

function faultOf(fault: Fault): TroubleSpan {
  const name = `fault: ${fault.kind} ${fault.target}`;
  return { kind: "fault", id: fault.fault, agents: [fault.target], name, startMs: fault.sinceMs, endMs: undefined, ended: undefined };
}
