import { entryAt, termAt } from "../log.ts";
import type { Entry, Log } from "../messages.ts";
import { configurationOf } from "../node.ts";
import { type Facts, type Fail, hasMajorities, type Part, partsAt, type Seen } from "./facts.ts";

/** EL-22, EL-23, EL-24, EL-25 and EL-26, and by whom EL-30 lets an entry be committed. */
export class Logs implements Part {
  readonly #facts: Facts;
  readonly #fail: Fail;
  /** By index and term: the entry, and the term of the one before it. */
  readonly #entries = new Map<string, { readonly text: string; readonly previousTerm: number | undefined }>();
  /** By agent: up to where it has applied since it started. */
  readonly #applied = new Map<string, number>();
  readonly #answered: { readonly id: string; readonly index: number; readonly atMs: number }[] = [];

  constructor(facts: Facts, fail: Fail) {
    this.#facts = facts;
    this.#fail = fail;
  }

  stepped(seen: Seen): void {
    const { agent, before, after, outputs, died } = seen;
    const persisted = outputs.some(({ type }) => type === "persist");
    if (before?.log !== after.log && (!died || persisted)) this.#matches(before?.log, after.log, agent);
    // What is persisted comes first: as soon as anything was obeyed, what was committed is so.
    if (!died || outputs.length > 0) this.#commits(seen);
    this.#applies(seen);
    if (died || after.role !== "leader") return;
    if (before !== undefined && termAt(after.log, before.log.last) !== termAt(before.log, before.log.last))
      this.#fail("EL-22", `${agent} leads term ${after.term}; its log ended ${before.log.last} and lost that entry, now it ends ${after.log.last}`);
    if (before?.role !== "leader") this.#complete(seen);
  }

  done(atMs: number): void {
    const newest = this.#facts.configurationAt(this.#facts.commit);
    for (const [agent, node] of this.#facts.nodes) {
      if (![...newest.voters, ...newest.outgoing, ...newest.learners].includes(agent)) continue;
      const { electionMs } = this.#facts.settingsOf(agent);
      const lacking = this.#answered.find((answered) => answered.index > node.commit && answered.atMs < atMs - electionMs);
      if (lacking !== undefined)
        this.#fail("EL-34", `${agent} knows ${node.commit} entries to be committed; ${lacking.id} was answered long ago with ${lacking.index}`);
    }
  }

  /** EL-23, entry by entry: where index and term are the same, so are the entry and the term before it, and so all before. */
  #matches(before: Log | undefined, after: Log, agent: string): void {
    for (let index = partsAt(before, after); index <= after.last; index++) {
      const entry = entryAt(after, index) as Entry;
      const key = `${index} ${entry.term}`;
      const text = JSON.stringify(entry);
      const previousTerm = termAt(after, index - 1);
      const known = this.#entries.get(key) ?? { text, previousTerm };
      if (known.text !== text) this.#fail("EL-23", `${agent} has ${text} at ${index}, somebody else ${known.text}`);
      if (known.previousTerm !== previousTerm)
        this.#fail(
          "EL-23",
          `at ${index} logs agree on term ${entry.term}, and before it ${agent} has term ${previousTerm}, somebody else ${known.previousTerm}`,
        );
      this.#entries.set(key, known);
    }
  }

  #commits(seen: Seen): void {
    const { agent, before, after, input, outputs } = seen;
    if (input.type === "message" && input.message.type === "append") {
      const agreed = input.message.previousIndex + input.message.entries.length;
      if (after.commit > Math.max(before?.commit ?? 0, agreed))
        this.#fail("EL-26", `${agent} commits up to ${after.commit}; with its leader's log it agrees up to ${agreed}`);
    }
    const restored = outputs.find((output) => output.type === "restore");
    const from = Math.max(before?.commit ?? 0, restored?.index ?? 0);
    if (after.commit > after.log.last) this.#fail("EL-26", `${agent} knows ${after.commit} to be committed and its log ends ${after.log.last}`);
    if (before !== undefined && after.commit < before.commit)
      this.#fail("EL-26", `${agent} takes back its commit index from ${before.commit} to ${after.commit}`);
    for (let index = from + 1; index <= after.commit; index++) {
      // A snapshot may have taken its place in this very step; whoever leads, or came to lead, had it before.
      const led = before?.role === "leader" || after.role === "leader";
      const entry = entryAt(after.log, index) ?? (before !== undefined && led ? entryAt(before.log, index) : undefined);
      const known = this.#facts.committedAt(index);
      if (entry === undefined) continue;
      if (known === undefined) this.#firstCommitted(seen, index, entry);
      else if (JSON.stringify(known.entry) !== JSON.stringify(entry))
        this.#fail("EL-25", `at ${index} ${JSON.stringify(known.entry)} is committed, and ${agent} commits ${JSON.stringify(entry)}`);
    }
  }

  #firstCommitted({ agent, before, after }: Seen, index: number, entry: Entry): void {
    if (index !== this.#facts.commit + 1) return;
    // It may stop leading by what it commits.
    const leads = after.role === "leader" || (before?.role === "leader" && before.term === after.term);
    const last = termAt(after.log, after.commit) ?? 0;
    if (!leads) this.#fail("EL-26", `${agent} follows and commits ${index}, which no leader has`);
    else if (last !== after.term) this.#fail("EL-26", `${agent} leads term ${after.term} and commits up to ${after.commit}, of term ${last}, by counting`);
    // A configuration, and what is before it, is counted by it; what comes after also by one that followed in this very step.
    const known = before?.role === "leader" && index <= before.log.last ? before : after;
    const isBefore = index <= (known.configurations.at(-1)?.index ?? 0);
    const configuration = configurationOf(known);
    const counted = isBefore ? [configuration] : [configuration, configurationOf(after)];
    if (!counted.some((one) => hasMajorities(one, (voter) => this.#facts.has(voter, index, entry.term))))
      this.#fail(
        configuration.outgoing.length > 0 || configuration.learners.length > 0 ? "EL-30" : "EL-26",
        `${agent} commits ${index}; only ${[...this.#facts.durable.keys()].filter((voter) => this.#facts.has(voter, index, entry.term)).join(", ")} have it for sure, of ${JSON.stringify(configuration)}`,
      );
    this.#facts.add(agent, entry, after.term);
  }

  /** EL-25: in order, each once, and only what is committed. */
  #applies({ agent, before, outputs, atMs }: Seen): void {
    if (before === undefined) this.#applied.set(agent, 0);
    for (const output of outputs) {
      if (output.type === "restore") this.#applied.set(agent, output.index);
      if (output.type === "answer") this.#answers(output.id, Number(output.value), atMs);
      if (output.type !== "apply") continue;
      const { index, value } = output;
      const committed = this.#facts.committedAt(index)?.entry;
      if (committed?.type !== "value" || committed.value !== value)
        this.#fail("EL-25", `${agent} applies ${value} at ${index}, where ${committed === undefined ? "nothing" : JSON.stringify(committed)} is committed`);
      const applied = this.#applied.get(agent) ?? 0;
      if (index <= applied) this.#fail("EL-25", `${agent} applies ${index} after ${applied}`);
      for (let skipped = applied + 1; skipped < index; skipped++)
        if (this.#facts.committedAt(skipped)?.entry.type === "value") this.#fail("EL-25", `${agent} applies ${index} and never applied ${skipped}`);
      this.#applied.set(agent, index);
    }
  }

  #answers(id: string, index: number, atMs: number): void {
    // A read is answered with a state, which is no number.
    if (Number.isNaN(index)) return;
    const entry = this.#facts.committedAt(index)?.entry;
    if (entry === undefined || entry.type === "begin" || entry.id !== id)
      this.#fail("EL-34", `${id} is answered with ${index}, where ${JSON.stringify(entry)} is committed`);
    this.#answered.push({ id, index, atMs });
  }

  /** EL-24: what an earlier leader committed is in the log of every later one. */
  #complete({ agent, after }: Seen): void {
    for (let index = this.#facts.commit; index > after.log.base; index--) {
      const known = this.#facts.committedAt(index);
      if (known === undefined || known.inTerm >= after.term) continue;
      if (termAt(after.log, index) !== known.entry.term)
        this.#fail(
          "EL-24",
          `${agent} leads term ${after.term}; at ${index} it has term ${termAt(after.log, index)}, and term ${known.entry.term} is committed there`,
        );
      return;
    }
  }
}
