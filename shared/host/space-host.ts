import { execute, type Outcome } from "../engine/index.ts";
import type { Answer, CommandError, EngineCommand, Event, RecordedCommand } from "../model/index.ts";
import type { Notice } from "../protocol/index.ts";
import { plants, type State } from "../state/index.ts";
import { FindingWatch } from "./finding-watch.ts";
import { Leases } from "./leases.ts";
import { noticesOf } from "./notices.ts";

/** A command as a driver hands it in; the host stamps the time. */
export type CommandInput = EngineCommand extends infer C ? (C extends EngineCommand ? Omit<C, "nowMs"> : never) : never;

/** What a host asks of whoever drives it. None of these may call back into the host before they return. */
export interface HostPorts<Ticket> {
  /**
   * Begin to make these events durable, and with them the commands that they came of, in order of their positions; report
   * with `appended` or `appendFailed`. Never called twice at a time.
   */
  append(expected: number, events: readonly Event[], commands: readonly RecordedCommand[]): void;
  /** A command's answer. Everything decided up to it is durable. */
  answer(ticket: Ticket, answer: Answer): void;
  /** @param from the session whose command they come of, where it was one. */
  notify(session: string, notices: readonly Notice[], from: string | undefined): void;
  /** Durable events for viewers, in order. */
  publish(events: readonly Event[]): void;
  /** The space is over: nothing leaves it any more. */
  stopped(reason: string): void;
  /** For observers: a command and what it came to, at once and not durable yet. */
  decided?(command: EngineCommand, events: readonly Event[]): void;
}

export interface HostOptions {
  readonly nowMs: number;
  /** Most commands decided and not yet answered; more are answered `unavailable`. */
  readonly maxPending?: number;
  /** A wake-up later than this means that the server itself stood still. */
  readonly stallMs?: number;
}

/** What leaves once a batch is durable, in order. */
type Delivery<Ticket> =
  | { readonly kind: "answer"; readonly ticket: Ticket; readonly answer: Answer }
  | { readonly kind: "notices"; readonly session: string; readonly notices: Notice[]; readonly from: string | undefined }
  | { readonly kind: "callback"; readonly callback: () => void };

interface Batch<Ticket> {
  readonly events: Event[];
  readonly commands: RecordedCommand[];
  readonly deliveries: Delivery<Ticket>[];
}

const sessionsPerTick = 200;
/** A few flushes of a disk that is slow: by then some of what is waiting has gone out. */
const overloadedRetryMs = 250;

/**
 * One space's sequencer without I/O: decides one command after the other, lets the state run ahead, groups what came while
 * a flush was under way into the next one, and lets nothing out before it is durable. After a failed flush it stops for
 * good: what ran ahead is unknown to the journal. The server drives it with sockets and a disk, the simulator with a seed.
 */
export class SpaceHost<Ticket> {
  /** Runs ahead of the journal: only for deciding, and for reads that leave through `whenDurable`. */
  readonly state: State;
  readonly #ports: HostPorts<Ticket>;
  readonly #leases = new Leases();
  readonly #findings: FindingWatch;
  readonly #maxPending: number;
  readonly #stallMs: number;
  #open: Batch<Ticket> = { events: [], commands: [], deliveries: [] };
  #flushing: Batch<Ticket> | undefined;
  #durablePosition: number;
  #stoppedReason: string | undefined;
  #nowMs: number;

  constructor(state: State, ports: HostPorts<Ticket>, options: HostOptions) {
    this.state = state;
    this.#ports = ports;
    this.#maxPending = options.maxPending ?? 100_000;
    this.#stallMs = options.stallMs ?? 1_000;
    this.#nowMs = Math.max(options.nowMs, state.atMs);
    this.#durablePosition = state.position;
    this.#findings = new FindingWatch(state, this.#nowMs, (session) => this.#leases.renewedMs(session));
    if (plants.leaseEndless) return;
    for (const session of state.sessions.values()) this.#leases.start(session.session, session.ttlMs, plants.restartBlames ? session.joinedMs : this.#nowMs);
  }

  get durablePosition(): number {
    return this.#durablePosition;
  }

  /** The time it goes by: the latest that it was told, whatever its driver's clock did since. */
  get nowMs(): number {
    return this.#nowMs;
  }

  get stoppedReason(): string | undefined {
    return this.#stoppedReason;
  }

  /** Commands and reads decided and not yet let out. */
  get pending(): number {
    return this.#open.deliveries.length + (this.#flushing?.deliveries.length ?? 0);
  }

  /** Decides a command now. Its answer leaves through the ports, never before this returns. */
  submit(command: CommandInput, nowMs: number, ticket: Ticket): void {
    const id = command.from === "system" ? "" : command.command.id;
    if (this.#stoppedReason !== undefined) return this.#ports.answer(ticket, { id, ok: false, error: unavailable(this.#stoppedReason) });
    if (this.pending >= this.#maxPending) {
      return this.#ports.answer(ticket, {
        id,
        ok: false,
        error: {
          ...unavailable(`More than ${this.#maxPending} commands are waiting for the disk; try again in ${overloadedRetryMs} ms.`),
          retryMs: overloadedRetryMs,
        },
      });
    }
    this.#advance(nowMs);
    // A deadline that has passed comes first: who is late must not be granted, nor keep what is over.
    if (!plants.deadlineLate) this.#expire();
    this.#run({ ...command, nowMs: this.#nowMs }, { ticket, id });
  }

  /** A heartbeat. Renews the session's lease and all it holds; written nowhere. */
  renew(session: string, nowMs: number): { ok: true; ttlMs: number } | { ok: false; error: CommandError } {
    if (this.#stoppedReason !== undefined) return { ok: false, error: unavailable(this.#stoppedReason) };
    this.#advance(nowMs);
    const ttlMs = this.state.sessions.get(session)?.ttlMs;
    if (ttlMs === undefined || !this.#leases.renew(session, this.#nowMs)) {
      return { ok: false, error: { code: "noSession", message: "This session is over; whatever it held is gone. Join anew." } };
    }
    return { ok: true, ttlMs };
  }

  /** The clock was set ahead. No lease ran meanwhile, so everyone gets a fresh one; whatever else time ends, ends earlier. */
  jumped(nowMs: number): void {
    if (this.#stoppedReason !== undefined || nowMs <= this.#nowMs) return;
    this.#leases.renewAll(nowMs);
    this.#nowMs = nowMs;
  }

  lastRenewal(session: string): number | undefined {
    return this.#leases.renewedMs(session);
  }

  /** Runs the callback once all that is decided by now is durable: for reads of the state that leave the server. */
  whenDurable(callback: () => void): void {
    this.#open.deliveries.push({ kind: "callback", callback });
  }

  /** Call at the end of a burst of input: what came together is made durable together. */
  flush(): void {
    while (this.#flushing === undefined && this.#stoppedReason === undefined && this.#open.deliveries.length + this.#open.events.length > 0) {
      const batch = this.#open;
      this.#open = { events: [], commands: [], deliveries: [] };
      if (batch.events.length === 0) {
        this.#deliver(batch);
        continue;
      }
      this.#flushing = batch;
      this.#ports.append(this.#durablePosition, batch.events, batch.commands);
    }
  }

  /** The batch under way is durable: lets out what waited for it and begins the next. */
  appended(): void {
    const batch = this.#flushing;
    if (batch === undefined || this.#stoppedReason !== undefined) return;
    this.#flushing = undefined;
    this.#durablePosition += batch.events.length;
    this.#ports.publish(batch.events);
    if (plants.publishedTwice) this.#ports.publish(batch.events);
    this.#deliver(batch);
    this.flush();
  }

  /** The batch under way may or may not be durable. The space stops; whoever waits is told that nothing is known. */
  appendFailed(reason: string): void {
    if (plants.failureIgnored) return this.appended();
    if (this.#stoppedReason !== undefined) return;
    this.#stoppedReason = reason;
    for (const batch of [this.#flushing, this.#open]) {
      for (const delivery of batch?.deliveries ?? []) {
        if (delivery.kind === "answer") this.#ports.answer(delivery.ticket, { id: delivery.answer.id, ok: false, error: unavailable(reason) });
      }
    }
    this.#flushing = undefined;
    this.#open = { events: [], commands: [], deliveries: [] };
    this.#ports.stopped(reason);
  }

  /** When to call `wake` next, or undefined. */
  nextWakeMs(): number | undefined {
    if (this.#stoppedReason !== undefined) return undefined;
    return earlier(this.#deadlineMs(), this.#findings.nextMs());
  }

  /** A deadline came. Follow with `flush`. */
  wake(nowMs: number): void {
    if (this.#stoppedReason !== undefined) return;
    this.#advance(nowMs);
    this.#expire();
    const lookMs = this.#findings.nextMs();
    if (lookMs === undefined || lookMs > this.#nowMs) return;
    const report = this.#findings.look(this.state, this.#nowMs);
    if (report !== undefined) this.#run({ from: "system", nowMs: this.#nowMs, command: report });
  }

  /** The next end of a lease, or of anything else that time ends. */
  #deadlineMs(): number | undefined {
    return earlier(this.state.timers.nextMs(), this.#leases.nextMs());
  }

  /**
   * Moves the host's time on, never back. If it jumps past a deadline by more than a stall, the server stood still, and
   * heartbeats may lie unread in its sockets: everyone gets a fresh lease instead of being expired for it.
   */
  #advance(nowMs: number): void {
    if (nowMs <= this.#nowMs && !plants.timeGoesBack) return;
    const dueMs = this.#deadlineMs();
    // What was due before is to be done at once: it stands still since the last time it was told, then.
    if (dueMs !== undefined && nowMs > Math.max(dueMs, this.#nowMs) + this.#stallMs && !plants.jumpBlames) this.#leases.renewAll(nowMs);
    this.#nowMs = nowMs;
  }

  #expire(): void {
    for (let dueMs = this.#deadlineMs(); dueMs !== undefined && dueMs <= this.#nowMs; dueMs = this.#deadlineMs()) {
      const silent = this.#leases.silent(this.#nowMs, sessionsPerTick);
      const timers = this.state.timers.nextMs();
      if (silent.length === 0 && (timers === undefined || timers > this.#nowMs)) continue;
      const outcome = this.#run({ from: "system", nowMs: this.#nowMs, command: { type: "tick", silent } });
      if (outcome.events.length === 0) return;
    }
  }

  #run(command: EngineCommand, sender?: { ticket: Ticket; id: string }): Outcome {
    const outcome = execute(this.state, command);
    // The answer goes before the notices: a sender must know that it waits before it hears how the wait ended.
    if (sender !== undefined) {
      const answer = answerOf(sender.id, outcome);
      if (plants.answeredEarly) this.#ports.answer(sender.ticket, answer);
      else this.#open.deliveries.push({ kind: "answer", ticket: sender.ticket, answer });
    }
    this.#findings.feed(this.state, command, outcome);
    this.#ports.decided?.(command, outcome.events);
    if (outcome.events.length === 0) return outcome;
    this.#open.commands.push({ command, at: (outcome.events[0] as Event).position });
    const told = new Map<string, Notice[]>();
    for (const event of outcome.events) {
      this.#open.events.push(event);
      this.#follow(event);
      noticesOf(this.state, event, (session, notice) => {
        const notices = told.get(session);
        if (notices === undefined) told.set(session, [notice]);
        else notices.push(notice);
      });
    }
    const from = command.from === "agent" ? command.session : undefined;
    for (const [session, notices] of told) this.#open.deliveries.push({ kind: "notices", session, notices, from });
    return outcome;
  }

  /** Leases begin and end with their sessions; a new connection renews. */
  #follow(event: Event): void {
    if (event.type === "session.joined") this.#leases.start(event.session, event.ttlMs, this.#nowMs);
    else if (event.type === "session.connected") this.#leases.renew(event.session, this.#nowMs);
    else if (event.type === "session.ended") this.#leases.end(event.session);
  }

  #deliver(batch: Batch<Ticket>): void {
    for (const delivery of batch.deliveries) {
      if (delivery.kind === "answer") this.#ports.answer(delivery.ticket, delivery.answer);
      else if (delivery.kind === "notices") this.#ports.notify(delivery.session, delivery.notices, delivery.from);
      else delivery.callback();
    }
  }
}

function earlier(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}

function answerOf(id: string, outcome: Outcome): Answer {
  return outcome.error === undefined ? { id, ok: true, result: outcome.result ?? { status: "done" } } : { id, ok: false, error: outcome.error };
}

function unavailable(message: string): CommandError {
  return { code: "unavailable", message };
}
