import type { Logger } from "pino";
import { type CommandInput, type RecentEvents, SpaceHost } from "../../shared/host/index.ts";
import type { Answer, CommandError, Event, RecordedCommand } from "../../shared/model/index.ts";
import type { Notice } from "../../shared/protocol/index.ts";
import { type State, toSnapshot } from "../../shared/state/index.ts";
import type { Journal } from "../journal/journal.ts";
import { Acts } from "./acts.ts";
import type { Clock } from "./clock.ts";
import type { Drill } from "./faults/drill.ts";
import { Measures } from "./measures.ts";

/** Who is waiting for the answer of a command. */
export interface Ticket {
  answered(answer: Answer): void;
}

/** Whom a space tells what became durable. */
export interface SpaceListener {
  /** @param from the session whose command they come of, where it was one. */
  notices(session: string, notices: readonly Notice[], from: string | undefined): void;
  events(events: readonly Event[]): void;
  stopped(reason: string): void;
}

type DurableCallback = (stopped: string | undefined) => void;

export interface SpaceOptions {
  readonly state: State;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly recent: RecentEvents;
  readonly log: Logger;
  /** Position of the newest checkpoint, 0 when there is none. */
  readonly checkpointed: number;
  /** Position of the oldest event that the journal still has. */
  readonly oldestPosition: number;
  readonly checkpointEveryEvents: number;
  readonly keepEvents: number;
  readonly maxPending: number;
  /** Where drills are allowed: what strikes this space. */
  readonly drill?: Drill;
  /** Counts on where the space before it stopped. */
  readonly measures?: Measures;
  /** How far its time is ahead of the clock already. */
  readonly aheadMs?: number;
}

/** Acts that the audit has at hand without reading the journal. */
const keptActs = 5_000;

/** Longest span a Node timer can count; beyond it fires at once. */
const longestTimerMs = 2 ** 31 - 1;

/**
 * One running space: the host bound to its journal, its clock and one timer. All commands that arrive in one turn of the
 * event loop go into one flush; while it is under way the next ones gather for the next.
 */
export class Space {
  readonly name: string;
  readonly measures: Measures;
  readonly recent: RecentEvents;
  readonly acts: Acts;
  readonly #host: SpaceHost<Ticket | undefined>;
  readonly #journal: Journal;
  readonly #clock: Clock;
  readonly #drill: Drill | undefined;
  #aheadMs: number;
  readonly #log: Logger;
  readonly #checkpointEveryEvents: number;
  readonly #keepEvents: number;
  #oldestPosition: number;
  readonly #reads = new Set<DurableCallback>();
  #listener: SpaceListener | undefined;
  #turnScheduled = false;
  #timer: NodeJS.Timeout | undefined;
  #timerAtMs = Number.POSITIVE_INFINITY;
  #checkpointed: number;
  #checkpointing: Promise<void> | undefined;
  #closing = false;
  /** Set when a drill made its server die: nothing leaves it any more. */
  #dead: string | undefined;
  /** The batch that is being let out. */
  #leaving: readonly Event[] | undefined;

  constructor(options: SpaceOptions) {
    const { state, journal, clock, recent, log, checkpointed, oldestPosition, checkpointEveryEvents, keepEvents, maxPending } = options;
    this.measures = options.measures ?? new Measures();
    this.#drill = options.drill;
    this.name = state.space;
    this.recent = recent;
    this.acts = new Acts(keptActs, state.position);
    this.#journal = journal;
    this.#clock = clock;
    // A journal that was written under a clock that went ahead of ours: go on from its time.
    this.#aheadMs = Math.max(options.aheadMs ?? 0, state.atMs - clock.nowMs());
    this.#log = log;
    this.#oldestPosition = oldestPosition;
    this.#checkpointEveryEvents = checkpointEveryEvents;
    this.#keepEvents = keepEvents;
    this.#checkpointed = checkpointed;
    this.#host = new SpaceHost<Ticket | undefined>(
      state,
      {
        append: (expected, events, commands) => this.#append(expected, events, commands),
        answer: (ticket, answer) => this.#answer(ticket, answer),
        notify: (session, notices, from) => this.#notify(session, notices, from),
        publish: (events) => this.#publish(events),
        stopped: (reason) => this.#dead === undefined && this.#stopped(reason),
      },
      { nowMs: this.nowMs(), maxPending },
    );
    this.#setTimer();
  }

  /** This space's time: what stamps its commands. Never goes back, nor behind its journal. */
  nowMs(): number {
    return this.#clock.nowMs() + this.#aheadMs;
  }

  /** How far its time is ahead of the server's clock. */
  get aheadMs(): number {
    return this.#aheadMs;
  }

  /** Runs ahead of the journal: what leaves here must go through `whenDurable`. */
  get state(): State {
    return this.#host.state;
  }

  get durablePosition(): number {
    return this.#host.durablePosition;
  }

  /** Where history begins. */
  get oldestPosition(): number {
    return this.#oldestPosition;
  }

  /** Why it takes no more commands; undefined while it runs. */
  get stoppedReason(): string | undefined {
    return this.#dead ?? this.#host.stoppedReason;
  }

  get journal(): Pick<Journal, "read" | "newest" | "recorded" | "hashAt" | "checkpointBefore"> {
    return this.#journal;
  }

  listen(listener: SpaceListener): void {
    this.#listener = listener;
  }

  /** Decides a command now; its answer comes once it is durable, or at once when the space takes none. */
  submit(command: CommandInput, ticket?: Ticket): void {
    this.measures.commands++;
    if (this.#dead !== undefined) {
      ticket?.answered({ id: command.from === "system" ? "" : command.command.id, ok: false, error: this.#unavailable(this.#dead) });
      return;
    }
    try {
      this.#host.submit(command, this.nowMs(), ticket);
    } catch (error) {
      this.#fault(error);
      const id = command.from === "system" ? "" : command.command.id;
      ticket?.answered({ id, ok: false, error: this.#unavailable(this.stoppedReason) });
    }
    this.#scheduleTurn();
  }

  /** A heartbeat. */
  renew(session: string): ReturnType<SpaceHost<Ticket | undefined>["renew"]> {
    if (this.#dead !== undefined) return { ok: false, error: this.#unavailable(this.#dead) };
    return this.#host.renew(session, this.nowMs());
  }

  lastRenewal(session: string): number | undefined {
    return this.#host.lastRenewal(session);
  }

  /**
   * Runs the callback once everything decided so far is durable: for reads of the state that leave the server. When the
   * space stops before that, it gets the reason: what it read must not leave.
   */
  whenDurable(callback: DurableCallback): void {
    if (this.stoppedReason !== undefined) {
      callback(this.stoppedReason);
      return;
    }
    this.#reads.add(callback);
    this.#host.whenDurable(() => {
      this.#reads.delete(callback);
      callback(undefined);
    });
    this.#scheduleTurn();
  }

  /** Everything decided becomes durable, a checkpoint is written, the journal is closed. Nothing may be submitted after. */
  async close(): Promise<void> {
    this.#closing = true;
    clearTimeout(this.#timer);
    await this.#checkpointing;
    if (this.stoppedReason === undefined && this.state.position > this.#checkpointed) await this.#checkpoint();
    await this.#journal.close();
  }

  /**
   * The server dies, as a drill has it: connections break, nothing leaves any more, and what was decided and is not durable is
   * gone. Told again, it only learns more of the reason.
   */
  die(reason: string): void {
    const running = this.stoppedReason === undefined;
    this.#dead = reason;
    if (!running) return;
    this.#stopped(reason);
    // It may have died within its host, whose callers may not be called back. Whoever waits still is let go, unheard.
    queueMicrotask(() => this.#host.appendFailed(reason));
  }

  /** The clock is set ahead, as a drill has it. Leases are spans of time that passed: everyone gets a fresh one. */
  jumpClock(byMs: number): void {
    this.#aheadMs += byMs;
    this.#host.jumped(this.nowMs());
    this.#timerAtMs = Number.POSITIVE_INFINITY;
    this.#setTimer();
  }

  #scheduleTurn(): void {
    if (this.#turnScheduled) return;
    this.#turnScheduled = true;
    setImmediate(this.#endTurn);
  }

  readonly #endTurn = (): void => {
    this.#turnScheduled = false;
    if (this.#dead !== undefined) return;
    this.#host.flush();
    this.#setTimer();
  };

  #append(expected: number, events: readonly Event[], commands: readonly RecordedCommand[]): void {
    if (this.#drill?.diesAt("beforeAppend", events)) return;
    const begunMs = performance.now();
    const appending = this.#journal.append(expected, events, commands);
    if (this.#dead !== undefined || this.#drill?.diesAt("afterAppend", events)) {
      appending.catch(() => undefined);
      return;
    }
    appending.then(
      () => {
        if (this.#dead !== undefined || this.#drill?.diesAt("afterFlush", events)) return;
        this.measures.events += events.length;
        for (const event of events) if (event.type === "leader.elected") this.measures.elected += 1;
        this.measures.onFlush?.((performance.now() - begunMs) / 1_000, events.length);
        this.#leaving = events;
        this.#host.appended();
        this.#leaving = undefined;
        this.#checkpointWhenDue();
      },
      (error: unknown) => this.#host.appendFailed(error instanceof Error ? error.message : String(error)),
    );
  }

  #answer(ticket: Ticket | undefined, answer: Answer): void {
    if (this.#leaving !== undefined && ticket !== undefined && this.#dead === undefined) this.#drill?.diesAt("beforeAnswer", this.#leaving);
    if (this.#dead !== undefined) {
      ticket?.answered({ id: answer.id, ok: false, error: this.#unavailable(this.#dead) });
      return;
    }
    if (!answer.ok) this.measures.refused(answer.error.code);
    ticket?.answered(answer);
    if (this.#leaving !== undefined && ticket !== undefined) this.#drill?.diesAt("afterAnswer", this.#leaving);
  }

  #notify(session: string, notices: readonly Notice[], from: string | undefined): void {
    if (this.#dead === undefined) this.#listener?.notices(session, notices, from);
  }

  #publish(events: readonly Event[]): void {
    if (this.#dead !== undefined) return;
    this.recent.push(events);
    this.acts.push(events);
    this.#listener?.events(events);
  }

  #stopped(reason: string): void {
    this.#log[this.#dead === undefined ? "fatal" : "warn"]({ space: this.name, reason }, `space ${this.name} stopped: ${reason}`);
    clearTimeout(this.#timer);
    this.#listener?.stopped(reason);
    for (const read of this.#reads) read(reason);
    this.#reads.clear();
  }

  #unavailable(reason: string | undefined): CommandError {
    return { code: "unavailable", message: `space ${this.name} is stopped: ${reason}` };
  }

  /** The engine failed within a command: the state may be half changed, so it must not be written or shown any more. */
  #fault(error: unknown): void {
    this.#log.fatal({ space: this.name, error }, "a command could not be decided");
    this.#host.appendFailed(
      `an internal fault, see the server's log (${error instanceof Error ? error.message : String(error)}). Restarting goes back to what is durable.`,
    );
  }

  /** One timer for the earliest deadline. One that is set too early only looks again. */
  #setTimer(): void {
    if (this.#closing || this.stoppedReason !== undefined) return;
    const wakeMs = this.#host.nextWakeMs() ?? Number.POSITIVE_INFINITY;
    if (wakeMs >= this.#timerAtMs) return;
    clearTimeout(this.#timer);
    this.#timerAtMs = wakeMs;
    this.#timer = setTimeout(this.#wake, Math.min(longestTimerMs, Math.max(0, wakeMs - this.nowMs())));
  }

  readonly #wake = (): void => {
    this.#timerAtMs = Number.POSITIVE_INFINITY;
    if (this.stoppedReason !== undefined) return;
    const nowMs = this.nowMs();
    try {
      if ((this.#host.nextWakeMs() ?? Number.POSITIVE_INFINITY) <= nowMs) this.#host.wake(nowMs);
    } catch (error) {
      this.#fault(error);
    }
    this.#scheduleTurn();
  };

  #checkpointWhenDue(): void {
    if (this.#closing || this.#checkpointing !== undefined || this.durablePosition - this.#checkpointed < this.#checkpointEveryEvents) return;
    this.#checkpointing = this.#checkpoint().finally(() => {
      this.#checkpointing = undefined;
    });
  }

  /** A checkpoint that fails costs only the next start some time: the events are all there. */
  async #checkpoint(): Promise<void> {
    const snapshot = toSnapshot(this.state);
    const stopped = await new Promise<string | undefined>((resolve) => this.whenDurable(resolve));
    if (stopped !== undefined) return;
    try {
      await this.#journal.checkpoint(snapshot);
      this.#checkpointed = snapshot.position;
      this.measures.checkpoints++;
      const dispensable = snapshot.position - this.#keepEvents;
      if (dispensable - this.#oldestPosition >= this.#checkpointEveryEvents) this.#oldestPosition += await this.#journal.compact(dispensable);
    } catch (error) {
      this.#checkpointed = snapshot.position;
      this.#log.error({ space: this.name, error }, `space ${this.name}: the checkpoint at ${snapshot.position} could not be written`);
    }
  }
}
