import type { RendezvousGroup, RendezvousMember } from "../../model/index.ts";
import { rendezvousLeader } from "../../model/index.ts";

/** One who may lead, by name, or with its share against the others' (1 to 100). */
export type ConventionMember = string | RendezvousMember;

/**
 * Who leads by convention: everybody computes the same from the group's name, the members and the time, and nobody is
 * asked. Good for what does no harm done twice, such as who sends the report this hour: whoever has other members in mind, or
 * a clock that is off, comes to another answer near the turn of a window. Undefined when there are no members.
 */
export function leaderOf(group: RendezvousGroup, members: readonly ConventionMember[], nowMs: number = Date.now()): string | undefined {
  return rendezvousLeader(
    group,
    members.map((member) => (typeof member === "string" ? { agent: member, weight: 1 } : member)),
    nowMs,
  );
}
