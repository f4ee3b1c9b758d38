import { previewAct } from "../engine/index.ts";
import { type CommandInput, SpaceHost } from "../host/index.ts";
import type { Answer, EngineCommand, Event, KillPoint, OperatorCommand, RecordedCommand } from "../model/index.ts";
import type { Notice } from "../protocol/index.ts";
import { type State, toSnapshot } from "../state/index.ts";
import type { Clock } from "./clock.ts";
import type { Disk } from "./disk.ts";
import type { Felt } from "./felt.ts";
import { Gallery, type Seat } from "./gallery.ts";
import type { Connection, ToServer } from "./messages.ts";
import type { Random } from "./random.ts";
import { Reception } from "./reception.ts";
import { ServerClock } from "./server-clock.ts";
import { viewOf } from "./viewer.ts";
import type { Witness } from "./witness.ts";

interface Ticket {
  readonly sender: string;
  readonly reply: (answer: Answer) => void;
  decidedAt: number;
}

export interface ServerHabits {
  readonly maxPending: number;
  /** Probability, per burst of input, that a checkpoint is written. */
  readonly checkpoint: number;
}

const space = "sim";
/** From here on one look at the clock after the other is worth telling. */
const leapMs = 1_000;
const noReply = () => {};
/** An answer that leaves before its command was decided would be later than anything durable. */
const undecided = Number.POSITIVE_INFINITY;

/**
 * The real `SpaceHost` with a virtual disk, a virtual clock and a gateway as thin as can be. It can crash, stall and start
 * again; whatever it does is shown to a witness.
 */
export class Server {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #disk: Disk;
  readonly #witness: Witness;
  readonly #habits: ServerHabits;
  readonly #felt: Felt;
  /** What it takes for the time. */
  readonly #watch: ServerClock;
  readonly #gallery: Gallery;
  readonly #reception: Reception;
  readonly #backlog: (() => void)[] = [];
  #host: SpaceHost<Ticket> | undefined;
  #stalledUntilMs = 0;
  #flushPlanned = false;
  #wakePlannedMs: number | undefined;
  #lastEvents: readonly Event[] | undefined;
  /** Messages that lay unread in a stall are taken before the timers that are due. */
  #timersLast = false;
  #kill: { readonly at: KillPoint; readonly then: () => void } | undefined;
  /** Called with every durable event. */
  onPublished: (event: Event) => void = () => {};

  constructor(parts: { clock: Clock; random: Random; disk: Disk; witness: Witness; felt: Felt; habits: ServerHabits }) {
    this.#clock = parts.clock;
    this.#random = parts.random;
    this.#disk = parts.disk;
    this.#witness = parts.witness;
    this.#felt = parts.felt;
    this.#habits = parts.habits;
    this.#watch = new ServerClock(parts.clock);
    this.#gallery = new Gallery({ clock: parts.clock, witness: parts.witness, stalled: () => this.stalled, nowMs: () => this.#timeMs });
    this.#reception = new Reception({
      felt: parts.felt,
      state: () => this.state,
      renew: (session) => this.#renew(session),
      submit: (command, sender, reply) => this.#submit(command, { sender, reply, decidedAt: undecided }),
    });
    this.start();
  }

  /** The time its host goes by: nobody else in a run may decide by it, only the witness. */
  get nowMs(): number {
    return this.#host?.nowMs ?? this.#watch.latestMs;
  }

  /** The time its host would go by if it looked at its clock now. */
  get #timeMs(): number {
    return Math.max(this.nowMs, this.#watch.readingMs);
  }

  /** What it would show to an operator: runs ahead of the journal as the real one does. */
  get state(): State | undefined {
    return this.#host?.state;
  }

  get stalled(): boolean {
    return this.#stalledUntilMs > this.#clock.nowMs;
  }

  start(): void {
    if (this.#host !== undefined) return;
    const { state, origin } = this.#disk.restore(space);
    this.#watch.start(state.atMs);
    this.#witness.fact({ kind: "started", position: this.#disk.position, atMs: this.#timeMs });
    this.#witness.state(toSnapshot(state), origin);
    this.#host = this.#hostOf(state);
    this.#gallery.open(this.#disk.events);
    // Nobody is connected to a server that has just begun.
    for (const { session, connected } of [...state.sessions.values()])
      if (connected) this.#submit({ from: "system", command: { type: "session.disconnect", session } });
    this.#after();
  }

  crash(): void {
    if (this.#host === undefined) return;
    this.#host = undefined;
    this.#disk.crash();
    this.#witness.crashed(this.#timeMs);
    this.#gallery.close();
    this.#backlog.length = 0;
    this.#stalledUntilMs = 0;
    this.#reception.close();
  }

  /** Dies the next time that it comes to this point. */
  killAt(at: KillPoint, then: () => void): void {
    this.#kill = { at, then };
  }

  #diesAt(point: KillPoint): boolean {
    const kill = this.#kill;
    if (kill?.at !== point) return false;
    this.#kill = undefined;
    this.#felt.add(`kill ${point}`);
    this.crash();
    kill.then();
    return true;
  }

  /** Does nothing until then; what comes in meanwhile waits. */
  stall(untilMs: number): void {
    if (this.#host === undefined) return;
    this.#stalledUntilMs = Math.max(this.#stalledUntilMs, untilMs);
    this.#witness.fact({ kind: "stalled", untilMs: this.#timeMs + untilMs - this.#clock.nowMs });
    this.#clock.at(untilMs, () => this.#unstall());
  }

  /** Its clock is set ahead, or back. It may find out at a timer, at a message, or at once. */
  jump(byMs: number): void {
    this.#watch.jump(byMs);
    if (this.#host === undefined) return;
    this.#felt.add("clockJump", byMs < 0 ? "the server's clock set back" : "the server's clock set ahead");
    if (this.#random.chance(0.5)) this.#clock.after(0, () => this.#wake());
  }

  /** A viewer wants to see what comes after a position, or all. */
  subscribe(seat: Seat, after: number | undefined): void {
    this.#input(() => {
      const host = this.#host;
      if (host === undefined || host.stoppedReason !== undefined) return;
      this.#gallery.subscribe(
        seat,
        after,
        () => viewOf(host.state),
        (run) => {
          host.whenDurable(run);
          this.#planFlush();
        },
      );
    });
  }

  credit(seat: Seat, position: number): void {
    this.#input(() => this.#gallery.credit(seat, position));
  }

  viewerGone(seat: Seat): void {
    this.#gallery.disconnected(seat);
  }

  /** A message has come up. A server that is down hears nothing. */
  receive(connection: Connection, message: ToServer): void {
    this.#input(() => this.#reception.receive(connection, message));
  }

  /** The server notices that a connection is gone. */
  disconnected(connection: Connection): void {
    this.#reception.gone(connection);
    this.#input(() => this.#reception.release(connection));
  }

  operate(principal: string, command: OperatorCommand, reply: (answer: Answer) => void): void {
    const actor = { principal, role: "operator" } as const;
    this.#input(() => {
      const host = this.#host;
      // What came before it may have killed the server.
      if (host === undefined) return;
      const ticket = { sender: `operator:${principal}`, reply, decidedAt: undecided };
      const known = host.state.answers.get(ticket.sender)?.has(command.id) === true;
      const due = (host.nextWakeMs() ?? Number.POSITIVE_INFINITY) <= this.#timeMs;
      const effect = previewAct(host.state, actor, command, this.#timeMs);
      this.#lastEvents = undefined;
      this.#submit({ from: "operator", actor, command }, ticket);
      // A server that is stopped or overloaded decides nothing.
      const events = this.#lastEvents;
      if (events !== undefined && !known && !due) this.#witness.fact({ kind: "previewed", effect: "error" in effect ? undefined : effect, events });
    });
  }

  #hostOf(state: State): SpaceHost<Ticket> {
    const ports = {
      append: (expected: number, events: readonly Event[], commands: readonly RecordedCommand[]) => {
        if (this.#host !== host || this.#diesAt("beforeAppend")) return;
        this.#witness.fact({ kind: "appended", expected, count: events.length });
        this.#disk.append(events, commands, (ok) => this.#flushed(host, ok));
        this.#diesAt("afterAppend");
      },
      answer: (ticket: Ticket, answer: Answer) => {
        if (this.#host !== host || this.#diesAt("beforeAnswer")) return;
        this.#witness.fact({ kind: "answered", sender: ticket.sender, answer, decidedAt: ticket.decidedAt, durable: this.#disk.position });
        ticket.reply(answer);
        this.#diesAt("afterAnswer");
      },
      notify: (session: string, notices: readonly Notice[]) => {
        if (this.#host !== host) return;
        this.#witness.fact({ kind: "notified", session, notices, durable: this.#disk.position });
        this.#reception.notify(session, notices);
      },
      publish: (events: readonly Event[]) => {
        if (this.#host !== host) return;
        this.#witness.fact({ kind: "published", events, durable: this.#disk.position });
        this.#gallery.publish(events);
        for (const event of events) this.onPublished(event);
      },
      // A stopped space stays stopped: whoever hears of it has to start the server again.
      stopped: () =>
        this.#clock.after(this.#random.between(50, 2_000), () => {
          if (this.#host !== host) return;
          this.crash();
          this.start();
        }),
      decided: (command: EngineCommand, events: readonly Event[]) => {
        this.#lastEvents = events;
        this.#witness.decided(command, events, host.state.position);
      },
    };
    const host: SpaceHost<Ticket> = new SpaceHost(state, ports, { nowMs: this.#watch.read(), maxPending: this.#habits.maxPending });
    return host;
  }

  #flushed(host: SpaceHost<Ticket>, ok: boolean): void {
    if (host !== this.#host) return;
    // A stalled server learns of its disk when it goes on.
    if (this.stalled) {
      this.#backlog.push(() => this.#flushed(host, ok));
      return;
    }
    if (ok) {
      if (this.#diesAt("afterFlush")) return;
      host.appended();
      this.#after();
      return;
    }
    this.#witness.fact({ kind: "appendFailed" });
    host.appendFailed("the disk is full");
    this.#after();
  }

  #renew(session: string): boolean {
    const host = this.#host;
    if (host === undefined) return false;
    this.#mayWakeLate(host);
    const { position } = host.state;
    const fromMs = host.nowMs;
    const renewed = host.renew(session, this.#watch.read());
    this.#leap(host, fromMs);
    if (renewed.ok) this.#witness.fact({ kind: "renewed", session, atMs: host.nowMs, events: host.state.position - position });
    return renewed.ok;
  }

  #submit(command: CommandInput, ticket: Ticket = { sender: "", reply: noReply, decidedAt: undecided }): void {
    const host = this.#host;
    if (host === undefined) return;
    this.#mayWakeLate(host);
    const fromMs = host.nowMs;
    host.submit(command, this.#watch.read(), ticket);
    this.#leap(host, fromMs);
    ticket.decidedAt = host.state.position;
    this.#after();
  }

  /** Tells when the host's time went on by much at once. What it decided on that is not durable yet, so this is told before. */
  #leap(host: SpaceHost<Ticket>, fromMs: number): void {
    if (host.nowMs > fromMs + leapMs) this.#witness.fact({ kind: "leapt", fromMs, toMs: host.nowMs });
  }

  /** A timer and a message that are due together come in either order. */
  #mayWakeLate(host: SpaceHost<Ticket>): void {
    if ((host.nextWakeMs() ?? Number.POSITIVE_INFINITY) <= this.#timeMs && !this.#timersLast && this.#random.chance(0.5)) this.#wake();
  }

  #wake(): void {
    const host = this.#host;
    if (host === undefined || this.stalled) return;
    if ((host.nextWakeMs() ?? Number.POSITIVE_INFINITY) <= this.#timeMs) {
      const fromMs = host.nowMs;
      host.wake(this.#watch.read());
      this.#leap(host, fromMs);
    }
    this.#after();
  }

  /** After whatever the host did: plans its flush and its next wake-up, and shows the witness how things stand. */
  #after(): void {
    const host = this.#host;
    if (host === undefined) return;
    this.#planFlush();
    this.#planWake(host);
    const idle = host.pending === 0 && host.state.position === this.#disk.position && host.stoppedReason === undefined;
    const due = (host.nextWakeMs() ?? Number.POSITIVE_INFINITY) <= this.#timeMs;
    if (idle && !due && !this.stalled) this.#witness.fact({ kind: "awake", atMs: this.#timeMs });
  }

  #planFlush(): void {
    if (this.#flushPlanned) return;
    this.#flushPlanned = true;
    this.#clock.after(0, () => {
      this.#flushPlanned = false;
      const host = this.#host;
      if (host === undefined || this.stalled) return;
      if (this.#random.chance(this.#habits.checkpoint)) {
        const snapshot = toSnapshot(host.state);
        host.whenDurable(() => {
          this.#witness.state(snapshot, "live state");
          this.#disk.checkpoint(snapshot);
        });
      }
      host.flush();
    });
  }

  #planWake(host: SpaceHost<Ticket>): void {
    const nextMs = host.nextWakeMs();
    if (nextMs === undefined || (this.#wakePlannedMs !== undefined && this.#wakePlannedMs <= nextMs)) return;
    this.#wakePlannedMs = nextMs;
    this.#clock.at(this.#watch.whenReads(nextMs), () => {
      if (this.#wakePlannedMs === nextMs) this.#wakePlannedMs = undefined;
      this.#wake();
    });
  }

  #input(run: () => void): void {
    if (this.#host === undefined) return;
    if (this.stalled) {
      this.#felt.add("stallServer");
      this.#backlog.push(run);
    } else run();
  }

  #unstall(): void {
    if (this.stalled || this.#host === undefined) return;
    this.#timersLast = this.#random.chance(0.5);
    if (!this.#timersLast) this.#wake();
    for (const run of this.#backlog.splice(0)) run();
    this.#timersLast = false;
    this.#wake();
    this.#planFlush();
  }
}
