import type { Resource } from "../model/index.ts";
import type { Notice } from "../protocol/index.ts";
import { overlaps } from "../state/patterns.ts";
import { SignalboxError } from "./errors.ts";

/** Longest time that a server may make a client stand back. */
const longestMs = 300_000;
/** Orders heeded at a time; beyond them the oldest is forgotten. */
const ordersAtMost = 16;
/** A refusal from here takes as long as one by a server that is busy: who tries again at once must not spin. */
const refusalMs = 100;

interface Order {
  readonly resources: readonly Resource[];
  readonly because: string;
  readonly untilMs: number;
}

/** A request that is about to be made. */
export interface Intention {
  readonly wants: readonly Resource[];
  /** What its session holds already. */
  readonly holds: readonly Resource[];
  readonly waitMs: number | undefined;
  readonly signal: AbortSignal | undefined;
}

/**
 * The server found this agent and others in a loop in which nobody gets anywhere, and asked this one to stand back from
 * what the loop is about. New requests for that wait until it is over; everything else goes on. Whoever still holds some of
 * it must not wait with it in its hands, or who is to go first could not: its requests are refused, so that it gives back.
 */
export class BackOff {
  #orders: Order[] = [];
  readonly #waiting = new Set<() => void>();

  /** May anything have to wait? */
  get isOn(): boolean {
    return this.#orders.length > 0;
  }

  /** Stands back from these resources for so long from now; whatever runs already stays. */
  begin({ ms, resources, because }: Extract<Notice, { type: "backOff" }>): void {
    this.#orders.push({ resources, because, untilMs: performance.now() + Math.min(ms, longestMs) });
    if (this.#orders.length > ordersAtMost) this.#orders.shift();
  }

  /** Lets everyone go on. */
  end(): void {
    this.#orders = [];
    for (const go of [...this.#waiting]) go();
  }

  /**
   * Resolves once nothing stands back from what is wanted, at once where nothing does, with what is left of `waitMs`.
   * What is held already may be taken once more. Throws the signal's reason; `backOff` when something has to be given back
   * first; `deadline` when `waitMs` is over before. A try, with `waitMs` 0, is `busy` instead of either.
   */
  async over({ wants, holds, waitMs, signal }: Intention): Promise<number | undefined> {
    const anew = wants.filter((resource) => !holds.includes(resource));
    const beganMs = performance.now();
    const deadlineMs = waitMs === undefined ? Number.POSITIVE_INFINITY : beganMs + waitMs;
    for (let order = this.#longest(anew); order !== undefined; order = this.#longest(anew)) {
      if (signal?.aborted) throw signal.reason;
      const { resources, untilMs } = order;
      const inTheWay = holds.filter((held) => resources.some((resource) => overlaps(resource, held)));
      if (inTheWay.length === 0 && untilMs <= deadlineMs) await this.#pause(untilMs - performance.now(), signal);
      else {
        const error = refusal(order, inTheWay, waitMs);
        await this.#pause(inTheWay.length > 0 ? refusalMs : Math.max(refusalMs, deadlineMs - performance.now()), signal);
        throw error;
      }
    }
    return waitMs === undefined ? undefined : Math.max(0, Math.round(deadlineMs - performance.now()));
  }

  /** The order on any of these that lasts longest. */
  #longest(wants: readonly Resource[]): Order | undefined {
    const nowMs = performance.now();
    this.#orders = this.#orders.filter(({ untilMs }) => untilMs > nowMs);
    const on = this.#orders.filter(({ resources }) => wants.some((want) => resources.some((resource) => overlaps(resource, want))));
    return on.sort((a, b) => b.untilMs - a.untilMs)[0];
  }

  #pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = (finish: () => void) => (): void => {
        clearTimeout(timer);
        this.#waiting.delete(go);
        signal?.removeEventListener("abort", giveUp);
        finish();
      };
      const go = done(resolve);
      const giveUp = done(() => reject(signal?.reason));
      const timer = setTimeout(go, ms);
      this.#waiting.add(go);
      signal?.addEventListener("abort", giveUp, { once: true });
    });
  }
}

function refusal({ because, untilMs }: Order, inTheWay: readonly Resource[], waitMs: number | undefined): SignalboxError {
  const retryMs = Math.ceil(untilMs - performance.now());
  const told = `This agent was told to stand back for ${retryMs} ms more: ${because}`;
  if (inTheWay.length === 0) return new SignalboxError(waitMs === 0 ? "busy" : "deadline", told, { retryMs });
  const advice = `Others need what it holds of that: release ${inTheWay.slice(0, 5).join(", ")}, then try again.`;
  return new SignalboxError(waitMs === 0 ? "busy" : "backOff", `${told} ${advice}`, { retryMs });
}
