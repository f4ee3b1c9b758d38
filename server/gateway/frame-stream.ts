import { creditFrames, Frames, type FramesOptions, type Viewer } from "../../shared/host/index.ts";
import type { Event } from "../../shared/model/index.ts";

export { creditFrames, type Viewer };

/** The frames of a space, sent in real time. */
export class FrameStream {
  readonly #frames: Frames;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: FramesOptions) {
    this.#frames = new Frames(options);
  }

  /** End of the last frame. */
  get position(): number {
    return this.#frames.position;
  }

  get viewers(): number {
    return this.#frames.viewers;
  }

  publish(events: readonly Event[]): void {
    this.#frames.publish(events);
    const nextMs = this.#frames.nextMs();
    if (nextMs !== undefined) this.#timer ??= setTimeout(this.#tick, Math.max(0, nextMs - performance.now()));
  }

  /** As `Frames.admit`. */
  admit(viewer: Viewer, position: number, admitted: () => void): void {
    this.#frames.admit(viewer, position, admitted);
  }

  /** As `Frames.credit`. */
  credit(viewer: Viewer, position: number): void {
    this.#frames.credit(viewer, position);
  }

  remove(viewer: Viewer): void {
    this.#frames.remove(viewer);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#frames.close();
  }

  readonly #tick = (): void => {
    this.#timer = undefined;
    this.#frames.tick(performance.now());
  };
}
