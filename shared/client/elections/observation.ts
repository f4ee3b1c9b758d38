import type { Group, Leader } from "../../model/index.ts";
import { Listeners } from "../listeners.ts";

/** Who leads a group, as this agent is told. Iterate over it: first who leads now, then who leads after each change. */
export class Observation implements AsyncDisposable, AsyncIterable<Leader | null> {
  readonly group: Group;
  readonly #leader: () => Leader | null;
  readonly #stop: (observation: Observation) => Promise<void>;
  readonly #changes = new Listeners<[Leader | null]>();
  readonly #ends = new Listeners();
  #ended = false;

  /** @internal Observations come from `Box.observe`. */
  constructor(group: Group, leader: () => Leader | null, stop: (observation: Observation) => Promise<void>) {
    this.group = group;
    this.#leader = leader;
    this.#stop = stop;
  }

  /** Who leads, with its `term` and what it proclaims as `value`; null when nobody does. While the connection is lost: who led last. */
  get leader(): Leader | null {
    return this.#leader();
  }

  /** Called with each change of the leader, or of what it proclaims. Returns how to stop listening. */
  onChange(listener: (leader: Leader | null) => void): () => void {
    return this.#changes.add(listener);
  }

  /** Ends when the observation does. Whoever is slower than the changes gets the newest only. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Leader | null, void> {
    let changed = true;
    let wake = (): void => undefined;
    const poke = (): void => {
      changed = true;
      wake();
    };
    const stops = [this.#changes.add(poke), this.#ends.add(() => wake())];
    try {
      while (!this.#ended) {
        if (!changed) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
          continue;
        }
        changed = false;
        yield this.leader;
      }
    } finally {
      for (const stop of stops) stop();
    }
  }

  /** Is told no more; a second call does nothing. */
  async stop(): Promise<void> {
    if (this.#ended) return;
    this.end();
    await this.#stop(this);
  }

  /** Never throws. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop().catch(() => undefined);
  }

  /** @internal */
  changed(): void {
    this.#changes.tell(this.leader);
  }

  /** @internal */
  end(): void {
    this.#ended = true;
    this.#ends.tell();
  }
}
