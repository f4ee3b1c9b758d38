import type { ElectionSettingsInput, Group, Leader } from "../../model/index.ts";
import { SignalboxError } from "../errors.ts";
import { Listeners } from "../listeners.ts";
import { Leadership, type LeadershipOwner } from "./leadership.ts";

export interface CandidateWords {
  /** -100 to 100; counts under the policies `priority` and `quorum`. */
  priority?: number;
  /** 1 to 100: the share of the windows under `rendezvous`. */
  weight?: number;
  /** What it proclaims as soon as it leads: an address, a version. */
  value?: string;
}

export interface CampaignOptions extends CandidateWords {
  /** How leaders are elected, where the group is new and no operator set it up. */
  settings?: ElectionSettingsInput;
  /** Campaign anew in the session that follows when this one is lost; true when left out. */
  stay?: boolean;
}

/** What a candidacy needs of the box. */
export interface CandidacyOwner extends Omit<LeadershipOwner, "resign"> {
  /** The session's id, while there is one. */
  session(): string | undefined;
  enter(candidacy: Candidacy): Promise<void>;
  resign(candidacy: Candidacy): Promise<void>;
}

interface Waiter {
  readonly elected: (leadership: Leadership) => void;
  readonly failed: (error: unknown) => void;
}

/** An agent that would lead a group. It may lead several times, each time in a term of its own. */
export class Candidacy implements AsyncDisposable {
  readonly group: Group;
  readonly settings: ElectionSettingsInput | undefined;
  readonly stay: boolean;
  readonly #owner: CandidacyOwner;
  readonly #waiters = new Set<Waiter>();
  readonly #end = new Listeners<[SignalboxError]>();
  #words: CandidateWords;
  #leadership: Leadership | undefined;
  #ended: SignalboxError | undefined;
  /** @internal The server has it among the candidates of this session. */
  entered = false;
  /** @internal It was among them once: what follows on a lost session is its own affair. */
  admitted = false;

  /** @internal Candidacies come from `Box.campaign`. */
  constructor(owner: CandidacyOwner, group: Group, { settings, stay = true, ...words }: CampaignOptions) {
    this.#owner = owner;
    this.group = group;
    this.settings = settings;
    this.stay = stay;
    this.#words = words;
  }

  /** @internal */
  get words(): CandidateWords {
    return this.#words;
  }

  /** The leadership of now; undefined while it does not lead. */
  get leadership(): Leadership | undefined {
    const state = this.#leadership?.state;
    return state === "leading" || state === "uncertain" ? this.#leadership : undefined;
  }

  /** Why it ended; undefined while it goes on. */
  get endedWhy(): SignalboxError | undefined {
    return this.#ended;
  }

  /** Until it leads; at once while it does. Throws why the candidacy ended, or the signal's reason; the candidacy goes on then. */
  elected({ signal }: { signal?: AbortSignal } = {}): Promise<Leadership> {
    return new Promise((resolve, reject) => {
      const { leadership } = this;
      if (signal?.aborted || this.#ended !== undefined) return reject(this.#ended ?? signal?.reason);
      if (leadership !== undefined) return resolve(leadership);
      const settled = <T>(settle: (outcome: T) => void) => {
        return (outcome: T): void => {
          this.#waiters.delete(waiter);
          signal?.removeEventListener("abort", giveUp);
          settle(outcome);
        };
      };
      const waiter: Waiter = { elected: settled(resolve), failed: settled(reject) };
      const giveUp = (): void => waiter.failed(signal?.reason);
      this.#waiters.add(waiter);
      signal?.addEventListener("abort", giveUp, { once: true });
    });
  }

  /** Campaigns anew with other words, in the same place of the line. Whoever was deposed stands again like the others. */
  async change(words: CandidateWords): Promise<void> {
    if (this.#ended !== undefined) throw this.#ended;
    this.#words = { ...this.#words, ...words };
    await this.#owner.enter(this);
  }

  /** Campaigns no more, and leads no more if it did; a second call does nothing. */
  async resign(): Promise<void> {
    if (this.#ended !== undefined) return;
    this.#leadership?.giveBack();
    this.end(new SignalboxError("cancelled", `The candidacy in ${this.group} was given back.`));
    await this.#owner.resign(this);
  }

  /** Called when it ends, by whatever. Returns how to stop listening. */
  onEnd(listener: (why: SignalboxError) => void): () => void {
    return this.#end.add(listener);
  }

  /** Resigns. Never throws. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.resign().catch(() => undefined);
  }

  /** @internal Who leads now, and how the last leadership ended. */
  update(leader: Leader | null, why: () => string): void {
    const leads = leader !== null && leader.session === this.#owner.session();
    if (leads && this.#leadership?.term === leader.term) return;
    this.lose(new SignalboxError("lost", why()));
    if (!leads || this.#ended !== undefined) return;
    const { certainty, command } = this.#owner;
    const { group } = this;
    this.#leadership = new Leadership({ certainty, command, resign: () => this.resign() }, { group, term: leader.term, because: leader.because });
    for (const waiter of [...this.#waiters]) waiter.elected(this.#leadership);
  }

  /** @internal */
  lose(loss: SignalboxError): void {
    this.#leadership?.lose(loss);
  }

  /** @internal */
  doubt(): void {
    this.#leadership?.doubt();
  }

  /** @internal */
  end(why: SignalboxError): void {
    if (this.#ended !== undefined) return;
    this.#ended = why;
    this.entered = false;
    this.lose(why);
    for (const waiter of [...this.#waiters]) waiter.failed(why);
    this.#end.tell(why);
  }
}
