import { z } from "zod";
import { agentIdSchema } from "../../model/index.ts";
import type { Step } from "../machine.ts";

/** Far beyond what any group counts to, and far enough below 2^53 that one more is still exact. */
export const termSchema = z.number().int().min(0).max(1_000_000_000_000);

/** The highest number that a node heard of, and who leads under it, when it knows. Durable. */
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

/** Whether who knows of the one may go on to the other: under a higher number, or to who leads under the same. */
export function mayFollowOn(known: Leadership, next: Leadership): boolean {
  return next.term > known.term || (next.term === known.term && (known.leader === null || next.leader === known.leader));
}

/** A node that keeps what it knows, when that is new. */
export function know<Node extends { readonly known: Leadership }, Message>(node: Node, known: Leadership): Step<Node, Message, Leadership> {
  if (known.term === node.known.term && known.leader === node.known.leader) return { node, outputs: [] };
  return { node: { ...node, known }, outputs: [{ type: "persist", durable: known }] };
}
