import type { Facts, Fail, Part, Seen } from "./facts.ts";

/** A proposal that a node was asked and has not told the end of. */
interface Open {
  readonly term: number;
  readonly atMs: number;
  readonly value: string;
}

/** EL-50, EL-51 and EL-52. */
export class Proposals implements Part {
  readonly #facts: Facts;
  readonly #fail: Fail;
  /** By agent and id. */
  readonly #open = new Map<string, Map<string, Open>>();
  /** By id: how often it was asked without being refused. */
  readonly #possible = new Map<string, number>();
  /** By id: where it was committed last, and how many proposals were committed by then. */
  readonly #committed = new Map<string, { readonly index: number; readonly count: number }>();
  /** By term. */
  readonly #leaders = new Map<number, string>();
  #seen = 0;
  #proposals = 0;
  #healedMs = Number.POSITIVE_INFINITY;

  constructor(facts: Facts, fail: Fail) {
    this.#facts = facts;
    this.#fail = fail;
  }

  stepped(seen: Seen): void {
    const { agent, before, after, input, died } = seen;
    if (before === undefined) this.#open.set(agent, new Map());
    const open = this.#openOf(agent);
    if (input.type === "ask" && input.ask.type === "propose" && !open.has(input.ask.id)) {
      const { id, value } = input.ask;
      open.set(id, { term: before?.term ?? 0, atMs: seen.atMs, value });
      this.#possible.set(id, (this.#possible.get(id) ?? 0) + 1);
    }
    this.#commits();
    this.#outputs(seen, open);
    if (died) return;
    for (const [id, { term }] of open)
      if (after.term > term) this.#fail("EL-52", `${agent} is in term ${after.term} and says nothing of ${id}, asked in term ${term}`);
  }

  crashed(agent: string): void {
    this.#open.delete(agent);
  }

  healed(atMs: number): void {
    this.#healedMs = atMs;
  }

  /** By clocks that run half as fast at the slowest. */
  done(atMs: number): void {
    for (const [agent, open] of this.#open) {
      const lateMs = atMs - 3 * this.#facts.settingsOf(agent).electionMs;
      for (const [id, asked] of open)
        if (asked.atMs > this.#healedMs && asked.atMs < lateMs) this.#fail("EL-52", `${agent} has said nothing of ${id} for ${atMs - asked.atMs} ms`);
    }
  }

  #openOf(agent: string): Map<string, Open> {
    const open = this.#open.get(agent) ?? new Map<string, Open>();
    this.#open.set(agent, open);
    return open;
  }

  /** EL-51, of what was committed since the last step. */
  #commits(): void {
    for (; this.#seen < this.#facts.commit; this.#seen++) {
      const index = this.#seen + 1;
      const entry = this.#facts.committedAt(index)?.entry;
      if (entry?.type !== "value") continue;
      this.#proposals++;
      const known = this.#committed.get(entry.id);
      const { idsKept } = this.#facts.settings;
      if (known !== undefined && this.#proposals - known.count <= idsKept)
        this.#fail("EL-51", `${entry.id} is committed at ${index}, and was at ${known.index}, ${this.#proposals - known.count} proposals ago`);
      this.#committed.set(entry.id, { index, count: this.#proposals });
      if (this.#possible.get(entry.id) === 0) this.#fail("EL-52", `${entry.id} was refused, and is committed at ${index}`);
    }
  }

  #outputs({ agent, after, outputs }: Seen, open: Map<string, Open>): void {
    for (const output of outputs) {
      if (output.type === "send" && (output.message.type === "append" || output.message.type === "snapshot")) this.#leaders.set(output.message.term, agent);
      if (output.type === "send" && output.message.type === "propose") {
        const { id, value, term } = output.message;
        if (open.get(id)?.value !== value) this.#fail("EL-50", `${agent} sends on ${id}, which it was not asked`);
        if (this.#leaders.get(term) !== output.to) this.#fail("EL-50", `${agent} sends ${id} to ${output.to}, who does not lead term ${term}`);
      }
      if (output.type !== "answer" && output.type !== "refused" && output.type !== "unknown") continue;
      if (!this.#possible.has(output.id)) continue;
      if (!open.delete(output.id)) this.#fail("EL-52", `${agent} tells an end of ${output.id}, which nobody waits for: ${JSON.stringify(output)}`);
      if (output.type === "answer" && Number(output.value) > after.applied)
        this.#fail("EL-50", `${agent} answers ${output.id} with ${output.value}, and has applied ${after.applied}`);
      if (output.type !== "refused") continue;
      const possible = (this.#possible.get(output.id) ?? 0) - 1;
      this.#possible.set(output.id, possible);
      if (possible === 0 && this.#committed.has(output.id)) this.#fail("EL-52", `${agent} refuses ${output.id}, which is committed`);
    }
  }
}
