import type { Event } from "../../shared/model/index.ts";

/** How one resource was used in a span of time, read from its events. */
export interface Usage {
  readonly grants: number;
  readonly waitMs: Quantiles | undefined;
  readonly holdMs: Quantiles | undefined;
  readonly refusedWrites: number;
  readonly forced: number;
  /** Milliseconds held and waited in each of equal slices of the span, oldest first. Several at once add up. */
  readonly slices: readonly { readonly heldMs: number; readonly waitedMs: number }[];
}

export interface Quantiles {
  readonly median: number;
  readonly p95: number;
}

/** `low + rank`: the smallest value that this share of all does not exceed. */
export function quantiles(values: readonly number[]): Quantiles | undefined {
  if (values.length === 0) return undefined;
  const sorted = [...values].sort((left, right) => left - right);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return { median: at(0.5), p95: at(0.95) };
}

/**
 * Reads the use of just this resource between two times. Holds and waits that began before the events known, or have not
 * ended, count in the slices from what the events tell; only ended holds count in the quantiles.
 */
export function usageOf(events: Iterable<Event>, resource: string, fromMs: number, toMs: number, sliceCount = 48): Usage {
  const sliceMs = (toMs - fromMs) / sliceCount;
  const slices = Array.from({ length: sliceCount }, () => ({ heldMs: 0, waitedMs: 0 }));
  const spread = (what: "heldMs" | "waitedMs", startMs: number, endMs: number) => {
    const last = Math.min(sliceCount - 1, Math.floor((endMs - fromMs) / sliceMs));
    for (let slice = Math.max(0, Math.floor((startMs - fromMs) / sliceMs)); slice <= last; slice++) {
      const begins = fromMs + slice * sliceMs;
      const one = slices[slice];
      if (one !== undefined) one[what] += Math.max(0, Math.min(endMs, begins + sliceMs) - Math.max(startMs, begins));
    }
  };
  const held = new Map<string, number>();
  const waits = new Map<number, number>();
  const waited: number[] = [];
  const holds: number[] = [];
  let grants = 0;
  let refusedWrites = 0;
  let forced = 0;
  for (const event of events) {
    if (event.atMs > toMs) break;
    const inSpan = event.atMs >= fromMs;
    if (event.type === "lock.queued") {
      if (event.wait.wants.some((want) => want.resource === resource)) waits.set(event.wait.request, event.wait.queuedMs);
    } else if (event.type === "lock.dequeued") {
      const queuedMs = waits.get(event.request);
      if (queuedMs !== undefined) spread("waitedMs", queuedMs, event.atMs);
      waits.delete(event.request);
    } else if (event.type === "lock.granted") {
      for (const lock of event.locks) {
        if (lock.resource !== resource) continue;
        held.set(lock.fence, lock.grantedMs);
        if (lock.waitedMs > 0) spread("waitedMs", lock.grantedMs - lock.waitedMs, lock.grantedMs);
        if (inSpan) {
          grants += 1;
          waited.push(lock.waitedMs);
        }
      }
      if (event.request !== undefined) waits.delete(event.request);
    } else if (event.type === "lock.released" && event.resource === resource) {
      const grantedMs = held.get(event.fence);
      if (grantedMs !== undefined) {
        spread("heldMs", grantedMs, event.atMs);
        if (inSpan) holds.push(event.atMs - grantedMs);
      }
      if (event.why === "forced" && inSpan) forced += 1;
      held.delete(event.fence);
    } else if ((event.type === "lock.upgraded" || event.type === "lock.transferred") && event.resource === resource) {
      const grantedMs = held.get(event.fence);
      held.delete(event.fence);
      if (grantedMs !== undefined) held.set(event.newFence, grantedMs);
    } else if (event.type === "guard.refused" && event.resource === resource && inSpan) refusedWrites += 1;
  }
  for (const grantedMs of held.values()) spread("heldMs", grantedMs, toMs);
  for (const queuedMs of waits.values()) spread("waitedMs", queuedMs, toMs);
  return { grants, waitMs: quantiles(waited), holdMs: quantiles(holds), refusedWrites, forced, slices };
}
