import type { DeadlockRecord, Election, Event, EventOf, Fault, Freeze, GroupNode, Intent, Lock, Session, Wait } from "../../shared/model/index.ts";
import type { State } from "../../shared/state/index.ts";
import { foldGroups, foldPresentGroup } from "./lanes-groups.ts";
import { markOf } from "./lanes-marks.ts";
import { type LaneBounds, type Lanes, type LaneWatch, laneBounds, type Segment, type SegmentEnd, type SegmentKind } from "./lanes-model.ts";
import { foldNodes, foldPresentNode } from "./lanes-nodes.ts";
import { laneOf } from "./lanes-rows.ts";
import { addMark, type Beginning, begin, bound, finish, finishSinceUnknown, touch } from "./lanes-segments.ts";
import { bandOfDeadlock, bandOfFault, foldTrouble } from "./lanes-trouble.ts";

export function emptyLanes(watch?: LaneWatch): Lanes {
  return {
    ...(watch === undefined ? {} : { watch }),
    agents: { by: "agent", byKey: new Map(), order: [] },
    resources: { by: "resource", byKey: new Map(), order: [] },
    groups: { by: "group", byKey: new Map(), order: [] },
    known: new Map(),
    nodes: new Map(),
    acts: [],
    bands: [],
    open: new Map(),
    orphanEnds: new Map(),
    closed: [],
    cuts: [],
    fromPosition: undefined,
    position: 0,
    firstMs: 0,
    firstChangeMs: undefined,
    lastMs: 0,
    times: [],
    version: 0,
    shape: 0,
  };
}

/** What lasts at one position: a snapshot, or a state's records. */
export interface Present {
  readonly position: number;
  readonly atMs: number;
  readonly sessions: Iterable<Session>;
  readonly locks: Iterable<Lock>;
  readonly waits: Iterable<Wait>;
  readonly intents: Iterable<Intent>;
  readonly freezes: Iterable<Freeze>;
  readonly faults: Iterable<Fault>;
  readonly deadlocks: Iterable<DeadlockRecord>;
  readonly elections: Iterable<Election>;
  readonly nodes: Iterable<GroupNode>;
}

export function presentOf(state: State): Present {
  const { position, atMs, sessions, locks, waits, intents, freezes, faults, deadlocks, elections, nodes } = state;
  return {
    position,
    atMs,
    sessions: sessions.values(),
    locks: locks.values(),
    waits: waits.values(),
    intents: intents.values(),
    freezes: freezes.values(),
    faults: faults.values(),
    deadlocks: deadlocks.values(),
    elections: elections.values(),
    nodes: nodes.values(),
  };
}

/** The lanes of a stretch of history and of what lasts at its end. */
export function buildLanes(events: readonly Event[], present: Present | null, bounds: LaneBounds = laneBounds): Lanes {
  const lanes = emptyLanes();
  for (const event of events) foldIntoLanes(lanes, event, bounds);
  if (present !== null) foldPresent(lanes, present, bounds);
  return lanes;
}

/** Adds what lasts now and the events before did not tell: it began before them. */
export function foldPresent(lanes: Lanes, present: Present, bounds: LaneBounds = laneBounds): void {
  // Of a journal without an event no time is known: it begins with the first.
  if (present.position === 0) return;
  know(lanes, present.position, present.atMs);
  if (lanes.firstChangeMs === undefined) touch(lanes, present.atMs);
  const add = (beginning: Beginning): void => {
    if (!lanes.open.has(beginning.key)) begin(lanes, { position: 0, ...beginning }, bounds);
  };
  for (const session of present.sessions) {
    laneOf(lanes, lanes.agents, session.agent);
    if (!session.connected) add({ key: `away:${session.session}`, kind: "disconnected", agent: session.agent, startMs: session.connectedMs });
  }
  for (const lock of [...present.locks].sort((a, b) => a.grantedMs - b.grantedMs)) {
    // When its lock-delay began is not in the record.
    add(lock.coolingUntilMs === undefined ? holdOf(lock) : { ...coolingOf(lock, lanes.firstMs), startKnown: false });
  }
  for (const wait of present.waits) add(waitOf(wait));
  for (const intent of present.intents) add(planOf(intent));
  for (const freeze of present.freezes) add(freezeOf(freeze.resource, freeze.reason, freeze.atMs));
  for (const fault of present.faults) add(bandOfFault(fault));
  for (const found of present.deadlocks) add(bandOfDeadlock(found));
  for (const election of present.elections) foldPresentGroup(lanes, election, add);
  for (const node of present.nodes) foldPresentNode(lanes, node, add);
  lanes.version++;
}

/** Adds one event; they come in order, each once. Returns whether anything that can be seen changed. */
export function foldIntoLanes(lanes: Lanes, event: Event, bounds: LaneBounds = laneBounds): boolean {
  know(lanes, event.position - 1, event.atMs);
  lanes.position = event.position;
  lanes.times.push(event.atMs);
  if (lanes.times.length > bounds.times + (bounds.times >>> 3)) lanes.times.splice(0, lanes.times.length - bounds.times);
  lanes.version++;
  const mark = markOf(event);
  if (mark !== undefined) addMark(lanes, mark, bounds);
  if (!foldSegments(lanes, event, bounds) && mark === undefined) return false;
  touch(lanes, event.atMs);
  bound(lanes, bounds);
  return true;
}

function know(lanes: Lanes, position: number, atMs: number): void {
  if (lanes.fromPosition !== undefined) return;
  lanes.fromPosition = position;
  lanes.position = position;
  lanes.firstMs = atMs;
  lanes.lastMs = atMs;
}

/** Begins and ends the segments that an event is about; false when it is about none. */
function foldSegments(lanes: Lanes, event: Event, bounds: LaneBounds): boolean {
  switch (event.type) {
    case "session.disconnected":
      begin(lanes, { key: `away:${event.session}`, kind: "disconnected", agent: event.agent, startMs: event.atMs }, bounds);
      return true;
    case "session.connected":
      finish(lanes, `away:${event.session}`, event.atMs, "reconnected", bounds);
      return true;
    case "session.ended":
      finish(lanes, `away:${event.session}`, event.atMs, event.why, bounds);
      foldNodes(lanes, event, bounds);
      return true;
    case "lock.queued":
      begin(lanes, waitOf(event.wait), bounds);
      return true;
    case "lock.granted":
      if (event.request !== undefined) endWait(lanes, event.request, event, "granted", bounds);
      for (const lock of event.locks) begin(lanes, holdOf(lock), bounds);
      return event.request !== undefined || event.locks.length > 0;
    case "lock.dequeued":
      endWait(lanes, event.request, event, event.why, bounds);
      return true;
    case "lock.released":
      endLock(lanes, event, event.why, bounds);
      if (event.coolingUntilMs !== undefined) begin(lanes, coolingOf(event, event.atMs), bounds);
      return true;
    case "lock.delayEnded":
      // Whose lock it was is told by an older page, if at all.
      finishSinceUnknown(lanes, { key: `lock:${event.fence}`, kind: "cooling", resources: [event.resource], fence: event.fence }, event.atMs, "over", bounds);
      return true;
    case "lock.upgraded":
      if (event.request !== undefined) endWait(lanes, event.request, event, "granted", bounds);
      goOn(lanes, event, "upgraded", { kind: "held-exclusive", fence: event.newFence, agent: event.agent }, bounds);
      return true;
    case "lock.downgraded":
      goOn(lanes, event, "downgraded", { kind: "held-shared", fence: event.fence, agent: event.agent }, bounds);
      return true;
    case "lock.transferred":
      goOn(lanes, event, "transferred", { fence: event.newFence, agent: event.toAgent }, bounds);
      return true;
    case "intent.announced":
      begin(lanes, planOf(event.intent), bounds);
      return true;
    case "intent.ended":
      finish(lanes, `intent:${event.intent}`, event.atMs, event.why, bounds);
      return true;
    case "resource.frozen":
      if (!lanes.open.has(`frozen:${event.resource}`)) begin(lanes, freezeOf(event.resource, event.reason, event.atMs), bounds);
      return true;
    case "resource.thawed":
      finishSinceUnknown(lanes, { key: `frozen:${event.resource}`, kind: "frozen", resources: [event.resource] }, event.atMs, "over", bounds);
      return true;
    default:
      return foldTrouble(lanes, event, bounds) || foldGroups(lanes, event, bounds) || foldNodes(lanes, event, bounds);
  }
}

function holdOf(lock: Lock): Beginning {
  const { agent, fence, reason, level } = lock;
  const held = lock.mode === "shared" ? "held-shared" : "held-exclusive";
  const kind = level === "advisory" || level === "optimistic" ? level : held;
  return { key: `lock:${fence}`, kind, agent, resources: [lock.resource], fence, reason, startMs: lock.grantedMs };
}

function coolingOf(lock: { agent: string; resource: string; fence: string }, startMs: number): Beginning {
  const { agent, resource, fence } = lock;
  return { key: `lock:${fence}`, kind: "cooling", agent, resources: [resource], fence, startMs };
}

function waitOf(wait: Wait): Beginning {
  const { request, agent, reason, queuedMs } = wait;
  return { key: `wait:${request}`, kind: "waiting", agent, resources: paths(wait.wants), request, reason, startMs: queuedMs };
}

function planOf(intent: Intent): Beginning {
  const { agent, reason, startMs, endMs } = intent;
  return { key: `intent:${intent.intent}`, kind: "intent", agent, resources: paths(intent.uses), reason, startMs, endMs };
}

function freezeOf(resource: string, reason: string, startMs: number): Beginning {
  return { key: `frozen:${resource}`, kind: "frozen", resources: [resource], reason, startMs };
}

function paths(wants: readonly { readonly resource: string }[]): string[] {
  return [...new Set(wants.map((want) => want.resource))];
}

function endWait(lanes: Lanes, request: number, event: { agent: string; atMs: number }, end: SegmentEnd, bounds: LaneBounds): void {
  finishSinceUnknown(lanes, { key: `wait:${request}`, kind: "waiting", agent: event.agent, request }, event.atMs, end, bounds);
}

/** Where only the end is known, so is no mode: it counts as exclusive, and `startKnown` keeps the words from saying so. */
function endLock(lanes: Lanes, event: LockEnding, end: SegmentEnd, bounds: LaneBounds): Segment | undefined {
  const { agent, fence, resource, atMs } = event;
  return finishSinceUnknown(lanes, { key: `lock:${fence}`, kind: "held-exclusive", agent, resources: [resource], fence }, atMs, end, bounds);
}

type LockTurn = EventOf<"lock.upgraded" | "lock.downgraded" | "lock.transferred">;
type LockEnding = EventOf<"lock.released"> | LockTurn;

/**
 * A lock that goes on in another mode, under another fence, or with another holder. What it is held for, and in what mode
 * it is handed over, the event does not repeat: where the lock began before the known history, that stays unknown.
 */
function goOn(lanes: Lanes, event: LockTurn, end: SegmentEnd, next: { kind?: SegmentKind; fence: string; agent: string }, bounds: LaneBounds): void {
  const before = endLock(lanes, event, end, bounds);
  const { fence, agent } = next;
  const unlevelled = before === undefined || before.kind === "held-exclusive" || before.kind === "held-shared";
  const kind = (unlevelled ? next.kind : undefined) ?? before?.kind ?? "held-exclusive";
  begin(lanes, { key: `lock:${fence}`, kind, agent, resources: [event.resource], fence, reason: before?.reason ?? "", startMs: event.atMs }, bounds);
}

/** How many known events happened from `fromMs` up to `toMs`. */
export function eventsBetween(lanes: Lanes, fromMs: number, toMs: number): number {
  return firstTimeFrom(lanes.times, toMs + 1) - firstTimeFrom(lanes.times, fromMs);
}

function firstTimeFrom(times: readonly number[], ms: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] as number) >= ms) high = middle;
    else low = middle + 1;
  }
  return low;
}
