import type { AgentCommand, CommandOf, EngineCommand, Event, Lock, OperatorCommand, SystemCommand, Want } from "../../model/index.ts";
import { evolve, type State } from "../../state/index.ts";
import type { OpenTrace } from "../seek/reader.ts";

/** One command of an agent, and how long after what it came. */
export interface Step {
  readonly command: AgentCommand;
  /** The command's id in the recording: by it others refer to it. */
  readonly recordedId: string;
  /** The acquire whose answer it followed; undefined when it followed on the step before. */
  readonly after: string | undefined;
  /** Time between that and the command. */
  readonly thinkMs: number;
  readonly atMs: number;
  /** The agent held nothing and waited for nothing before: a new piece of work. */
  readonly begins: boolean;
  /** What an acquire came to in the recording; undefined where the recording ends before. */
  readonly granted: boolean | undefined;
  /** What an acquire asked for that its session held already, at least as strongly. */
  readonly held: readonly string[];
  /** It named a lock that was another's or nobody's, or a term in which it does not lead: a claim that the space refused, and has to refuse again. */
  readonly false: boolean;
}

/** What happens at its own time, whatever the agents do. */
export interface Act {
  readonly atMs: number;
  readonly act:
    | { readonly from: "system"; readonly command: CommandOf<SystemCommand, "session.join" | "session.connect" | "session.disconnect"> }
    | { readonly from: "operator"; readonly actor: Extract<EngineCommand, { from: "operator" }>["actor"]; readonly command: OperatorCommand }
    /** The agent is silent from here on: nothing renews its lease. */
    | { readonly from: "silence"; readonly session: string };
}

/** What was done after a position of a recording, apart from what came of it. */
export interface Scripts {
  /** By session. */
  readonly steps: ReadonlyMap<string, Step[]>;
  readonly acts: readonly Act[];
  /** By what an agent would call it: of every lock, intent and declared wait that the recording gave a name. */
  readonly names: ReadonlyMap<string, string>;
  /** Time of the last event. */
  readonly untilMs: number;
}

/** A lock by how it came about, since its fence differs between a recording and its fork. */
export const lockName = (agent: string, acquire: string, resource: string): string => `lock ${agent} ${acquire} ${resource}`;
/** A term, or a ballot that may become one, by who was to lead: of several of one agent the newest. */
export const termName = (group: string, agent: string): string => `term ${group} ${agent}`;
export const isTermName = (name: string): boolean => name.startsWith("term ");
export const thingName = (agent: string, command: string): string => `thing ${agent} ${command}`;
/** What a lock is called after it was handed on or upgraded. */
export const handedName = (name: string): string => `handed ${name}`;

interface Reading {
  readonly steps: Step[];
  lastMs: number;
  /** The newest answer to one of its acquires that came after its last command. */
  answered: { readonly acquire: string; readonly atMs: number } | undefined;
}

/** Takes a recording apart after position `at`: who did what, and in what rhythm. `state` is that of `at`; it is used up. */
export function readScripts({ trace }: OpenTrace, state: State, at: number): Scripts {
  const readings = new Map<string, Reading>();
  const acts: Act[] = [];
  const names = new Map<string, string>();
  const granted = new Map<string, boolean>();
  const startMs = state.atMs;
  const reading = (session: string): Reading => {
    let found = readings.get(session);
    if (found === undefined) {
      found = { steps: [], lastMs: Math.max(startMs, state.sessions.get(session)?.joinedMs ?? 0), answered: undefined };
      readings.set(session, found);
    }
    return found;
  };

  for (let position = at + 1; position <= trace.to; position++) {
    const event = trace.eventAt(position);
    const command = trace.commandAt(position);
    if (command?.from === "agent") addStep(reading(command.session), state, command);
    else if (command !== undefined) addAct(acts, command);
    note(event, names, granted);
    const answer = answerOf(event);
    if (answer !== undefined) reading(answer.session).answered = { acquire: answer.acquire, atMs: event.atMs };
    evolve(state, event);
  }
  const steps = new Map<string, Step[]>();
  for (const [session, { steps: own }] of readings) {
    steps.set(
      session,
      own.map((step) => ({ ...step, granted: granted.get(`${session} ${step.command.id}`) })),
    );
  }
  return { steps, acts, names, untilMs: state.atMs };
}

function addStep(reading: Reading, state: State, { session, nowMs, command }: Extract<EngineCommand, { from: "agent" }>): void {
  const own = state.bySession.get(session);
  const begins = own === undefined || (own.locks.size === 0 && own.waits.size === 0);
  const { answered, lastMs } = reading;
  const thinkMs = Math.max(0, nowMs - (answered?.atMs ?? lastMs));
  reading.steps.push({
    command,
    recordedId: command.id,
    after: answered?.acquire,
    thinkMs,
    atMs: nowMs,
    begins,
    granted: undefined,
    ...claimsOf(state, session, command),
  });
  reading.lastMs = nowMs;
  reading.answered = undefined;
}

function claimsOf(state: State, session: string, command: AgentCommand): Pick<Step, "held" | "false"> {
  switch (command.type) {
    case "lock.acquire":
      return { held: command.wants.filter((want) => heldFor(state, session, want) !== undefined).map(({ resource }) => resource), false: false };
    case "lock.release":
    case "lock.upgrade":
    case "lock.downgrade":
    case "lock.transfer":
      return { held: [], false: !isOwn(state.locks.get(command.fence), session) };
    case "election.proclaim":
    case "election.handOver":
    case "election.assert":
      return { held: [], false: !leads(state, session, command) };
    default:
      return { held: [], false: false };
  }
}

/** Whether a lock is a session's to give back. */
export function isOwn(lock: Lock | undefined, session: string): lock is Lock {
  return lock?.session === session && lock.coolingUntilMs === undefined;
}

/** Whether a session leads a group in a term. */
export function leads(state: State, session: string, { group, term }: { readonly group: string; readonly term: string }): boolean {
  const leader = state.elections.get(group)?.leader;
  return leader?.session === session && leader.term === term;
}

/** The lock that a session has already of what it wants, at least as strong. */
export function heldFor(state: State, session: string, { resource, mode }: Want): Lock | undefined {
  for (const fence of state.bySession.get(session)?.locks ?? []) {
    const lock = state.locks.get(fence);
    if (lock?.resource === resource && isOwn(lock, session) && (lock.mode === "exclusive" || mode === "shared")) return lock;
  }
  return undefined;
}

function addAct(acts: Act[], command: Exclude<EngineCommand, { from: "agent" }>): void {
  const { nowMs: atMs } = command;
  if (command.from === "operator") acts.push({ atMs, act: { from: "operator", actor: command.actor, command: command.command } });
  else if (command.command.type === "tick") {
    for (const { session, renewedMs } of command.command.silent) acts.push({ atMs: renewedMs, act: { from: "silence", session } });
  } else if (command.command.type === "session.join" || command.command.type === "session.connect" || command.command.type === "session.disconnect")
    acts.push({ atMs, act: { from: "system", command: command.command } });
  // Deadlines, findings and recordings come anew in a fork.
}

/** The acquire that an event answers at once or in the end. Who cancels one is told no more of it: what comes next follows on the cancelling. */
function answerOf(event: Event): { readonly session: string; readonly acquire: string } | undefined {
  if (event.type === "lock.granted" || event.type === "lock.upgraded" || (event.type === "lock.dequeued" && event.why !== "cancelled"))
    return { session: event.session, acquire: event.command };
  return undefined;
}

/** Remembers how what has a number came about, and what acquires came to. */
function note(event: Event, names: Map<string, string>, granted: Map<string, boolean>): void {
  switch (event.type) {
    case "lock.granted":
      granted.set(`${event.session} ${event.command}`, true);
      for (const { fence, resource } of event.locks) names.set(fence, lockName(event.agent, event.command, resource));
      return;
    case "lock.upgraded":
      granted.set(`${event.session} ${event.command}`, true);
      names.set(event.newFence, handedName(names.get(event.fence) ?? event.fence));
      return;
    case "lock.transferred":
      names.set(event.newFence, handedName(names.get(event.fence) ?? event.fence));
      return;
    case "lock.dequeued":
      granted.set(`${event.session} ${event.command}`, false);
      return;
    case "leader.elected":
      names.set(event.leader.term, termName(event.group, event.leader.agent));
      return;
    case "ballot.opened":
      names.set(event.ballot.ballot, termName(event.group, event.ballot.agent));
      return;
    case "intent.announced":
      if (event.cause !== undefined) names.set(event.intent.intent, thingName(event.intent.agent, event.cause.id));
      return;
    case "wait.declared":
      if (event.cause !== undefined) names.set(event.wait.declared, thingName(event.wait.agent, event.cause.id));
      return;
    default:
      return;
  }
}
