import type { Event } from "../model/index.ts";
import type { Frame } from "../protocol/index.ts";
import { plants } from "../state/index.ts";

/** How many frames a viewer may be behind before frames are held back from it. */
export const creditFrames = 40;
/** At most 20 frames a second. */
const frameIntervalMs = 50;

/** One who watches the frames of a space. */
export interface Viewer {
  /** It gets every frame from now on. */
  enter(): void;
  /** It gets no more frames. */
  leave(): void;
  /** It was too slow and was taken off; it must subscribe anew. */
  lagged(): void;
}

interface Waiting {
  readonly viewer: Viewer;
  readonly position: number;
  readonly admitted: () => void;
}

export interface FramesOptions {
  /** The last position that viewers of an earlier process may have seen. */
  readonly position: number;
  /** The time of the space, for the frames. */
  readonly nowMs: () => number;
  /** Sends one frame to all who entered; encoded once for all of them. */
  readonly send: (frame: Frame) => void;
  /** Frames that a viewer may be behind. */
  readonly creditFrames?: number;
}

/**
 * Events for viewers, gathered into frames, without timers: whoever drives it calls `tick` when `nextMs` says so. A viewer
 * that does not give credit back for `creditFrames` frames is taken off: there is no back-pressure on a socket's emit, and a
 * slow viewer must not fill the server's memory. The server drives it with a timer, the simulator in virtual time.
 */
export class Frames {
  readonly #nowMs: () => number;
  readonly #send: (frame: Frame) => void;
  readonly #creditFrames: number;
  /** By viewer: the position up to which it has folded. */
  readonly #viewers = new Map<Viewer, number>();
  #waiting: Waiting[] = [];
  #pending: Event[] = [];
  #framed: number;
  /** Where the last frames ended, oldest first, at most `creditFrames` of them. */
  readonly #ends: number[] = [];
  #due = false;
  #sentAtMs = Number.NEGATIVE_INFINITY;

  constructor({ position, nowMs, send, ...options }: FramesOptions) {
    this.#framed = position;
    this.#nowMs = nowMs;
    this.#send = send;
    this.#creditFrames = options.creditFrames ?? creditFrames;
  }

  /** End of the last frame. */
  get position(): number {
    return this.#framed;
  }

  get viewers(): number {
    return this.#viewers.size;
  }

  publish(events: readonly Event[]): void {
    if (this.#viewers.size + this.#waiting.length + this.#pending.length === 0) {
      this.#framed = events.at(-1)?.position ?? this.#framed;
      return;
    }
    for (const event of events) this.#pending.push(event);
    this.#due = true;
  }

  /** When to call `tick` next, by the clock that `tick` is told; undefined when nothing is to be sent. May lie in the past. */
  nextMs(): number | undefined {
    return this.#due ? this.#sentAtMs + frameIntervalMs : undefined;
  }

  /**
   * Lets a viewer in as soon as frames have come as far as a position, which must be durable: `admitted` is called when
   * the next frame follows on `this.position`, in the same turn, so nothing can come in between.
   */
  admit(viewer: Viewer, position: number, admitted: () => void): void {
    this.remove(viewer);
    if (position <= this.#framed || plants.admittedEarly) this.#enter(viewer, admitted);
    else this.#waiting.push({ viewer, position, admitted });
  }

  /** The viewer has folded everything up to this position. */
  credit(viewer: Viewer, position: number): void {
    const folded = this.#viewers.get(viewer);
    if (folded !== undefined && position > folded) this.#viewers.set(viewer, Math.min(position, this.#framed));
  }

  remove(viewer: Viewer): void {
    if (this.#viewers.delete(viewer)) viewer.leave();
    if (this.#waiting.length > 0) this.#waiting = this.#waiting.filter((waiting) => waiting.viewer !== viewer);
  }

  close(): void {
    this.#due = false;
    this.#viewers.clear();
    this.#waiting = [];
  }

  /** Sends what has gathered as one frame. `nowMs` is of a clock that never goes back. */
  tick(nowMs: number): void {
    this.#due = false;
    this.#sentAtMs = nowMs;
    const events = plants.frameShort ? this.#pending.slice(-3) : this.#pending;
    const after = this.#framed;
    this.#pending = [];
    this.#framed = events.at(-1)?.position ?? after;
    if (this.#viewers.size > 0) this.#send({ after, serverMs: this.#nowMs(), events });
    this.#ends.push(this.#framed);
    if (this.#ends.length > this.#creditFrames) this.#takeOffWhoFoldedLess(this.#ends.shift() ?? 0);
    this.#letIn();
  }

  #takeOffWhoFoldedLess(position: number): void {
    if (plants.creditIgnored) return;
    for (const [viewer, folded] of this.#viewers) {
      if (folded >= position) continue;
      this.#viewers.delete(viewer);
      viewer.leave();
      viewer.lagged();
    }
  }

  #letIn(): void {
    if (this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    this.#waiting = waiting.filter(({ position }) => position > this.#framed);
    for (const { viewer, position, admitted } of waiting) if (position <= this.#framed) this.#enter(viewer, admitted);
  }

  #enter(viewer: Viewer, admitted: () => void): void {
    this.#viewers.set(viewer, this.#framed);
    viewer.enter();
    admitted();
  }
}
