import { SignalboxError } from "../errors.ts";

interface Waiting {
  readonly resolve: (value: string) => void;
  readonly reject: (error: unknown) => void;
  readonly timer: ReturnType<typeof setTimeout>;
}

/** What was asked of a node and is not answered yet. */
export class Asks {
  readonly #waiting = new Map<string, Waiting>();
  #last = 0;
  readonly #prefix: string;

  /** Ids begin with `prefix`, so that nobody else gives the same ones. */
  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** An id that nobody else gives. */
  newId(): string {
    this.#last++;
    return `${this.#prefix}-${this.#last}`;
  }

  /**
   * Asks under an id. Throws `conflict` where that waits for its answer already, `deadline` when there is none within the time:
   * whether it was done is not known then.
   */
  ask(id: string, withinMs: number, put: () => void): Promise<string> {
    if (this.#waiting.has(id)) return Promise.reject(new SignalboxError("conflict", `${id} was asked and is not answered yet.`));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        reject(new SignalboxError("deadline", `The group did not answer within ${withinMs} ms: whether it was done is not known.`));
      }, withinMs);
      this.#waiting.set(id, { resolve, reject, timer });
      put();
    });
  }

  answered(id: string, value: string): void {
    this.#take(id)?.resolve(value);
  }

  refused(id: string, why: string): void {
    this.#take(id)?.reject(new SignalboxError("unavailable", `The node refused: ${why}.`));
  }

  unknown(id: string, why: string): void {
    this.#take(id)?.reject(new SignalboxError("unknown", `Whether this is done is not known: ${why}.`));
  }

  end(error: SignalboxError): void {
    for (const id of [...this.#waiting.keys()]) this.#take(id)?.reject(error);
  }

  #take(id: string): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    clearTimeout(waiting?.timer);
    return waiting;
  }
}
