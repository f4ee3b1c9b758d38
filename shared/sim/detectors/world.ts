import { execute, type Outcome } from "../../engine/index.ts";
import { FindingWatch } from "../../host/index.ts";
import type { AgentCommand, EngineCommand, Event, Finding, FindingKind, LockMode, OperatorCommand, Settings } from "../../model/index.ts";
import { agentCommandSchema, operatorCommandSchema } from "../../model/index.ts";
import { emptyState, type State } from "../../state/index.ts";
import { Random } from "../random.ts";

/** What an agent of a world does: each yield lets so many milliseconds pass. */
export type Script = Generator<number, void>;

/** What a world is made to be, known before any detector looked at it. */
export interface Truth {
  readonly world: World;
  /** In a few words, for whoever reads a miss. */
  readonly name: string;
  /** Subjects of what has to be found, agents or resources; undefined when there is nothing to find. */
  readonly planted: readonly string[] | undefined;
  /** By chance it came out as neither: such a world tells nothing. */
  readonly unsure?: boolean;
  readonly runMs: number;
}

interface Turn {
  readonly atMs: number;
  readonly order: number;
  readonly script: Script;
}

const startMs = 1_000_000;

/**
 * A small space with scripted agents in virtual time, the engine and the detectors as a host drives them. Nothing is
 * resolved by itself, so that what was planted stays.
 */
export class World {
  readonly state: State = emptyState("world");
  readonly random: Random;
  nowMs = startMs;
  /** Every finding that was ever reported, by kind. */
  readonly reported = new Map<FindingKind, Finding[]>();
  /** By agent: until when it was asked to stand back. Scripts heed it or not. */
  readonly standsBackUntilMs = new Map<string, number>();
  readonly #watch: FindingWatch;
  /** By session: since when there are no heartbeats of it. */
  readonly #silentSinceMs = new Map<string, number>();
  readonly #listeners: ((event: Event) => void)[] = [];
  #turns: Turn[] = [];
  #order = 0;
  #commands = 0;

  constructor(seed: number, settings: Settings = {}) {
    this.random = new Random(seed);
    this.#watch = new FindingWatch(this.state, this.nowMs, (session) => this.#silentSinceMs.get(session) ?? this.nowMs);
    this.configure("**", { automatic: "off", ...settings });
  }

  configure(pattern: string, settings: Settings): void {
    this.operate({ type: "resource.configure", pattern, settings, reason: "world" });
  }

  join(...agents: string[]): void {
    for (const agent of agents) {
      const join = { session: `s-${agent}`, agent, principal: "world", roles: [], labels: {}, ttlMs: 15_000, resumeHash: "", replace: false };
      this.#run({ from: "system", nowMs: this.nowMs, command: { type: "session.join", ...join } });
    }
  }

  /** Sends no heartbeats any more, and keeps its connection: a process that stands still. */
  silence(agent: string): void {
    this.#silentSinceMs.set(`s-${agent}`, this.nowMs);
  }

  wake(agent: string): void {
    this.#silentSinceMs.delete(`s-${agent}`);
  }

  loseConnection(agent: string): void {
    this.#run({ from: "system", nowMs: this.nowMs, command: { type: "session.disconnect", session: `s-${agent}` } });
  }

  findConnection(agent: string): void {
    this.#run({ from: "system", nowMs: this.nowMs, command: { type: "session.connect", session: `s-${agent}` } });
  }

  /** An agent's lease passes: it has not been heard of for so long. */
  expire(agent: string): void {
    const session = this.state.sessions.get(`s-${agent}`);
    if (session === undefined) return;
    const silent = [{ session: session.session, renewedMs: this.nowMs - session.ttlMs }];
    this.#run({ from: "system", nowMs: this.nowMs, command: { type: "tick", silent } });
  }

  /** Hears every event just after it happened. */
  hear(listener: (event: Event) => void): void {
    this.#listeners.push(listener);
  }

  /** An agent acts by its script, from `afterMs` on. */
  play(script: Script, afterMs = 0): void {
    this.#turns.push({ atMs: this.nowMs + afterMs, order: this.#order++, script });
  }

  /** Something happens once. */
  after(ms: number, act: () => void): void {
    this.play(once(ms, act));
  }

  /** Everybody stands still from now on, with what it has. */
  stopScripts(): void {
    this.#turns = [];
  }

  command(agent: string, command: Record<string, unknown> & { type: AgentCommand["type"] }): Outcome {
    const parsed = agentCommandSchema.parse({ id: `c${this.#commands++}`, ...command });
    return this.#run({ from: "agent", nowMs: this.nowMs, session: `s-${agent}`, command: parsed });
  }

  /** What an operator does. */
  operate(command: Record<string, unknown> & { type: OperatorCommand["type"] }): Outcome {
    const actor = { principal: "world", role: "operator" as const };
    const parsed = operatorCommandSchema.parse({ id: `o${this.#commands++}`, ...command });
    return this.#run({ from: "operator", nowMs: this.nowMs, actor, command: parsed });
  }

  /** Asks for all of them at once; true when granted now. */
  ask(agent: string, resources: string | readonly string[], options: { waitMs?: number; priority?: number; mode?: LockMode } = {}): boolean {
    const { mode = "exclusive", ...rest } = options;
    const wants = [resources].flat().map((resource) => ({ resource, mode }));
    return this.command(agent, { type: "lock.acquire", wants, ...rest }).result?.status === "granted";
  }

  /** Asks and does not wait. */
  try(agent: string, resource: string): boolean {
    return this.ask(agent, resource, { waitMs: 0 });
  }

  holds(agent: string, resource: string): boolean {
    return this.state.index.locks.at(resource).some((lock) => lock.agent === agent && lock.coolingUntilMs === undefined);
  }

  waits(agent: string): boolean {
    return (this.state.bySession.get(`s-${agent}`)?.waits.size ?? 0) > 0;
  }

  release(agent: string, resource: string, wrote = false): void {
    const lock = this.state.index.locks.at(resource).find((one) => one.agent === agent);
    if (lock !== undefined) this.command(agent, { type: "lock.release", resource, fence: lock.fence, wrote });
  }

  handOn(agent: string, resource: string, to: string): void {
    const lock = this.state.index.locks.at(resource).find((one) => one.agent === agent);
    if (lock !== undefined) this.command(agent, { type: "lock.transfer", resource, fence: lock.fence, to });
  }

  /** One more step done. */
  progress(agent: string, doing = "edits"): void {
    const done = this.state.sessions.get(`s-${agent}`)?.progress ?? 0;
    this.command(agent, { type: "session.declare", state: "working", doing, progress: done + 1 });
  }

  /** Waits until the queue granted it, or the wait was over; looks every so often. */
  *until(agent: string, resource: string, everyMs = 50): Script {
    while (this.waits(agent) && !this.holds(agent, resource)) yield everyMs;
  }

  /** A time around `ms`, off by up to a share of it. */
  about(ms: number, share = 0.1): number {
    return Math.max(1, Math.round(ms * (1 + share * (2 * this.random.unit() - 1))));
  }

  /** Lets all scripts play for so long, with every deadline and every look on the way. */
  run(ms: number): void {
    const endMs = this.nowMs + ms;
    for (;;) {
      this.#turns.sort((a, b) => b.atMs - a.atMs || b.order - a.order);
      const turnMs = this.#turns.at(-1)?.atMs ?? Number.POSITIVE_INFINITY;
      const timerMs = this.state.timers.nextMs() ?? Number.POSITIVE_INFINITY;
      const lookMs = this.#watch.nextMs() ?? Number.POSITIVE_INFINITY;
      const nextMs = Math.min(turnMs, timerMs, lookMs);
      if (nextMs > endMs) break;
      this.nowMs = Math.max(this.nowMs, nextMs);
      if (timerMs <= this.nowMs) this.#run({ from: "system", nowMs: this.nowMs, command: { type: "tick", silent: [] } });
      else if (lookMs <= this.nowMs) this.#look();
      else this.#turn();
    }
    this.nowMs = endMs;
  }

  #turn(): void {
    const turn = this.#turns.pop() as Turn;
    const step = turn.script.next();
    if (!step.done) this.#turns.push({ atMs: this.nowMs + Math.max(1, Math.round(step.value)), order: this.#order++, script: turn.script });
  }

  #look(): void {
    const report = this.#watch.look(this.state, this.nowMs);
    if (report === undefined) return;
    for (const found of report.raised) this.reported.set(found.kind, [...(this.reported.get(found.kind) ?? []), found]);
    this.#run({ from: "system", nowMs: this.nowMs, command: report });
  }

  #run(command: EngineCommand): Outcome {
    const outcome = execute(this.state, command);
    this.#watch.feed(this.state, command, outcome);
    for (const event of outcome.events) {
      for (const listener of this.#listeners) listener(event);
      if (event.type === "livelock.resolved") for (const { agent, ms } of event.backOff) this.standsBackUntilMs.set(agent, this.nowMs + ms);
    }
    return outcome;
  }
}

function* once(ms: number, act: () => void): Script {
  yield ms;
  act();
}

/** The agents `a1` to `a<count>`. */
export function crew(count: number): string[] {
  return Array.from({ length: count }, (_, at) => `a${at + 1}`);
}
