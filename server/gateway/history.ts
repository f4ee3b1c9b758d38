import type { z } from "zod";
import type { Event } from "../../shared/model/index.ts";
import type { historySchema } from "../../shared/protocol/index.ts";
import { actTypes, isAct } from "../host/acts.ts";
import type { Space } from "../host/space.ts";

/** How many events one question may look through. */
const scannedEvents = 1_000_000;
const chunkEvents = 2_000;

export interface Past {
  readonly events: readonly Event[];
  /** There is more in the range than was returned. */
  readonly more: boolean;
}

/** Durable events of a range. Newest first when asked so; bounded in what it returns and in what it looks through. */
export async function readHistory(space: Space, { after, to, newest, acts, limit }: z.infer<typeof historySchema>): Promise<Past> {
  const last = Math.min(to ?? space.durablePosition, space.durablePosition);
  const first = Math.max(after, space.oldestPosition - 1);
  if (!newest) return forwards(space, first, last, acts, limit);
  return acts ? newestActs(space, first, last, limit) : newestEvents(space, first, last, limit);
}

async function forwards(space: Space, after: number, to: number, acts: boolean, limit: number): Promise<Past> {
  const found: Event[] = [];
  let scanned = 0;
  for await (const chunk of space.journal.read(after, to)) {
    for (const event of chunk) {
      if (acts && !isAct(event)) continue;
      if (found.length === limit) return { events: found, more: true };
      found.push(event);
    }
    scanned += chunk.length;
    if (scanned >= scannedEvents) return { events: found, more: true };
  }
  return { events: found, more: false };
}

async function newestEvents(space: Space, after: number, to: number, limit: number): Promise<Past> {
  const wanted = Math.min(limit, Math.max(0, to - after));
  const events = wanted === 0 ? [] : await space.journal.newest({ limit: wanted, to });
  return { events, more: to - after > wanted };
}

/** First those at hand, then further back in the journal; what is found there is at hand from then on. */
async function newestActs(space: Space, after: number, to: number, limit: number): Promise<Past> {
  const found = space.acts.newest(after, to);
  let until = Math.min(to, space.acts.since);
  const farthest = Math.max(after, until - scannedEvents);
  while (until > farthest && found.length <= limit) {
    const chunk = await space.journal.newest({ limit: chunkEvents, to: until, types: actTypes });
    const since = chunk.length < chunkEvents ? space.oldestPosition - 1 : (chunk.at(-1)?.position ?? 1) - 1;
    const acts = chunk.filter(isAct);
    space.acts.extend(acts, until, since);
    found.push(...acts.filter(({ position }) => position > after));
    until = since;
  }
  return { events: found.slice(0, limit), more: found.length > limit || until > after };
}
