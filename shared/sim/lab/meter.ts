import type { NodeView } from "../../model/index.ts";
import { majorityOf } from "./parameters.ts";

interface Stand {
  readonly role: NodeView["role"];
  readonly term: number;
  readonly leader: string | null;
}

/**
 * Counts what a group's elections cost. A group *has a leader* while somebody who is up believes that it leads and a
 * majority of all members takes it for the leader.
 */
export class Meter {
  messages = 0;
  /** Whom the group has for its leader. */
  leader: string | undefined;
  /** Told when the group has another leader, or none any more. */
  onLeader: () => void = () => {};
  leaderlessMs = 0;
  /** Longest time that two or more believed at once that they lead. */
  overlapMs = 0;
  readonly #quorum: number;
  readonly #stands = new Map<string, Stand>();
  readonly #followers = new Map<string, number>();
  readonly #leading = new Set<string>();
  readonly #campaigned = new Set<number>();
  readonly #won = new Set<number>();
  #highestTerm = Number.NEGATIVE_INFINITY;
  #leaderlessSinceMs: number | undefined;
  #overlapSinceMs: number | undefined;

  constructor(members: number, startMs: number) {
    this.#quorum = majorityOf(members);
    this.#leaderlessSinceMs = startMs;
  }

  /** How many terms somebody campaigned or led in. */
  get terms(): number {
    return new Set([...this.#campaigned, ...this.#won]).size;
  }

  /** Terms in which somebody campaigned and nobody came to lead, while a later one was begun. */
  get splitVotes(): number {
    return [...this.#campaigned].filter((term) => !this.#won.has(term) && term < this.#highestTerm).length;
  }

  shows(agent: string, view: NodeView | undefined, atMs: number): void {
    const before = this.#stands.get(agent);
    if (view === undefined) {
      if (before === undefined) return;
      this.#stands.delete(agent);
      this.#follows(before.leader, -1);
      this.#leading.delete(agent);
      return this.#look(atMs);
    }
    const { role, term, leader } = view;
    if (before?.role === role && before.term === term && before.leader === leader) return;
    this.#stands.set(agent, { role, term, leader });
    this.#follows(before?.leader ?? null, -1);
    this.#follows(leader, 1);
    this.#highestTerm = Math.max(this.#highestTerm, term);
    if (role === "candidate") this.#campaigned.add(term);
    if (role === "leader") {
      this.#won.add(term);
      this.#leading.add(agent);
    } else this.#leading.delete(agent);
    this.#look(atMs);
  }

  /** Closes what is under way. */
  end(atMs: number): void {
    this.#closeOverlap(atMs);
    if (this.#leaderlessSinceMs !== undefined) this.leaderlessMs += atMs - this.#leaderlessSinceMs;
    this.#leaderlessSinceMs = atMs;
  }

  #follows(leader: string | null, by: number): void {
    if (leader !== null) this.#followers.set(leader, (this.#followers.get(leader) ?? 0) + by);
  }

  #look(atMs: number): void {
    if (this.#leading.size > 1) this.#overlapSinceMs ??= atMs;
    else this.#closeOverlap(atMs);
    const leader = [...this.#leading].find((agent) => (this.#followers.get(agent) ?? 0) >= this.#quorum);
    if (leader === this.leader) return;
    this.leader = leader;
    if (leader === undefined) this.#leaderlessSinceMs = atMs;
    else if (this.#leaderlessSinceMs !== undefined) {
      this.leaderlessMs += atMs - this.#leaderlessSinceMs;
      this.#leaderlessSinceMs = undefined;
    }
    this.onLeader();
  }

  #closeOverlap(atMs: number): void {
    if (this.#overlapSinceMs !== undefined) this.overlapMs = Math.max(this.overlapMs, atMs - this.#overlapSinceMs);
    this.#overlapSinceMs = undefined;
  }
}
