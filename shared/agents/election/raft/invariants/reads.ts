import { termAt } from "../log.ts";
import { configurationOf } from "../node.ts";
import { endOf, type Facts, type Fail, hasMajorities, type Part, type Seen } from "./facts.ts";

/** Clocks are read to whole milliseconds. */
const toleranceMs = 2;

/** EL-32 and EL-33. */
export class Reads implements Part {
  readonly #facts: Facts;
  readonly #fail: Fail;
  /** By id: when it was asked and what was committed then. */
  readonly #asked = new Map<string, { readonly atMs: number; readonly commit: number }>();
  /** By agent: the last term in which it told somebody to lead. */
  readonly #handedOver = new Map<string, number>();
  /** By agent: since when, by its own clock, it hands over to somebody. */
  readonly #transfers = new Map<string, { readonly to: string; readonly sinceMs: number }>();

  constructor(facts: Facts, fail: Fail) {
    this.#facts = facts;
    this.#fail = fail;
  }

  stepped(seen: Seen): void {
    const { agent, before, input, outputs, atMs } = seen;
    if (input.type === "ask" && input.ask.type === "read") this.#asked.set(input.ask.id, { atMs, commit: this.#facts.commit });
    for (const output of outputs) {
      if (output.type === "answer" && this.#asked.has(output.id)) this.#answered(seen, output.id, output.value);
      if (output.type !== "send" || output.message.type !== "lead") continue;
      this.#handedOver.set(agent, output.message.term);
      const end = endOf((before ?? seen.after).log);
      if (!this.#facts.has(output.to, end.index, end.term))
        this.#fail("EL-33", `${agent} tells ${output.to} to lead, which has not ${end.index} of term ${end.term}`);
      if (!configurationOf(before ?? seen.after).voters.includes(output.to)) this.#fail("EL-33", `${agent} tells ${output.to} to lead, which has no vote`);
    }
    this.#handsOver(seen);
  }

  #answered({ agent, before, after, atMs }: Seen, id: string, value: string): void {
    const asked = this.#asked.get(id);
    if (asked === undefined || before === undefined) return;
    const state = this.#facts.committedAt(after.applied)?.state;
    if (after.applied < asked.commit || state !== value)
      this.#fail("EL-32", `${agent} answers ${id} with ${value} as of ${after.applied}; when it was asked ${asked.commit} entries were committed`);
    if (termAt(after.log, after.commit) !== after.term)
      this.#fail("EL-32", `${agent} answers ${id} before an entry of its own term ${after.term} is committed`);
    // Whoever is elected by the newest configuration needs a majority of the newest committed one as well, and the other way round.
    const committed = after.configurations.findLast(({ index }) => index <= after.commit)?.configuration;
    const configurations = [configurationOf(after), ...(committed === undefined ? [] : [committed])];
    const { electionMs, driftBound, reads } = this.#facts.settingsOf(agent);
    const heardSince = (sinceMs: number) =>
      configurations.some((configuration) =>
        hasMajorities(configuration, (voter) => voter === agent || (this.#facts.heardMs.get(`${voter} ${after.term}`) ?? 0) >= sinceMs),
      );
    if (heardSince(asked.atMs)) return;
    // No clock runs faster than by the bound: until then everybody keeps its promise.
    const isPromised = reads === "lease" && this.#handedOver.get(agent) !== after.term && heardSince(atMs - electionMs / (1 + driftBound) - toleranceMs);
    if (!isPromised) this.#fail("EL-32", `${agent} answers ${id} in term ${after.term}, and no majority has heard from it lately enough`);
  }

  /** EL-33: nothing is taken meanwhile, and it ends. */
  #handsOver({ agent, before, after, input, died }: Seen): void {
    const under = died ? null : (after.lead?.transfer ?? null);
    if (under === null) {
      this.#transfers.delete(agent);
      return;
    }
    const known = this.#transfers.get(agent);
    const isNew = known === undefined || (input.type === "ask" && input.ask.type === "transfer");
    this.#transfers.set(agent, isNew ? { to: under.to, sinceMs: input.nowMs } : known);
    const asked = input.type === "ask" ? input.ask.type : input.type === "message" && input.message.type === "propose" ? "a proposal" : undefined;
    if (known !== undefined && before !== undefined && asked !== undefined && after.log.last > before.log.last)
      this.#fail("EL-33", `${agent} takes ${asked} while it hands over to ${under.to}`);
    const { electionMs } = this.#facts.settingsOf(agent);
    if (!isNew && input.type === "timer" && input.timer === "heartbeat" && input.nowMs - known.sinceMs >= electionMs)
      this.#fail("EL-33", `${agent} hands over to ${under.to} for ${input.nowMs - known.sinceMs} ms by now`);
  }
}
