/** What the drawing benchmark reads from the page: gaps between frames and long tasks, in milliseconds. */
export interface FrameSample {
  readonly frames: number[];
  readonly tasks: number[];
  /** Events that were shown meanwhile. */
  readonly events: number;
  /** Nodes of React Flow that are elements now. */
  readonly mounted: number;
}

/** Collects from `start` to `stop`. */
export class FrameSampler {
  events = 0;
  #frames: number[] = [];
  #tasks: number[] = [];
  #began = 0;
  #running = false;
  readonly #observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) this.#tasks.push(entry.duration);
  });

  start(): void {
    this.#frames = [];
    this.#tasks = [];
    this.#began = this.events;
    this.#running = true;
    this.#observer.observe({ type: "longtask" });
    requestAnimationFrame((first) => this.#next(first));
  }

  stop(): FrameSample {
    this.#running = false;
    this.#observer.disconnect();
    return { frames: this.#frames, tasks: this.#tasks, events: this.events - this.#began, mounted: document.querySelectorAll(".react-flow__node").length };
  }

  #next(before: number): void {
    requestAnimationFrame((now) => {
      if (!this.#running) return;
      this.#frames.push(now - before);
      this.#next(now);
    });
  }
}

declare global {
  interface Window {
    benchFrames: FrameSampler;
  }
}
