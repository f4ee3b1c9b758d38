import type { Fence, Group, Leader } from "../../model/index.ts";
import type { Notice } from "../../protocol/index.ts";
import { compareFences, maxFence } from "../../state/fences.ts";
import type { Candidacy } from "./candidacy.ts";
import type { Observation } from "./observation.ts";

/**
 * What one agent has to do with a group, and who leads there as far as it knows. Terms only rise: word of a term that is
 * over, which came late or twice, changes nothing.
 */
export class Standing {
  readonly group: Group;
  candidacy: Candidacy | undefined;
  readonly observations = new Set<Observation>();
  /** A resignation that is not answered yet: whoever campaigns anew waits for it. */
  resigning: Promise<unknown> | undefined;
  #leader: Leader | null = null;
  /** Said so in this session, by holdings or a notice. An answer may be an old one, repeated. */
  #told = false;
  /** The highest term that is over. */
  #past: Fence = "0";

  constructor(group: Group) {
    this.group = group;
  }

  get leader(): Leader | null {
    return this.#leader;
  }

  get isIdle(): boolean {
    return this.candidacy === undefined && this.observations.size === 0 && this.resigning === undefined;
  }

  /** What a command was answered with: counts as long as nothing else was said. */
  answered(leader: Leader | null): void {
    if (this.#told) this.#put(this.#leader, () => over(this.group));
    else this.believe(leader);
  }

  /** The server's word, which holds against all that was believed before. */
  believe(leader: Leader | null): void {
    this.#told = true;
    if (leader !== null && compareFences(leader.term, this.#past) <= 0) return this.#put(null, () => over(this.group));
    this.#put(leader, () => over(this.group));
  }

  /** A change of leaders. */
  changed(notice: Extract<Notice, { type: "leader" }>): void {
    const { leader, ended } = notice;
    this.#told = true;
    if (ended !== undefined) this.#past = maxFence(this.#past, ended.term);
    const newest = leader !== null && compareFences(leader.term, this.#past) > 0 && compareFences(leader.term, this.#leader?.term ?? "0") >= 0;
    if (newest) this.#put(leader, () => howEnded(notice));
    else if (this.#leader !== null && compareFences(this.#leader.term, this.#past) <= 0) this.#put(null, () => howEnded(notice));
  }

  proclaimed(term: Fence, value: string): void {
    if (this.#leader?.term === term) this.#put({ ...this.#leader, value }, () => over(this.group));
  }

  /** This agent leads no more by its own will, whatever the server says until it knows. */
  gaveBack(session: string | undefined): void {
    if (this.#leader === null || this.#leader.session !== session) return;
    this.#past = maxFence(this.#past, this.#leader.term);
    this.#put(null, () => over(this.group));
  }

  /** The server has nothing of it any more, or the session is over: what is known may be out of date. */
  forget(why: string): void {
    this.#told = false;
    this.candidacy?.update(null, () => why);
  }

  #put(leader: Leader | null, why: () => string): void {
    const before = this.#leader;
    if (before !== null && before.term !== leader?.term) this.#past = maxFence(this.#past, before.term);
    this.#leader = leader;
    this.candidacy?.update(leader, why);
    if (before?.term !== leader?.term || before?.value !== leader?.value) for (const observation of [...this.observations]) observation.changed();
  }
}

function over(group: Group): string {
  return `The leadership of ${group} ended while the connection was lost.`;
}

function howEnded({ group, ended }: Extract<Notice, { type: "leader" }>): string {
  if (ended === undefined) return `The leadership of ${group} is over.`;
  const { term, why, by, reason } = ended;
  return `The leadership of ${group} in term ${term} ended (${why}${by === undefined ? "" : ` by ${by}`}${reason === undefined ? "" : `: ${reason}`}).`;
}
