import type { z } from "zod";
import type { Event } from "../../shared/model/index.ts";
import type { historySchema } from "../../shared/protocol/index.ts";
import type { Space } from "../host/space.ts";

/** How many events one question may look through. */
const scannedEvents = 100_000;
const chunkEvents = 2_000;

/** Types that can be an act; of some, only those that name an actor are. */
const actTypes = ["lock.released", "session.ended", "resource.configured", "resource.frozen", "resource.thawed", "guard.refused"] as const;

/** What an operator did, what was done by force, and what a guard had to refuse because of it. */
function isAct(event: Event): boolean {
  switch (event.type) {
    case "lock.released":
    case "session.ended":
      return event.actor !== undefined;
    case "resource.configured":
    case "resource.frozen":
    case "resource.thawed":
    case "guard.refused":
      return true;
    default:
      return false;
  }
}

export interface Past {
  readonly events: readonly Event[];
  /** There is more in the range than was returned. */
  readonly more: boolean;
}

/** Durable events of a range. Newest first when asked so; bounded in what it returns and in what it looks through. */
export async function readHistory(space: Space, { after, to, newest, acts, limit }: z.infer<typeof historySchema>): Promise<Past> {
  const last = Math.min(to ?? space.durablePosition, space.durablePosition);
  const first = Math.max(after, space.oldestPosition - 1);
  return newest ? backwards(space, first, last, acts, limit) : forwards(space, first, last, acts, limit);
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

async function backwards(space: Space, after: number, to: number, acts: boolean, limit: number): Promise<Past> {
  const found: Event[] = [];
  let upTo = to;
  for (let scanned = 0; scanned < scannedEvents; scanned += chunkEvents) {
    const wanted = acts ? chunkEvents : Math.min(chunkEvents, limit + 1 - found.length);
    const chunk = await space.journal.newest({ limit: wanted, to: upTo, ...(acts ? { types: actTypes } : {}) });
    for (const event of chunk) {
      if (event.position <= after) return { events: found, more: false };
      if (acts && !isAct(event)) continue;
      if (found.length === limit) return { events: found, more: true };
      found.push(event);
    }
    const oldest = chunk.at(-1);
    if (oldest === undefined || chunk.length < wanted || oldest.position <= 1) return { events: found, more: false };
    upTo = oldest.position - 1;
  }
  return { events: found, more: true };
}
