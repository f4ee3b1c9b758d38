import type { AgentId, Group, Result } from "../../model/index.ts";
import { SignalboxError } from "../errors.ts";
import type { Certainty } from "../lease.ts";
import { Listeners } from "../listeners.ts";
import type { CommandBody } from "../requests.ts";

/** `uncertain`: another may lead soon or by now; do nothing as leader until it is settled. */
export type LeadershipState = "leading" | "uncertain" | "lost" | "resigned";

/** What a leadership needs of its candidacy. */
export interface LeadershipOwner {
  certainty(): Certainty;
  command(body: CommandBody): Promise<Result>;
  resign(): Promise<void>;
}

/**
 * One term of leading a group. Hand `signal` to the work done as leader, and `term` to the guard beside what is written: it is
 * a fence, so that nobody writes who led before. Give it back with `resign()`, `handOver(to)` or by `await using`.
 */
export class Leadership implements AsyncDisposable {
  readonly group: Group;
  /** A decimal string, above every term and every fence before it. */
  readonly term: string;
  /** Why this agent was elected, in words. */
  readonly because: string;
  readonly #owner: LeadershipOwner;
  #ended: "lost" | "resigned" | undefined;
  #loss: SignalboxError | undefined;
  /** It is being handed over: whoever hands over stops before it says so. */
  #handing: HandOver | undefined;
  #abort: AbortController | undefined;
  readonly #uncertain = new Listeners();
  readonly #lost = new Listeners<[SignalboxError]>();

  /** @internal Leaderships come from `Candidacy.elected`. */
  constructor(owner: LeadershipOwner, { group, term, because }: Pick<Leadership, "group" | "term" | "because">) {
    this.#owner = owner;
    this.group = group;
    this.term = term;
    this.because = because;
  }

  /** Reckoned by clock at every look, so it is right even when the process was stopped and its timers are late. */
  get state(): LeadershipState {
    if (this.#ended !== undefined) return this.#ended;
    const certainty = this.#owner.certainty();
    // Finding the lease over ends every leadership of the session, this one too.
    if (this.#ended !== undefined) return this.#ended;
    return certainty === "held" && this.#handing === undefined ? "leading" : "uncertain";
  }

  /**
   * Aborted as soon as the leadership is lost or in doubt; its reason says why. When a doubt is settled for the better, this
   * gives another signal: begin the work anew with that.
   */
  get signal(): AbortSignal {
    const doubt = this.#doubt();
    if (this.#abort === undefined || (doubt === undefined && this.#abort.signal.aborted)) this.#abort = new AbortController();
    if (doubt !== undefined) this.#abort.abort(doubt);
    return this.#abort.signal;
  }

  /** Call it before each step that only a leader may do. Asks the clock, nobody else. Throws `lost`, `uncertain`, or `notLeader` once given back. */
  assertLeading(): void {
    const doubt = this.#doubt();
    if (doubt !== undefined) throw doubt;
  }

  /** Called each time the lease becomes doubtful, before it can have passed. Returns how to stop listening. */
  onUncertain(listener: () => void): () => void {
    return this.#uncertain.add(listener);
  }

  /** Called when it ends and this agent neither resigned nor handed over. Returns how to stop listening. */
  onLost(listener: (why: SignalboxError) => void): () => void {
    return this.#lost.add(listener);
  }

  /** Asks the server whether this agent led in this term when it was asked. Throws `notLeader` when it did not: then it is lost. */
  async confirm(): Promise<void> {
    await this.#asLeader({ type: "election.assert", group: this.group, term: this.term });
  }

  /** Says what candidates and observers are to know: an address, a version. Throws `notLeader` as `confirm` does. */
  async proclaim(value: string): Promise<void> {
    await this.#asLeader({ type: "election.proclaim", group: this.group, term: this.term, value });
  }

  /**
   * Makes another candidate leader, with no moment between, and goes on as a candidate. On the way it is `uncertain`, where a
   * quorum confirms leaders until that has. Throws what it was refused with, or `cancelled` when the quorum did not confirm the
   * other one: it leads on.
   */
  async handOver(to: AgentId): Promise<void> {
    this.assertLeading();
    const handing = new HandOver();
    this.#handing = handing;
    this.#abort?.abort(new SignalboxError("uncertain", `The leadership of ${this.group} is on its way to ${to}.`));
    try {
      const result = await this.#asLeader({ type: "election.handOver", group: this.group, term: this.term, to });
      handing.answered = true;
      if (this.#ended === undefined && result.status === "leads" && result.leader?.term === this.term) await handing.over;
      this.giveBack();
    } finally {
      this.#handing = undefined;
    }
  }

  /** Leads no more and campaigns no more. */
  resign(): Promise<void> {
    return this.#owner.resign();
  }

  /** Resigns if it still leads. Never throws. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#ended === undefined) await this.resign().catch(() => undefined);
  }

  /** @internal */
  lose(loss: SignalboxError): void {
    if (this.#ended !== undefined) return;
    // The notice of the next leader may come before the answer to the one who handed over.
    if (this.#handing !== undefined) return this.giveBack();
    this.#ended = "lost";
    this.#loss = loss;
    this.#abort?.abort(loss);
    this.#lost.tell(loss);
  }

  /** @internal It ended by its own will. */
  giveBack(): void {
    if (this.#ended !== undefined) return;
    this.#ended = "resigned";
    this.#handing?.went();
    this.#abort?.abort(this.#doubt());
  }

  /** @internal A ballot ended without a leader, or is not there: whoever would have handed over leads on. `told`: a notice says so. */
  unconfirmed(why: string, told: boolean): void {
    // Holdings may be older than what is on its way.
    if (told || this.#handing?.answered)
      this.#handing?.failed(new SignalboxError("cancelled", `The quorum of ${this.group} did not confirm the next leader (${why}).`));
  }

  /** @internal */
  doubt(): void {
    if (this.#ended !== undefined) return;
    this.#abort?.abort(this.#doubt());
    this.#uncertain.tell();
  }

  #doubt(): SignalboxError | undefined {
    switch (this.state) {
      case "leading":
        return undefined;
      case "lost":
        return this.#loss ?? new SignalboxError("lost", `The leadership of ${this.group} is lost.`);
      case "resigned":
        return new SignalboxError("notLeader", `The leadership of ${this.group} was given back.`);
      case "uncertain":
        return new SignalboxError("uncertain", `Whether it still leads ${this.group} is uncertain: do nothing as its leader until that is settled.`);
    }
  }

  async #asLeader(body: CommandBody): Promise<Result> {
    if (this.state === "lost" || this.state === "resigned") this.assertLeading();
    try {
      return await this.#owner.command(body);
    } catch (error) {
      if (error instanceof SignalboxError && error.code === "notLeader") this.lose(error);
      throw error;
    }
  }
}

/** A leadership on its way to another. */
class HandOver {
  answered = false;
  readonly over: Promise<void>;
  went: () => void = () => undefined;
  failed: (why: SignalboxError) => void = () => undefined;

  constructor() {
    this.over = new Promise((resolve, reject) => {
      this.went = resolve;
      this.failed = reject;
    });
    // It may be refused before anybody waits for it.
    this.over.catch(() => undefined);
  }
}
