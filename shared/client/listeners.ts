/** Who wants to hear of something. One that throws hinders neither the others nor the one who tells. */
export class Listeners<A extends readonly unknown[] = []> {
  readonly #all = new Set<(...told: A) => void>();

  get size(): number {
    return this.#all.size;
  }

  /** Returns how to stop listening. */
  add(listener: (...told: A) => void): () => void {
    this.#all.add(listener);
    return () => void this.#all.delete(listener);
  }

  tell(...told: A): void {
    for (const listener of [...this.#all]) {
      try {
        listener(...told);
      } catch (error) {
        // The caller's own mistake: it surfaces as an uncaught error of the caller's program.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
