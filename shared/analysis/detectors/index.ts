import type { Event, Finding } from "../../model/index.ts";
import type { State } from "../../state/index.ts";
import type { LivenessOptions } from "../liveness.ts";
import { ConvoyDetector } from "./convoy.ts";
import type { Detector, Failure } from "./detector.ts";
import { Failures } from "./failures.ts";
import { LivelockDetector } from "./livelock.ts";
import { LockOrderDetector } from "./lock-order.ts";
import { PriorityInversionDetector } from "./priority-inversion.ts";
import { SplitBrainDetector } from "./split-brain.ts";
import { StaleHolderDetector } from "./stale-holder.ts";
import { StarvationDetector } from "./starvation.ts";

export type { Detector, Failure } from "./detector.ts";

export interface DetectorOptions {
  readonly liveness?: LivenessOptions;
  /** Last heartbeat of a session, where heartbeats are known. */
  readonly renewedMs?: (session: string) => number | undefined;
}

/** All detectors of a space, fed together. */
export class Detectors {
  readonly #failures = new Failures();
  readonly #livelock = new LivelockDetector();
  readonly #starvation = new StarvationDetector();
  readonly #convoy = new ConvoyDetector();
  readonly #staleHolder: StaleHolderDetector;
  readonly #inversion = new PriorityInversionDetector();
  readonly #lockOrder = new LockOrderDetector();
  readonly #splitBrain: SplitBrainDetector;

  constructor(options: DetectorOptions = {}) {
    this.#staleHolder = new StaleHolderDetector(options);
    this.#splitBrain = new SplitBrainDetector(options);
  }

  /** How many records they keep together. */
  get size(): number {
    const all = [this.#failures, this.#livelock, this.#starvation, this.#convoy, this.#staleHolder, this.#lockOrder, this.#splitBrain];
    return all.reduce((sum, one) => sum + one.size, 0);
  }

  /** Does anything look bad enough to be looked at again though nothing happens? */
  get isWary(): boolean {
    return this.#livelock.size + this.#starvation.size + this.#convoy.size > 0 || this.#splitBrain.isWary;
  }

  /** Every event once, in order, with the state just after its command. */
  feed(event: Event, state: State): void {
    const failure = this.#failures.of(event, state);
    if (failure !== undefined) this.failed(failure, state);
    this.#livelock.feed(event, state);
    this.#starvation.feed(event, state);
    this.#staleHolder.feed(event, state);
    this.#lockOrder.feed(event, state);
    this.#splitBrain.feed(event, state);
  }

  /** A failed attempt that left no event: a try that was refused. */
  failed(failure: Failure, state: State): void {
    this.#livelock.failed(failure, state);
    this.#starvation.failed(failure);
  }

  /** What they think now. Somebody who starves within a livelock is told of once. */
  findings(state: State, nowMs: number): Finding[] {
    const livelocks = this.#livelock.findings(state, nowMs);
    const looping = new Set(livelocks.flatMap((found) => found.agents));
    const others: Detector[] = [this.#convoy, this.#staleHolder, this.#inversion, this.#lockOrder, this.#splitBrain];
    const starving = this.#starvation.findings(state, nowMs).filter((found) => !found.agents.some((agent) => looping.has(agent)));
    return [...livelocks, ...starving, ...others.flatMap((one) => one.findings(state, nowMs))];
  }
}
