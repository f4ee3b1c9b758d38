import type { Event, Finding } from "../../model/index.ts";
import type { State } from "../../state/index.ts";
import { plural } from "../words.ts";
import { type Detector, findingId, keepNewest } from "./detector.ts";

const sampleEveryMs = 5_000;
/** One minute of samples. */
const samplesKept = 12;
const samplesAtLeast = 7;
/** A queue shorter than this is nothing to look at; neither is one that grew by less. */
const lengthAtLeast = 8;
const growthAtLeast = 4;
const queuesAtMost = 1_000;

/**
 * A convoy: a queue that only grows, because more come than are served. One that is long but stays as long, or that grew at
 * once and drains, is none. It is over when the queue is half as long as it was. Memory: a minute of lengths for each queue
 * of eight or more.
 */
export class ConvoyDetector implements Detector {
  readonly #lengths = new Map<string, { readonly samples: number[]; peak: number; sinceMs: number }>();
  #sampledMs = 0;

  get size(): number {
    return this.#lengths.size;
  }

  feed(_event: Event, _state: State): void {}

  findings(state: State, nowMs: number): Finding[] {
    if (nowMs - this.#sampledMs >= sampleEveryMs) {
      this.#sampledMs = nowMs;
      this.#sample(state, nowMs);
    }
    const findings: Finding[] = [];
    for (const [resource, queue] of this.#lengths) if (queue.peak > 0) findings.push(describe(state, resource, queue));
    return findings;
  }

  #sample(state: State, nowMs: number): void {
    const lengths = new Map<string, number>();
    for (const wait of state.waits.values()) for (const want of wait.wants) lengths.set(want.resource, (lengths.get(want.resource) ?? 0) + 1);
    for (const resource of this.#lengths.keys()) if ((lengths.get(resource) ?? 0) < lengthAtLeast / 2) this.#lengths.delete(resource);
    for (const [resource, length] of lengths) {
      const known = this.#lengths.get(resource);
      if (known === undefined) {
        if (length >= lengthAtLeast / 2 && this.#lengths.size < queuesAtMost) this.#lengths.set(resource, { samples: [length], peak: 0, sinceMs: nowMs });
        continue;
      }
      keepNewest(known.samples, length, samplesKept);
      if (known.peak > 0) {
        known.peak = length * 2 <= known.peak ? 0 : Math.max(known.peak, length);
      } else if (onlyGrows(known.samples)) {
        known.peak = length;
        known.sinceMs = nowMs - (known.samples.length - 1) * sampleEveryMs;
      }
    }
  }
}

function onlyGrows(samples: readonly number[]): boolean {
  const first = samples.at(-samplesAtLeast);
  const last = samples.at(-1);
  if (first === undefined || last === undefined || last < lengthAtLeast || last - first < growthAtLeast) return false;
  const recent = samples.slice(-samplesAtLeast);
  // Grown in at least half of the steps, shrunk in none: a burst grows once.
  const steps = recent.slice(1).map((length, at) => length - (recent[at] as number));
  return steps.every((step) => step >= 0) && 2 * steps.filter((step) => step > 0).length >= steps.length;
}

function describe(state: State, resource: string, queue: { readonly samples: readonly number[]; readonly peak: number; readonly sinceMs: number }): Finding {
  const holders: string[] = [];
  state.index.locks.some(resource, (lock) => {
    if (lock.coolingUntilMs === undefined && !holders.includes(lock.agent)) holders.push(lock.agent);
    return holders.length >= 4;
  });
  return {
    finding: findingId("convoy", [resource]),
    kind: "convoy",
    agents: holders,
    resources: [resource],
    because: [
      `its queue grew from ${queue.samples[0]} to ${queue.samples.at(-1)} and never got shorter`,
      `${plural(queue.samples.length, "look")}, one every ${sampleEveryMs / 1_000} s`,
      holders.length === 0 ? "nobody holds it now" : `held by ${holders.join(", ")}`,
    ],
    sinceMs: queue.sinceMs,
    plan: { act: "look", resource, why: "More ask for it than are served: split it, hold it shorter, or take parts of it." },
  };
}
