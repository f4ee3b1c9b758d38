import { evolve, fromSnapshot, type State } from "../../shared/state/index.ts";
import { cursorStore } from "../stores/cursor.ts";
import { EventLog } from "../stores/event-log.ts";
import { showPast } from "../stores/world.ts";
import type { Moment } from "./messages.ts";
import { type TraceClient, TraceRefusal } from "./trace-client.ts";
import type { TraceIndex } from "./trace-index.ts";

/** How far back the log is filled when the cursor has come to rest, and so many events at a time: a seek waits for no more. */
const olderEvents = 10_000;
const olderAtOnce = 2_500;
const restMs = 250;

/**
 * The moments of one open trace: asks for the one where the cursor is wanted and shows it, in the world, where every view
 * looks anyway. One question is under way at a time: where the cursor went meanwhile is asked for next.
 */
export class Moments {
  readonly #client: TraceClient;
  /** Of the worker's trace: the cursor's own index while a space's history is read is the recent one. */
  readonly #index: TraceIndex;
  #state: State | null = null;
  #log = new EventLog();
  #wanted: { readonly position: number; readonly atMs: number | undefined } | undefined;
  #busy = false;
  #resting: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  /** @param wanted the position to begin at, where one is asked for */
  constructor(client: TraceClient, index: TraceIndex, wanted: number | undefined) {
    this.#client = client;
    this.#index = index;
    if (wanted !== undefined) this.#wanted = { position: wanted, atMs: undefined };
  }

  /** Whether a moment is shown, or is about to be. */
  get begun(): boolean {
    return this.#state !== null || this.#wanted !== undefined || this.#busy;
  }

  /** Where the cursor is on its way to and was not asked for yet. */
  get wanted(): number | undefined {
    return this.#wanted?.position;
  }

  /** Nothing more is asked or shown. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#resting);
  }

  /** Shows the state after this event as of this time, or of the event's own; latest wins. */
  want(position: number, atMs?: number): void {
    this.#wanted = { position, atMs };
    void this.pump();
  }

  /** Asks for where the cursor is wanted, as long as that is elsewhere. Call when more of the trace is there, too. */
  async pump(): Promise<void> {
    if (this.#closed || this.#busy || this.#wanted === undefined) return;
    const { done } = cursorStore.getState().reading;
    if (this.#index.to < this.#index.from && !done) return;
    if (this.#wanted.position > this.#index.to && !done) return;
    const { position: asked, atMs } = this.#wanted;
    const position = Math.min(Math.max(asked, this.#index.from - 1), this.#index.to);
    this.#wanted = undefined;
    this.#busy = true;
    try {
      const moment = await this.#client.ask("seek", { shown: this.#state?.position ?? null, to: position });
      if (this.#closed) return;
      this.#apply(moment, atMs ?? this.#index.timeAt(position));
    } catch (error) {
      if (this.#closed) return;
      cursorStore.setState({
        wanted: null,
        problem: error instanceof TraceRefusal ? error.problem : { message: error instanceof Error ? error.message : String(error) },
      });
    } finally {
      this.#busy = false;
    }
    void this.pump();
  }

  show(state: State, log: EventLog, atMs: number): void {
    [this.#state, this.#log] = [state, log];
    const { playing, atMs: runs } = cursorStore.getState();
    // While it plays, the cursor runs on ahead of what was asked for.
    const shownMs = playing ? Math.max(atMs, runs) : atMs;
    cursorStore.setState({ position: state.position, atMs: shownMs, wanted: this.wanted ?? null });
    showPast({ space: state.space, state, events: log, lastSeenMs: shownMs });
    this.rest();
  }

  /** When the cursor has come to rest, the log gets more of what was before. */
  rest(): void {
    clearTimeout(this.#resting);
    if (!this.#closed) this.#resting = setTimeout(() => void this.#fill(this.#log), restMs);
  }

  #apply(moment: Moment, atMs: number): void {
    let [state, log] = [this.#state, this.#log];
    if (moment.kind === "jump" || state === null) {
      if (moment.kind === "steps") throw new Error("The trace sent steps where nothing is shown.");
      state = fromSnapshot(moment.snapshot);
      log = new EventLog(undefined, moment.position - moment.events.length);
    } else for (const event of moment.events) evolve(state, event);
    log.append(moment.events);
    this.show(state, log, atMs);
  }

  async #fill(log: EventLog): Promise<void> {
    const first = Math.max(this.#index.from, log.to - olderEvents);
    while (log.from > first && this.#index.to >= log.from - 1) {
      if (cursorStore.getState().playing || this.#busy || this.#wanted !== undefined) return;
      const events = await this.#client.ask("events", { first: Math.max(first, log.from - olderAtOnce), last: log.from - 1 }).catch(() => []);
      if (this.#closed || log !== this.#log || log.prepend(events) === 0) return;
    }
  }
}
