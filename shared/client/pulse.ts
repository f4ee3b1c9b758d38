import { type Certainty, type Instant, instantNow, type Lease } from "./lease.ts";

export interface PulseEvents {
  /** Send a heartbeat now. Called whether or not the last one was answered: a renewal loop never ends at an error. */
  beat(sent: Instant): void;
  changed(certainty: Certainty): void;
}

/** The timers of one lease: a heartbeat every third of it, more while it is in doubt, and a look at the clock when its certainty may change. */
export class Pulse {
  readonly #lease: Lease;
  readonly #events: PulseEvents;
  #told: Certainty = "held";
  #beatTimer: ReturnType<typeof setTimeout> | undefined;
  #lookTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(lease: Lease, events: PulseEvents) {
    this.#lease = lease;
    this.#events = events;
    this.#armBeat();
    this.look();
  }

  beatNow(): void {
    clearTimeout(this.#beatTimer);
    this.#armBeat();
    this.#events.beat(instantNow());
  }

  /** Looks at the clock, tells a change, and looks again when the next one is due. */
  look(): void {
    clearTimeout(this.#lookTimer);
    const now = instantNow();
    const certainty = this.#lease.certainty(now);
    const inMs = this.#lease.changesInMs(now);
    if (inMs !== undefined) this.#lookTimer = setTimeout(() => this.look(), Math.max(1, Math.ceil(inMs)));
    if (certainty === this.#told) return;
    this.#told = certainty;
    if (certainty === "uncertain") {
      clearTimeout(this.#beatTimer);
      this.#armBeat();
    }
    this.#events.changed(certainty);
  }

  stop(): void {
    clearTimeout(this.#beatTimer);
    clearTimeout(this.#lookTimer);
  }

  #armBeat(): void {
    // In doubt there is no room for one more lost heartbeat, so several go in what is left.
    this.#beatTimer = setTimeout(() => this.beatNow(), this.#lease.ttlMs / (this.#told === "uncertain" ? 15 : 3));
  }
}
