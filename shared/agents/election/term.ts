import { z } from "zod";
import { agentIdSchema } from "../../model/index.ts";

/** Far beyond what any group counts to, and far enough below 2^53 that one more is still exact. */
export const termSchema = z.number().int().min(0).max(1_000_000_000_000);

/** Who leads, and the number of that leadership. */
export const leadershipSchema = z.strictObject({ term: termSchema, leader: agentIdSchema.nullable() });

export type Leadership = Readonly<z.infer<typeof leadershipSchema>>;

export const noLeadership: Leadership = { term: 0, leader: null };

/**
 * The next number above `above` that is `agent`'s own: of n members the k-th has k, n + k, 2n + k and so on, as the ballots of
 * Lamport's "The part-time parliament" (1998). So two members never lead under the same number, whatever they know of
 * each other.
 */
export function nextTerm(members: readonly string[], agent: string, above: number): number {
  const place = members.filter((member) => member < agent).length + 1;
  const term = Math.floor(above / members.length) * members.length + place;
  return term > above ? term : term + members.length;
}

/** Whether who has accepted the one may accept the other: a later one, or the same again. */
export function mayFollowOn(accepted: Leadership, next: Leadership): boolean {
  return next.term > accepted.term || (next.term === accepted.term && next.leader === accepted.leader);
}
