import { isJoint } from "../configuration.ts";
import { entryAt, termAt } from "../log.ts";
import type { Configuration, Entry } from "../messages.ts";
import { configurationOf } from "../node.ts";
import { type Facts, type Fail, type Part, partsAt, type Seen } from "./facts.ts";

const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

/** EL-30, of configurations, and EL-31. */
export class Members implements Part {
  readonly #facts: Facts;
  readonly #fail: Fail;
  /** By agent: the configurations that its log tells. */
  readonly #told = new Map<string, readonly { readonly index: number; readonly configuration: Configuration }[]>();

  constructor(facts: Facts, fail: Fail) {
    this.#facts = facts;
    this.#fail = fail;
  }

  stepped(seen: Seen): void {
    if (seen.died) return;
    if (seen.before?.log !== seen.after.log || seen.before?.snapshot !== seen.after.snapshot) this.#follows(seen);
    if (seen.before?.snapshot !== seen.after.snapshot) this.#snapshot(seen);
  }

  #follows({ agent, before, after }: Seen): void {
    const parts = partsAt(before?.log, after.log);
    const own = before === undefined ? [] : (this.#told.get(agent) ?? []);
    const told = own.filter(({ index }) => index < parts && index > after.snapshot.index);
    for (let index = parts; index <= after.log.last; index++) {
      const entry = entryAt(after.log, index);
      if (entry?.type !== "members" || index <= after.snapshot.index) continue;
      if (after.role === "leader" && before?.role === "leader" && entry.term === after.term) this.#changes(agent, entry, told.at(-1), after);
      told.push({ index, configuration: entry.configuration });
    }
    this.#told.set(agent, told);
    const newest = told.at(-1)?.configuration ?? after.snapshot.configuration;
    if (!same(newest, configurationOf(after)))
      this.#fail("EL-30", `${agent} goes by ${JSON.stringify(configurationOf(after))}; the newest in its log is ${JSON.stringify(newest)}`);
  }

  /** One change at a time: into both groups, and out of them once that is committed. */
  #changes(
    agent: string,
    entry: Extract<Entry, { type: "members" }>,
    last: { index: number; configuration: Configuration } | undefined,
    after: Seen["after"],
  ): void {
    const known = last?.configuration ?? after.snapshot.configuration;
    const { configuration } = entry;
    if (last !== undefined && last.index > after.commit)
      this.#fail("EL-30", `${agent} begins ${JSON.stringify(configuration)} while ${JSON.stringify(known)} is not committed`);
    const follows = isJoint(configuration)
      ? !isJoint(known) && same(configuration.outgoing, known.voters)
      : isJoint(known) && same(configuration.voters, known.voters);
    if (!follows) this.#fail("EL-30", `${agent} goes from ${JSON.stringify(known)} to ${JSON.stringify(configuration)}`);
  }

  #snapshot({ agent, after }: Seen): void {
    const { index, term, state, configuration, ids } = after.snapshot;
    if (index === 0) return;
    const committed = this.#facts.committedAt(index);
    if (committed === undefined || committed.entry.term !== term)
      this.#fail("EL-31", `${agent} has a snapshot up to ${index}, term ${term}; committed are ${this.#facts.commit} entries`);
    else if (committed.state !== state) this.#fail("EL-31", `${agent} has a snapshot up to ${index} with ${state}; what is committed makes ${committed.state}`);
    else if (!same(committed.configuration, configuration))
      this.#fail(
        "EL-31",
        `${agent} has a snapshot up to ${index} with ${JSON.stringify(configuration)}; by then it is ${JSON.stringify(committed.configuration)}`,
      );
    const told = this.#facts.idsUpTo(index, this.#facts.settingsOf(agent).idsKept);
    if (!same(told, ids)) this.#fail("EL-31", `${agent} has a snapshot up to ${index} that tells of ${JSON.stringify(ids)} and not of ${JSON.stringify(told)}`);
    if (termAt(after.log, index) === undefined)
      this.#fail("EL-31", `${agent} has a snapshot up to ${index}, and a log from ${after.log.base + 1} to ${after.log.last}`);
  }
}
