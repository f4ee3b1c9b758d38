import type { Space } from "../host/space.ts";

/**
 * Position of the first durable event at or after a time, at most one past the last. Reads about twenty single events of
 * the journal, however long it is.
 */
export async function positionAt(space: Pick<Space, "journal" | "durablePosition" | "oldestPosition">, atMs: number): Promise<number> {
  let low = space.oldestPosition;
  let high = space.durablePosition + 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((await timeOf(space, middle)) < atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

async function timeOf(space: Pick<Space, "journal">, position: number): Promise<number> {
  for await (const [event] of space.journal.read(position - 1, position)) if (event !== undefined) return event.atMs;
  throw new RangeError(`there is no event at position ${position}`);
}
