import type { Event, Snapshot } from "../../shared/model/index.ts";
import type { Message } from "../../shared/trace/import/index.ts";
import { type HoldSpan, SpanReader } from "../../shared/trace/spans.ts";

/** Where and when a message was sent, a lock let go, or either taken up. */
export interface ArrowEnd {
  readonly atMs: number;
  readonly position: number;
  readonly agent: string | null;
  readonly resource: string | null;
}

/** Holds that ended lately and may yet be what let somebody in. */
const rememberedEnds = 20_000;
/** Messages that wait for their other end. */
const openSendsAtMost = 1_000_000;

/** Reads what happened because of what: a grant because of a release, a message's receipt because it was sent. */
export class ArrowReader {
  readonly #tell: (from: ArrowEnd, to: ArrowEnd) => void;
  readonly #ends = new Map<string, ArrowEnd>();
  /** By the position at which it is taken up. */
  readonly #received = new Map<number, readonly Message[]>();
  readonly #sent = new Map<number, ArrowEnd>();
  readonly #sends = new Set<number>();
  readonly #spans = new SpanReader({ holdBegan: (hold) => this.#began(hold), holdEnded: (hold) => this.#ended(hold) });

  constructor(tell: (from: ArrowEnd, to: ArrowEnd) => void) {
    this.#tell = tell;
  }

  begin(before: Snapshot | undefined, messages: readonly Message[]): void {
    this.#spans.begin(before);
    for (const message of messages.slice(0, openSendsAtMost)) {
      const { from, to } = message;
      if (from.position === undefined || to.position === undefined) continue;
      this.#sends.add(from.position);
      this.#received.set(to.position, [...(this.#received.get(to.position) ?? []), message]);
    }
  }

  take(event: Event): void {
    this.#spans.add(event);
    if (this.#sends.size === 0) return;
    const { position, atMs } = event;
    if (this.#sends.has(position)) this.#sent.set(position, { atMs, position, agent: null, resource: null });
    for (const { from, to } of this.#received.get(position) ?? []) {
      const sent = this.#sent.get(from.position as number);
      // Clocks that contradict themselves may have it received first.
      if (sent !== undefined) this.#tell({ ...sent, agent: from.agent }, { atMs, position, agent: to.agent, resource: null });
    }
  }

  #ended({ id, agent, resource, endMs, endPosition }: HoldSpan): void {
    if (endMs === undefined || endPosition === undefined) return;
    this.#ends.set(id, { atMs: endMs, position: endPosition, agent, resource });
    const [oldest] = this.#ends.keys();
    if (this.#ends.size > rememberedEnds && oldest !== undefined) this.#ends.delete(oldest);
  }

  #began({ after, agent, resource, startMs, startPosition }: HoldSpan): void {
    const from = after === undefined ? undefined : this.#ends.get(after.id);
    // A lock that goes on with the same agent follows from nobody else.
    if (from === undefined || startPosition === undefined || from.agent === agent) return;
    this.#tell(from, { atMs: startMs, position: startPosition, agent, resource });
  }
}
