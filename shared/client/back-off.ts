/** Longest time that a server may make a client stand back. */
const longestMs = 300_000;

/**
 * The server found this agent and others in a loop in which nobody gets anywhere, and asked this one to stand back. New
 * requests wait until that is over; everything else goes on.
 */
export class BackOff {
  #untilMs = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #waiting = new Set<() => void>();

  get isOn(): boolean {
    return this.#untilMs > 0;
  }

  /** Stands back for so long from now; a longer time that runs already stays. */
  begin(ms: number): void {
    const untilMs = performance.now() + Math.min(ms, longestMs);
    if (untilMs <= this.#untilMs) return;
    this.#untilMs = untilMs;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.end(), untilMs - performance.now());
  }

  /** Lets everyone go on. */
  end(): void {
    clearTimeout(this.#timer);
    this.#untilMs = 0;
    for (const go of [...this.#waiting]) go();
  }

  /** Resolves once nothing stands back any more, at once when nothing does. Rejects when the signal gives up before. */
  async over(signal: AbortSignal | undefined): Promise<void> {
    if (!this.isOn || signal?.aborted) return;
    await new Promise<void>((resolve, reject) => {
      const done = (finish: () => void) => (): void => {
        this.#waiting.delete(go);
        signal?.removeEventListener("abort", giveUp);
        finish();
      };
      const go = done(resolve);
      const giveUp = done(() => reject(signal?.reason));
      this.#waiting.add(go);
      signal?.addEventListener("abort", giveUp, { once: true });
    });
  }
}
