import type { Event, Snapshot } from "../../shared/model/index.ts";
import type { StateAnswer } from "../../shared/protocol/index.ts";
import { livePort } from "../connection/port.ts";
import { liveStore } from "../stores/world.ts";

const growEveryMs = 1_000;
const pageEvents = 5_000;
/** A past of at most so many events is read from its beginning. */
const readWhole = 100_000;

export interface HistoryReader {
  /** `complete`: that is all, for now; with the first events the state before them, where that is not the beginning. */
  pages(page: { readonly events: readonly Event[]; readonly complete: boolean; readonly snapshot?: Snapshot }): void;
  failed(message: string): void;
}

/** Reads the live space's history page by page, and then on as it grows, until it is stopped. */
export class SpaceHistory {
  readonly #reader: HistoryReader;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;
  #after = 0;
  #snapshot: Snapshot | undefined;

  constructor(reader: HistoryReader) {
    this.#reader = reader;
  }

  /** Begins so that what was at `at` is known soon; with `whole` as far back as there is anything. */
  async begin(at: number, whole: boolean): Promise<void> {
    const state = await stateBefore(at, whole);
    if (this.#stopped) return;
    if (!state.ok) return this.#reader.failed(state.error.message);
    this.#snapshot = state.snapshot ?? undefined;
    this.#after = this.#snapshot?.position ?? 0;
    await this.#read();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  async #read(): Promise<void> {
    for (let more = true; more; ) {
      const answer = await livePort().history({ after: this.#after, limit: pageEvents });
      if (this.#stopped) return;
      if (!answer.ok) {
        // The connection may come back.
        if (answer.error.code !== "unavailable") this.#reader.failed(answer.error.message);
        break;
      }
      const snapshot = this.#snapshot;
      this.#reader.pages({ events: answer.events, complete: !answer.more, ...(snapshot === undefined ? {} : { snapshot }) });
      if (answer.events.length > 0) this.#snapshot = undefined;
      this.#after = answer.events.at(-1)?.position ?? this.#after;
      more = answer.more;
    }
    this.#later();
  }

  #later(): void {
    this.#timer = setTimeout(() => {
      if ((liveStore.getState().state?.position ?? 0) > this.#after) void this.#read();
      else this.#later();
    }, growEveryMs);
  }
}

/** The state to begin to read from; a null one is the space's beginning. */
async function stateBefore(at: number, whole: boolean): Promise<StateAnswer> {
  const last = liveStore.getState().state?.position ?? 0;
  const near = await livePort().state(whole ? 0 : at);
  if (!near.ok) return near;
  const reachesBack = near.oldest <= 1;
  if (reachesBack && (whole || last <= readWhole)) return { ...near, snapshot: null };
  if (reachesBack || near.snapshot !== null) return near;
  // Nobody knows any more what stood before the oldest event: any state that is kept is as far back as it goes.
  const kept = await livePort().state(last);
  if (!kept.ok || kept.snapshot !== null) return kept;
  return { ok: false, error: { code: "notFound", message: "The server has no state of this space's past to begin from. Record it: a recording has one." } };
}
