import type { Event, Snapshot } from "../model/index.ts";
import { emptyState, evolve, fromSnapshot, type State, toSnapshot } from "../state/index.ts";
import type { Clock } from "./clock.ts";
import type { Felt } from "./felt.ts";
import type { Seat, ToViewer } from "./gallery.ts";
import type { Link } from "./network.ts";
import type { Random } from "./random.ts";
import type { Server } from "./server.ts";
import type { Witness } from "./witness.ts";

const space = "sim";
/** A viewer that got no answer subscribes anew after this. */
const answerMs = 1_000;
/** How often what it has folded is compared with the journal, when it comes back. */
const comparedShare = 0.3;

/**
 * Somebody at a dashboard: folds snapshot and frames with the engine's own `evolve`, gives credit for what it has folded,
 * never folds a frame that does not follow on, and comes back by its position when it was cut off.
 */
export class SimViewer {
  readonly name: string;
  readonly link: Link;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #server: Server;
  readonly #witness: Witness;
  readonly #felt: Felt;
  #state: State | undefined;
  #seat: Seat | undefined;
  #subscribed = false;
  #busyUntilMs = 0;
  #visits = 0;
  #over = false;

  constructor(name: string, parts: { clock: Clock; random: Random; server: Server; witness: Witness; link: Link; felt: Felt }) {
    this.name = name;
    this.#clock = parts.clock;
    this.#random = parts.random;
    this.#server = parts.server;
    this.#witness = parts.witness;
    this.#felt = parts.felt;
    this.link = parts.link;
  }

  start(): void {
    this.connect();
    this.#planCut();
  }

  /** From now on its connection stays. */
  settle(): void {
    this.#over = true;
    this.link.heal();
    this.connect();
  }

  /** A new connection, from where it is; now and then as somebody who has just opened the page. */
  connect(): void {
    if (this.#seat !== undefined) this.#drop(this.#seat);
    if (this.#state !== undefined && this.#random.chance(comparedShare)) this.compare();
    if (this.#random.chance(0.1)) this.#state = undefined;
    const seat: Seat = {
      viewer: `${this.name}, visit ${++this.#visits},`,
      open: true,
      send: (message) => this.link.send("down", () => this.#slowly(() => this.#heard(seat, message))),
    };
    this.#seat = seat;
    this.#busyUntilMs = 0;
    this.#subscribe();
  }

  /** Shows the witness what it has folded, beside what the journal says at that position. */
  compare(caughtUp = false): void {
    if (this.#state === undefined) return;
    this.#witness.viewed(this.name, viewOf(this.#state), caughtUp);
  }

  #planCut(): void {
    this.#clock.after(this.#random.between(1_000, 8_000), () => {
      if (this.#over) return;
      this.connect();
      this.#planCut();
    });
  }

  #drop(seat: Seat): void {
    if (this.#random.chance(0.5)) this.#server.viewerGone(seat);
    else this.#clock.after(this.#random.between(1, 3_000), () => this.#server.viewerGone(seat));
  }

  #subscribe(): void {
    const seat = this.#seat;
    if (seat === undefined) return;
    this.#subscribed = false;
    const after = this.#state?.position;
    this.link.send("up", () => this.#server.subscribe(seat, after));
    this.#clock.after(answerMs, () => {
      if (this.#seat === seat && !this.#subscribed) this.connect();
    });
  }

  /** Takes messages in one after the other; each takes its time while a fault makes it slow. */
  #slowly(run: () => void): void {
    const slow = this.link.troubles.of("slowViewer");
    const nowMs = this.#clock.nowMs;
    if (slow === undefined && this.#busyUntilMs <= nowMs) return run();
    if (slow !== undefined) this.#felt.add("slowViewer");
    this.#busyUntilMs = Math.max(nowMs, this.#busyUntilMs) + (slow?.delayMs ?? 0);
    this.#clock.at(this.#busyUntilMs, run);
  }

  #heard(seat: Seat, message: ToViewer): void {
    if (seat !== this.#seat) return;
    switch (message.type) {
      case "closed":
        this.#seat = undefined;
        this.#clock.after(this.#random.between(20, 1_500), () => {
          if (this.#seat === undefined) this.connect();
        });
        return;
      case "lagged":
        // A rough network loses credit, too.
        if (this.link.troubles.of("slowViewer") !== undefined) this.#felt.add("slowViewer", "taken off");
        return this.#subscribe();
      case "subscribed":
        if (this.#subscribed) return;
        if (message.snapshot !== null) this.#state = fromSnapshot(message.snapshot);
        this.#subscribed = true;
        return this.#fold(message.events);
      case "frame": {
        if (!this.#subscribed || this.#state === undefined) return;
        if (message.frame.after > this.#state.position) return this.#subscribe();
        return this.#fold(message.frame.events);
      }
    }
  }

  #fold(events: readonly Event[]): void {
    const seat = this.#seat;
    this.#state ??= emptyState(space);
    for (const event of events) if (event.position === this.#state.position + 1) evolve(this.#state, event);
    const { position } = this.#state;
    if (seat !== undefined) this.link.send("up", () => this.#server.credit(seat, position));
  }
}

/** A state as viewers have it: without remembered answers. */
export function viewOf(state: State): Snapshot {
  return toSnapshot({ ...state, answers: new Map() });
}
