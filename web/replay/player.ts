import { cursorStore } from "../stores/cursor.ts";

/** A page that was hidden for a while does not catch up with what it did not show. */
const longestFrameMs = 250;

/** Runs the cursor on, frame by frame, as long as it plays. */
export class Player {
  readonly #advance: (elapsedMs: number) => void;
  #frame: number | undefined;

  constructor(advance: (elapsedMs: number) => void) {
    this.#advance = advance;
  }

  play(): void {
    cursorStore.setState({ playing: true });
    let lastMs: number | undefined;
    const frame = (frameMs: number) => {
      if (!cursorStore.getState().playing) return;
      this.#frame = requestAnimationFrame(frame);
      this.#advance(Math.min(longestFrameMs, frameMs - (lastMs ?? frameMs)));
      lastMs = frameMs;
    };
    this.#frame = requestAnimationFrame(frame);
  }

  pause(): void {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#frame = undefined;
    if (cursorStore.getState().playing) cursorStore.setState({ playing: false });
  }
}
