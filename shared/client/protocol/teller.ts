import type { NodeView } from "../../model/index.ts";

/** Views go to the server at most this often. */
const everyMs = 250;

/**
 * Tells the server what a node shows, when something of it changed that is more than the passing of time, and no more than
 * one view at a time: the newest counts.
 */
export class Teller {
  readonly #send: (view: NodeView) => Promise<void>;
  readonly #view: () => NodeView;
  #told: string | undefined;
  #busy = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;

  /** `send` may fail: then it is told again with the next change. */
  constructor(view: () => NodeView, send: (view: NodeView) => Promise<void>) {
    this.#view = view;
    this.#send = send;
  }

  /** Look whether there is something to tell. */
  look(): void {
    if (this.#timer === undefined && !this.#busy && !this.#stopped) void this.#tell();
  }

  /** A new session: the server knows nothing of the node. */
  forget(): void {
    this.#told = undefined;
    this.look();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  async #tell(): Promise<void> {
    const view = this.#view();
    const stand = standOf(view);
    if (stand === this.#told) return;
    this.#told = stand;
    this.#busy = true;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.look();
    }, everyMs);
    try {
      await this.#send(view);
    } catch {
      if (this.#told === stand) this.#told = undefined;
    } finally {
      this.#busy = false;
      this.#again();
    }
  }

  /** What changed while a view was on its way, where no timer looks for it. */
  #again(): void {
    if (this.#told !== undefined) this.look();
  }
}

function standOf({ role, term, leader, votedFor, votes, members, joining, log }: NodeView): string {
  return JSON.stringify([role, term, leader, votedFor, votes, members, joining, log?.last, log?.commit]);
}
