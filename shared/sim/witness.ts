import { type Breach, checkers, type Fact, Monitor } from "../analysis/rules/index.ts";
import type { EngineCommand, Event, Snapshot } from "../model/index.ts";
import { emptyState, evolve } from "../state/index.ts";
import { Digest } from "./digest.ts";
import { viewOf } from "./viewer.ts";

interface Decided {
  readonly command: EngineCommand;
  readonly events: readonly Event[];
  /** Position after its last event. */
  readonly position: number;
}

/** How much of the story a failure shows. */
const entriesKept = 80;

/**
 * Sees everything that happens in a run and passes it to the checkers in the order in which it became durable: what a
 * crash takes back, nobody ever saw.
 */
export class Witness {
  readonly monitor = new Monitor(checkers);
  readonly #durable: readonly Event[];
  readonly #digest = new Digest();
  readonly #story: (() => string)[] = [];
  readonly #decided: Decided[] = [];
  readonly #senders: ReadonlySet<string>;
  #commands = 0;

  /** `durable` grows with the journal. `senders` may keep answers without a session. */
  constructor(durable: readonly Event[], senders: ReadonlySet<string>) {
    this.#durable = durable;
    this.#senders = senders;
  }

  get breaches(): readonly Breach[] {
    return this.monitor.breaches;
  }

  get commands(): number {
    return this.#commands;
  }

  get digest(): string {
    return this.#digest.toString();
  }

  /** The last things that happened, oldest first, in lines. */
  story(): string[] {
    return this.#story.map((line) => line());
  }

  /** The host has decided something. It counts once it is durable. */
  decided(command: EngineCommand, events: readonly Event[], position: number): void {
    this.#commands++;
    this.#decided.push({ command, events, position });
  }

  fact(fact: Fact): void {
    this.#pump();
    if (fact.kind === "answered") {
      this.#digest.add(`${fact.sender} ${fact.answer.id} ${fact.answer.ok}`);
      this.#tell(() => `      answer to ${fact.sender}: ${JSON.stringify(fact.answer)}`);
    } else if (fact.kind === "started" || fact.kind === "crashed" || fact.kind === "stalled" || fact.kind === "leapt" || fact.kind === "appendFailed")
      this.#tell(() => `      ${JSON.stringify(fact)}`);
    this.monitor.fact(fact);
  }

  state(snapshot: Snapshot, origin: string): void {
    this.fact({ kind: "state", snapshot, origin, senders: this.#senders });
  }

  /** What a viewer sees now. It is compared with a fold of its own, from the first event on. */
  viewed(viewer: string, seen: Snapshot, caughtUp: boolean): void {
    const state = emptyState(seen.space);
    for (const event of this.#durable.slice(0, seen.position)) evolve(state, event);
    this.fact({ kind: "viewed", viewer, seen, folded: viewOf(state), durable: this.#durable.length, caughtUp });
  }

  /** What was decided and did not become durable is forgotten: nobody was told. */
  crashed(atMs: number): void {
    this.fact({ kind: "crashed", atMs });
    this.#decided.length = 0;
  }

  #pump(): void {
    let next = this.#decided[0];
    while (next !== undefined && next.position <= this.#durable.length) {
      this.#decided.shift();
      const { command, events } = next;
      this.#tell(() => `${command.nowMs} ms  ${JSON.stringify(command)}`);
      for (const event of events) {
        const text = JSON.stringify(event);
        this.#digest.add(text);
        this.#tell(() => `  #${event.position} ${text}`);
      }
      this.monitor.step({ command, events, atMs: command.nowMs });
      next = this.#decided[0];
    }
  }

  #tell(line: () => string): void {
    // Once a rule is broken the story ends: what led to it is what one wants to read.
    if (this.breaches.length > 0) return;
    this.#story.push(line);
    if (this.#story.length > entriesKept) this.#story.shift();
  }
}
