import type {
  DeadlockRecord,
  DeclaredWait,
  Election,
  Fault,
  Favour,
  Finding,
  Freeze,
  GroupNode,
  Intent,
  JudgedCounts,
  Lock,
  Mute,
  Quota,
  Recording,
  ResolvedSettings,
  Result,
  Rule,
  Schedule,
  Session,
  Version,
  Wait,
  Work,
} from "../model/index.ts";
import { emptyIndex, type ResourceIndex } from "./resource-index.ts";
import { Timers } from "./timers.ts";

/**
 * What is true in a space at one position. It has one owner, who alone calls `evolve` on it; records in its maps are
 * never changed in place, so two looks at one id are equal by reference exactly when nothing changed. The last fields are
 * derived: `toSnapshot` leaves them out, `fromSnapshot` builds them anew.
 */
export interface State {
  readonly space: string;
  /** Position of the last event in it. */
  position: number;
  /** Time of the last event in it. Never goes back. */
  atMs: number;
  lastFence: string;
  lastRequest: number;
  lastIntent: number;
  readonly sessions: Map<string, Session>;
  /** By fence: locks that are held and locks that cool down in their lock-delay. */
  readonly locks: Map<string, Lock>;
  /** By request number. */
  readonly waits: Map<number, Wait>;
  readonly intents: Map<string, Intent>;
  /** Later rules win. */
  rules: readonly Rule[];
  readonly freezes: Map<string, Freeze>;
  /** By principal. */
  readonly quotas: Map<string, Quota>;
  /** Derived: what principals with a quota have. */
  readonly tallies: Map<string, Tally>;
  /** Injected failures that are not over yet. */
  readonly faults: Map<string, Fault>;
  /** Counts faults and schedules. */
  lastFault: number;
  readonly schedules: Map<string, Schedule>;
  readonly recordings: Map<string, Recording>;
  lastRecording: number;
  /** By group. */
  readonly elections: Map<string, Election>;
  /** By group, the sessions that want to be told who leads. */
  readonly observers: Map<string, Set<string>>;
  /** Nodes of protocols that agents run among themselves, by session and group. */
  readonly nodes: Map<string, GroupNode>;
  /** Waits that no lock shows, by id. */
  readonly declared: Map<string, DeclaredWait>;
  lastDeclared: number;
  /** Deadlocks that are not resolved yet. */
  readonly deadlocks: Map<string, DeadlockRecord>;
  lastDeadlock: number;
  /** By session: the piece of work that it is at. */
  readonly work: Map<string, Work>;
  shadow: { readonly agreed: number; readonly differed: number };
  /** What detectors think that a person should know, by its id. */
  readonly findings: Map<string, Finding>;
  /** By kind and pattern. */
  readonly mutes: Map<string, Mute>;
  /** How often people agreed with each kind of finding. */
  judged: JudgedCounts;
  /** By finding: who goes first for a while, so that a livelock ends. Those whose time is over count the attempts. */
  readonly favours: Map<string, Favour>;
  readonly versions: Map<string, Version>;
  versionFloor: string;
  /** By sender, then by command id, oldest first. */
  readonly answers: Map<string, Map<string, RememberedAnswer>>;

  /** Derived: agent id to the session it has now. */
  readonly agents: Map<string, string>;
  /** Derived: what each session has. */
  readonly bySession: Map<string, SessionHoldings>;
  /** Derived: by agent, the declared waits for it. */
  readonly declaredOn: Map<string, Set<string>>;
  readonly index: ResourceIndex;
  /** Derived: deadlines of waits, holds, lock-delays and intents. */
  readonly timers: Timers;
  /** Derived: how many waits stand elsewhere than their time gives them; where there are none, nobody can be overtaken by rank. */
  prioritised: number;
  /** Derived: settings looked up before; emptied when a rule changes. */
  readonly settings: Map<string, ResolvedSettings>;
}

export interface RememberedAnswer {
  readonly result: Result;
  readonly atMs: number;
}

export interface Tally {
  /** Held, or asked for by requests that wait. */
  locks: number;
  waits: number;
}

/** Fences, request numbers, intent ids and groups of one session. */
export interface SessionHoldings {
  readonly locks: Set<string>;
  readonly waits: Set<number>;
  readonly intents: Set<string>;
  readonly declared: Set<string>;
  /** Groups that it campaigns in, observes, and runs a node for. */
  readonly campaigns: Set<string>;
  readonly observes: Set<string>;
  readonly nodes: Set<string>;
}

/** A space in which nothing happened yet. */
export function emptyState(space: string): State {
  return {
    space,
    position: 0,
    atMs: 0,
    lastFence: "0",
    lastRequest: 0,
    lastIntent: 0,
    sessions: new Map(),
    locks: new Map(),
    waits: new Map(),
    intents: new Map(),
    rules: [],
    freezes: new Map(),
    quotas: new Map(),
    tallies: new Map(),
    faults: new Map(),
    lastFault: 0,
    schedules: new Map(),
    recordings: new Map(),
    lastRecording: 0,
    elections: new Map(),
    observers: new Map(),
    nodes: new Map(),
    declared: new Map(),
    lastDeclared: 0,
    deadlocks: new Map(),
    lastDeadlock: 0,
    work: new Map(),
    shadow: { agreed: 0, differed: 0 },
    declaredOn: new Map(),
    findings: new Map(),
    mutes: new Map(),
    judged: {},
    favours: new Map(),
    versions: new Map(),
    versionFloor: "0",
    answers: new Map(),
    agents: new Map(),
    bySession: new Map(),
    index: emptyIndex(),
    timers: new Timers(),
    prioritised: 0,
    settings: new Map(),
  };
}
