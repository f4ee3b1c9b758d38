import type { Output } from "../../machine.ts";
import type { Body, RingMessage, Side } from "./messages.ts";

/** One message on its way to the neighbour, or past those that are silent to the next one. */
export interface Hop {
  readonly number: number;
  readonly side: Side;
  readonly to: string;
  readonly body: Body;
  readonly dueMs: number;
}

/** What a node has handed on and nobody has taken yet, oldest first. */
export interface Hops {
  readonly count: number;
  readonly waiting: readonly Hop[];
}

export const noHops: Hops = { count: 0, waiting: [] };

/** The ring as one node sees it. */
export interface Place {
  readonly agent: string;
  /** In the order of the ring, the same for all. */
  readonly members: readonly string[];
  /** Who has not taken a message within this time is passed over. */
  readonly ackMs: number;
}

export interface Handed {
  readonly hops: Hops;
  readonly outputs: readonly Output<RingMessage, never>[];
  /** What went past everybody and is back where it came from. */
  readonly back: readonly Body[];
}

export const hopTimer = "hop";

/** More than any election of a full group has under way at a node; what is older is given up. */
const mostWaiting = 1_024;

/** Hands a message to the neighbour on that side of `past`, who is this node itself at first. */
export function hand(place: Place, hops: Hops, side: Side, body: Body, nowMs: number, past = place.agent): Handed {
  const to = neighbour(place.members, past, side);
  if (to === place.agent) return { hops, outputs: [], back: [body] };
  const dueMs = nowMs + place.ackMs;
  const hop = { number: hops.count, side, to, body, dueMs };
  const send = { type: "send", to, message: { ...body, hop: hop.number } as RingMessage } as const;
  const [first = hop] = hops.waiting;
  // Nothing is due later than what is handed on now, unless the clock was set back.
  const before = first.dueMs > dueMs ? hops.waiting.map((other) => ({ ...other, dueMs })) : hops.waiting;
  const isFirst = hops.waiting.length === 0 || first.dueMs > dueMs;
  return {
    hops: { count: hops.count + 1, waiting: [...before, hop].slice(-mostWaiting) },
    outputs: isFirst ? [send, { type: "timer", timer: hopTimer, afterMs: place.ackMs }] : [send],
    back: [],
  };
}

/** Somebody has taken a message. */
export function taken(hops: Hops, from: string, number: number): Handed {
  const waiting = hops.waiting.filter((hop) => hop.number !== number || hop.to !== from);
  const isLast = waiting.length === 0 && hops.waiting.length > 0;
  return { hops: { ...hops, waiting }, outputs: isLast ? [{ type: "timer", timer: hopTimer, afterMs: null }] : [], back: [] };
}

/** What has waited long enough goes past who was silent. The timer may have been for one that was taken meanwhile. */
export function passOver(place: Place, { count, waiting }: Hops, nowMs: number): Handed {
  const due = waiting.filter((hop) => hop.dueMs <= nowMs);
  const later = waiting.filter((hop) => hop.dueMs > nowMs);
  const [next] = later;
  const outputs: Output<RingMessage, never>[] = next === undefined ? [] : [{ type: "timer", timer: hopTimer, afterMs: next.dueMs - nowMs }];
  const back: Body[] = [];
  let hops: Hops = { count, waiting: later };
  for (const hop of due) {
    const handed = hand(place, hops, hop.side, hop.body, nowMs, hop.to);
    hops = handed.hops;
    outputs.push(...handed.outputs);
    back.push(...handed.back);
  }
  return { hops, outputs, back };
}

function neighbour(members: readonly string[], of: string, side: Side): string {
  const step = side === "next" ? 1 : members.length - 1;
  return members[(members.indexOf(of) + step) % members.length] ?? of;
}
