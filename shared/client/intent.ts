import type { Conflict } from "../model/index.ts";
import { Listeners } from "./listeners.ts";

export type IntentState = "announced" | "committed" | "ended";

export interface IntentOwner {
  command(body: { type: "intent.commit" | "intent.fulfil" | "intent.withdraw"; intent: string }): Promise<unknown>;
}

/** An announced plan. It ends by being fulfilled, withdrawn, or by time. */
export class Intent implements AsyncDisposable {
  readonly intent: string;
  /** What it conflicted with when it was announced. */
  readonly conflicts: readonly Conflict[];
  readonly #owner: IntentOwner;
  #state: IntentState = "announced";
  #endedWhy: string | undefined;
  readonly #conflict = new Listeners<[Conflict]>();
  readonly #end = new Listeners<[string]>();

  /** @internal Intents come from `Box.intend`. */
  constructor(owner: IntentOwner, intent: string, conflicts: readonly Conflict[]) {
    this.#owner = owner;
    this.intent = intent;
    this.conflicts = conflicts;
  }

  get state(): IntentState {
    return this.#state;
  }

  /** Why it ended; undefined while it lives. */
  get endedWhy(): string | undefined {
    return this.#endedWhy;
  }

  /** From now on no incompatible intent can be committed. Refused with `conflict` when one already is. */
  async commit(): Promise<void> {
    await this.#owner.command({ type: "intent.commit", intent: this.intent });
    if (this.#state === "announced") this.#state = "committed";
  }

  /** It was done as announced. */
  async fulfil(): Promise<void> {
    await this.#owner.command({ type: "intent.fulfil", intent: this.intent });
    this.end("fulfilled");
  }

  /** It will not be done. */
  async withdraw(): Promise<void> {
    await this.#owner.command({ type: "intent.withdraw", intent: this.intent });
    this.end("withdrawn");
  }

  /** Somebody announced or took what does not go together with it. */
  onConflict(listener: (conflict: Conflict) => void): () => void {
    return this.#conflict.add(listener);
  }

  onEnd(listener: (why: string) => void): () => void {
    return this.#end.add(listener);
  }

  /** Withdraws what was neither fulfilled nor ended. Never throws. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#state !== "ended") await this.withdraw().catch(() => undefined);
  }

  /** @internal */
  end(why: string): void {
    if (this.#state === "ended") return;
    this.#state = "ended";
    this.#endedWhy = why;
    this.#end.tell(why);
  }

  /** @internal */
  tellConflict(conflict: Conflict): void {
    this.#conflict.tell(conflict);
  }
}
