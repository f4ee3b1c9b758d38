import { Frames, RecentEvents, subscribe, type Viewer } from "../host/index.ts";
import type { Event, Snapshot } from "../model/index.ts";
import type { Frame } from "../protocol/index.ts";
import type { Clock } from "./clock.ts";
import type { Witness } from "./witness.ts";

/** What the server says to a viewer. */
export type ToViewer =
  | { readonly type: "subscribed"; readonly snapshot: Snapshot | null; readonly events: readonly Event[] }
  | { readonly type: "frame"; readonly frame: Frame }
  | { readonly type: "lagged" }
  | { readonly type: "closed" };

/** One connection of one viewer. */
export interface Seat {
  readonly viewer: string;
  open: boolean;
  /** Puts a message on the way down. */
  send(message: ToViewer): void;
}

/** Small, so that the window and the way back to a snapshot come up in a run of seconds. */
const creditFrames = 5;
const recentEvents = 40;
/** A server that stands still sends its frames when it goes on; it is looked at this often. */
const stalledLookMs = 50;

/**
 * The server's side of its viewers: the real `Frames` and `RecentEvents` in virtual time, with a gateway as thin as can be.
 * Everything that is sent is shown to the witness before the network has its way with it.
 */
export class Gallery {
  readonly #clock: Clock;
  readonly #witness: Witness;
  readonly #stalled: () => boolean;
  readonly #nowMs: () => number;
  readonly #seats = new Map<Seat, Viewer>();
  readonly #inside = new Set<Seat>();
  #frames: Frames | undefined;
  #recent = new RecentEvents(recentEvents, 0);
  #tickPlanned = false;

  constructor(parts: { clock: Clock; witness: Witness; stalled: () => boolean; nowMs: () => number }) {
    this.#clock = parts.clock;
    this.#witness = parts.witness;
    this.#stalled = parts.stalled;
    this.#nowMs = parts.nowMs;
  }

  /** A server has begun with these events in its journal. */
  open(events: readonly Event[]): void {
    const position = events.length;
    this.#recent = new RecentEvents(recentEvents, position);
    this.#recent.push(events.slice(-recentEvents));
    this.#frames = new Frames({ position, nowMs: this.#nowMs, send: (frame) => this.#send(frame), creditFrames });
  }

  /** The server is gone, and every connection with it. */
  close(): void {
    this.#frames?.close();
    this.#frames = undefined;
    for (const seat of this.#seats.keys()) seat.send({ type: "closed" });
    for (const seat of this.#seats.keys()) seat.open = false;
    this.#seats.clear();
    this.#inside.clear();
  }

  publish(events: readonly Event[]): void {
    this.#recent.push(events);
    this.#frames?.publish(events);
    this.#planTick();
  }

  /**
   * Lets a viewer see what comes after `after`, if that is still at hand; else from a snapshot on, which is shown once it is
   * durable.
   */
  subscribe(seat: Seat, after: number | undefined, snapshotOf: () => Snapshot, whenDurable: (run: () => void) => void): void {
    const frames = this.#frames;
    if (frames === undefined || !seat.open) return;
    subscribe({
      viewer: this.#viewerOf(seat),
      frames,
      recent: this.#recent,
      after,
      snapshotOf,
      whenDurable: (run) =>
        whenDurable(() => {
          if (this.#frames === frames && seat.open) run();
        }),
      admitted: (from, snapshot, events) => {
        this.#witness.fact({ kind: "subscribed", viewer: seat.viewer, after: from, fresh: snapshot !== null, events, framed: frames.position });
        seat.send({ type: "subscribed", snapshot, events });
      },
    });
  }

  credit(seat: Seat, position: number): void {
    const viewer = this.#seats.get(seat);
    if (viewer === undefined || this.#frames === undefined) return;
    this.#frames.credit(viewer, position);
    this.#witness.fact({ kind: "credited", viewer: seat.viewer, position: Math.min(position, this.#frames.position) });
  }

  disconnected(seat: Seat): void {
    seat.open = false;
    const viewer = this.#seats.get(seat);
    if (viewer !== undefined) this.#frames?.remove(viewer);
    this.#seats.delete(seat);
  }

  #send(frame: Frame): void {
    for (const seat of this.#inside) {
      this.#witness.fact({ kind: "framed", viewer: seat.viewer, after: frame.after, events: frame.events, creditFrames });
      seat.send({ type: "frame", frame });
    }
  }

  #viewerOf(seat: Seat): Viewer {
    const known = this.#seats.get(seat);
    if (known !== undefined) return known;
    const viewer: Viewer = {
      enter: () => this.#inside.add(seat),
      leave: () => this.#inside.delete(seat),
      lagged: () => seat.send({ type: "lagged" }),
    };
    this.#seats.set(seat, viewer);
    return viewer;
  }

  #planTick(): void {
    const nextMs = this.#frames?.nextMs();
    if (nextMs === undefined || this.#tickPlanned) return;
    this.#tickPlanned = true;
    this.#clock.at(nextMs, () => this.#tick());
  }

  #tick(): void {
    if (this.#stalled()) {
      this.#clock.after(stalledLookMs, () => this.#tick());
      return;
    }
    this.#tickPlanned = false;
    if (this.#frames?.nextMs() !== undefined) this.#frames.tick(this.#clock.nowMs);
    this.#planTick();
  }
}
