import type { CommandInput } from "../../host/index.ts";
import type { AgentCommand, Answer, CommandOf } from "../../model/index.ts";
import type { Notice } from "../../protocol/index.ts";
import type { Clock } from "../../sim/clock.ts";
import type { Random } from "../../sim/random.ts";
import type { State } from "../../state/index.ts";
import { adapted, type Names } from "./names.ts";
import { heldFor, type Step } from "./scripts.ts";

/** How the agents of a fork fared with what they did in the recording. */
export interface Fared {
  /** Commands that made no sense any more. */
  skipped: number;
  /** Pieces of work begun anew after a refusal. */
  redone: number;
  /** Pieces of work given up after too many. */
  abandoned: number;
}

/** What an agent does next: the recorded steps, or some drawn from them. */
export interface Script {
  /** Undefined when it has nothing more to do. */
  at(index: number): Step | undefined;
}

export type Ticket = (answer: Answer) => void;

export interface PlayerParts {
  /** Of the fork, as it runs. */
  readonly state: State;
  /** Its ticket and what the space tells may come before this returns. */
  readonly submit: (command: CommandInput, ticket: Ticket) => void;
  readonly clock: Clock;
  readonly random: Random;
  readonly names: Names;
  /** An agent takes so many times the time that it took. */
  readonly paceOf: (session: string) => number;
}

interface Acting {
  readonly session: string;
  readonly agent: string;
  readonly script: Script;
  next: number;
  /** Where its piece of work began. */
  begun: number;
  /** How often it has begun this piece of work. */
  attempt: number;
  lastMs: number;
  /** Acquires by their recorded id: under which id they were sent, and when they were answered, if they were. */
  readonly asked: Map<string, { readonly sentId: string; answeredMs?: number }>;
  planned: boolean;
  ended: boolean;
}

const attemptsAtMost = 10;
const backOffMs = 500;
const askedAtMost = 1_000;

/**
 * Lets agents do what they did in a recording, each in its own order and with the time that it took between: a step comes
 * as long after its grant as it came then, whenever that grant is now. Who is refused now what was granted then gives back
 * all it holds and begins its piece of work anew a little later; who is granted what was refused then gives it back when
 * that piece of work is over.
 */
export class Player {
  readonly fared: Fared = { skipped: 0, redone: 0, abandoned: 0 };
  readonly #state: State;
  readonly #submit: (command: CommandInput, ticket: Ticket) => void;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #names: Names;
  readonly #paceOf: (session: string) => number;
  readonly #acting = new Map<string, Acting>();
  #ids = 0;

  constructor(parts: PlayerParts) {
    this.#state = parts.state;
    this.#submit = parts.submit;
    this.#clock = parts.clock;
    this.#random = parts.random;
    this.#names = parts.names;
    this.#paceOf = parts.paceOf;
  }

  /** Whether anybody is about to do something. Who waits for a grant may wait for ever: whom it waits for was cut short. */
  get busy(): boolean {
    for (const acting of this.#acting.values()) if (acting.planned && !acting.ended) return true;
    return false;
  }

  /** An agent begins to act. `waiting`: the ids of acquires that stand in a queue. */
  begin({ session, agent }: { session: string; agent: string }, script: Script, waiting: readonly string[] = []): void {
    if (this.#acting.has(session)) return;
    const asked = new Map(waiting.map((id) => [id, { sentId: id }]));
    const acting: Acting = { session, agent, script, next: 0, begun: 0, attempt: 0, lastMs: this.#clock.nowMs, asked, planned: false, ended: false };
    this.#acting.set(session, acting);
    this.#plan(acting);
  }

  /** What the space tells a session. */
  notify(session: string, notices: readonly Notice[]): void {
    const acting = this.#acting.get(session);
    if (acting === undefined) return;
    for (const notice of notices) {
      if (notice.type === "granted" || notice.type === "upgraded") this.#answered(acting, this.#names.recordedId(acting.agent, notice.command), true);
      else if (notice.type === "dequeued") this.#answered(acting, this.#names.recordedId(acting.agent, notice.command), false);
      else if (notice.type === "ended") acting.ended = true;
    }
  }

  #answered(acting: Acting, acquire: string, granted: boolean): void {
    const asked = acting.asked.get(acquire);
    if (asked === undefined) return;
    asked.answeredMs = this.#clock.nowMs;
    // What follows is planned, not done: an answer comes in the middle of what the space does.
    if (!granted && this.#wasGranted(acting, acquire)) this.#clock.after(0, () => this.#redo(acting));
    else this.#plan(acting);
  }

  #wasGranted({ script, begun, next }: Acting, acquire: string): boolean {
    for (let index = begun; index < next; index++) if (script.at(index)?.recordedId === acquire) return script.at(index)?.granted === true;
    return false;
  }

  /** Plans the next step, unless it has to wait for an answer. */
  #plan(acting: Acting): void {
    if (acting.planned || acting.ended) return;
    const step = acting.script.at(acting.next);
    if (step === undefined) {
      acting.ended = true;
      return;
    }
    let sinceMs = acting.lastMs;
    const asked = step.after === undefined ? undefined : acting.asked.get(step.after);
    if (asked !== undefined) {
      if (asked.answeredMs === undefined) return;
      sinceMs = Math.max(sinceMs, asked.answeredMs);
    }
    acting.planned = true;
    this.#clock.at(sinceMs + Math.round(step.thinkMs * this.#paceOf(acting.session)), () => {
      acting.planned = false;
      if (!acting.ended) this.#act(acting, step);
    });
  }

  #act(acting: Acting, step: Step): void {
    if (step.begins && acting.next !== acting.begun) acting.attempt = 0;
    if (step.begins) {
      this.#letGo(acting);
      acting.begun = acting.next;
    }
    acting.next += 1;
    acting.lastMs = this.#clock.nowMs;
    this.#send(acting, step);
    this.#plan(acting);
  }

  #send(acting: Acting, step: Step): void {
    const { session, agent } = acting;
    if (!this.#state.sessions.has(session)) {
      acting.ended = true;
      return;
    }
    let command = adapted(step, session, this.#state, this.#names);
    if (command?.type === "lock.acquire") command = this.#wanting(acting, command, step);
    if (command?.type === "lock.cancel") command = { ...command, acquire: acting.asked.get(command.acquire)?.sentId ?? command.acquire };
    if (command === undefined) {
      // An acquire of what it has is no less than granted.
      if (step.command.type !== "lock.acquire") this.fared.skipped += 1;
      return;
    }
    const id = this.#idOf(acting, command.id);
    const blocks = command.type === "lock.acquire" || command.type === "lock.upgrade";
    if (blocks) this.#ask(acting, step.recordedId, id);
    this.#names.sends(agent, id, step.recordedId);
    this.#say(session, { ...command, id }, (answer) => {
      if (!blocks || (answer.ok && answer.result.status === "queued")) return;
      this.#answered(acting, step.recordedId, answer.ok);
    });
  }

  #ask({ asked }: Acting, acquire: string, sentId: string): void {
    asked.delete(acquire);
    asked.set(acquire, { sentId });
    if (asked.size > askedAtMost) asked.delete(asked.keys().next().value as string);
  }

  /** Leaves out what the session has here already and had not then; undefined when nothing is left to ask for. */
  #wanting({ session, agent }: Acting, command: CommandOf<AgentCommand, "lock.acquire">, { recordedId, held }: Step): AgentCommand | undefined {
    const wants = command.wants.filter((want) => {
      const lock = held.includes(want.resource) ? undefined : heldFor(this.#state, session, want);
      if (lock !== undefined) this.#names.alias(agent, recordedId, want.resource, lock.fence);
      return lock === undefined;
    });
    return wants.length === 0 ? undefined : { ...command, wants };
  }

  /** Each attempt at a piece of work needs ids of its own: the first are the recorded ones. */
  #idOf({ attempt }: Acting, id: string): string {
    return attempt === 0 ? id : `${id.slice(0, 56)}~${attempt}`;
  }

  #redo(acting: Acting): void {
    this.#letGo(acting);
    acting.attempt += 1;
    acting.lastMs = this.#clock.nowMs + Math.round(backOffMs * (0.5 + this.#random.unit()));
    if (acting.attempt <= attemptsAtMost) {
      this.fared.redone += 1;
      acting.next = acting.begun;
    } else {
      this.fared.abandoned += 1;
      acting.attempt = 0;
      while (acting.script.at(acting.next)?.begins === false) acting.next += 1;
    }
    this.#plan(acting);
  }

  /** Gives back all that the session holds and waits for. */
  #letGo({ session }: Acting): void {
    const own = this.#state.bySession.get(session);
    const waits = [...(own?.waits ?? [])].flatMap((request) => this.#state.waits.get(request) ?? []);
    for (const { command } of waits) this.#say(session, { id: this.#newId(), type: "lock.cancel", acquire: command });
    const locks = [...(own?.locks ?? [])].flatMap((fence) => this.#state.locks.get(fence) ?? []);
    for (const { fence, resource, holds, coolingUntilMs } of locks) {
      if (coolingUntilMs !== undefined) continue;
      for (let count = 0; count < holds; count++) this.#say(session, { id: this.#newId(), type: "lock.release", resource, fence, wrote: false });
    }
  }

  #newId(): string {
    this.#ids += 1;
    return `fork-${this.#ids}`;
  }

  #say(session: string, command: AgentCommand, ticket: Ticket = () => {}): void {
    this.#submit({ from: "agent", session, command }, ticket);
  }
}
