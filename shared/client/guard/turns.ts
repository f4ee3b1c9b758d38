/** Lets work on the same keys run one after the other, in the order in which it came; work on other keys runs beside it. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  async take<T>(keys: readonly string[], work: () => Promise<T>): Promise<T> {
    // Whoever comes later waits for this one on every key it shares, so no two can wait for each other.
    const before = keys.map((key) => this.#last.get(key));
    const mine = Promise.allSettled(before).then(work);
    for (const key of keys) this.#last.set(key, mine);
    try {
      return await mine;
    } finally {
      for (const key of keys) if (this.#last.get(key) === mine) this.#last.delete(key);
    }
  }
}
