/** Runs something at once, and then at most once in `everyMs`: the last time for all that was asked for meanwhile. */
export class Throttle {
  readonly #run: () => void;
  readonly #everyMs: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = false;

  constructor(run: () => void, everyMs: number) {
    this.#run = run;
    this.#everyMs = everyMs;
  }

  ask(): void {
    this.#asked = true;
    if (this.#timer === undefined) this.#do();
  }

  /** What was asked for and not done yet is not done any more. */
  cancel(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#asked = false;
  }

  #do(): void {
    this.#asked = false;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#asked) this.#do();
    }, this.#everyMs);
    this.#run();
  }
}
