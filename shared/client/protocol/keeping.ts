import type { z } from "zod";
import { changesBetween, changesSchema, withChanges } from "../../agents/changes.ts";
import { parsed } from "./parcels.ts";
import type { NodeStore } from "./store.ts";

/** Records of changes may come to this many characters, or to those of the whole when that is longer, before the whole is written anew. */
const changesLength = 65_536;

/**
 * Keeps what a node must not forget: the whole once, then what changed, so that a step costs what it changed and not what
 * there is. Once the changes come to more than the whole it is written anew, as Redis does with its append-only file: so all
 * records together are at most twice as long as the whole, or little, and writing the whole costs no more than the changes did.
 */
export class Keeping<Durable> {
  readonly #store: NodeStore;
  /** What was kept last in this run. The first time it is written whole, whatever a crash left behind the records before. */
  #last: { readonly durable: Durable; readonly wholeLength: number; readonly changedLength: number } | undefined;

  constructor(store: NodeStore) {
    this.#store = store;
  }

  /** What was kept; undefined when nothing was. Throws where it cannot be told, or is not what `schema` says. */
  async load(schema: z.ZodType<Durable>): Promise<Durable | undefined> {
    const [whole, ...rest] = await this.#store.load();
    if (whole === undefined) return undefined;
    return schema.parse(rest.reduce((value, record) => withChanges(value, changesSchema.parse(parsed(record))), parsed(whole)));
  }

  /** Resolves once it is durable. What is kept may not be changed in place afterwards. */
  async keep(durable: Durable): Promise<void> {
    const last = this.#last;
    if (last === undefined) return this.#keepWhole(durable);
    const changes = changesBetween(last.durable, durable);
    if (changes.length === 0) return;
    const record = JSON.stringify(changes);
    const changedLength = last.changedLength + record.length;
    if (changedLength > Math.max(changesLength, last.wholeLength)) return this.#keepWhole(durable);
    await this.#store.add(record);
    this.#last = { ...last, durable, changedLength };
  }

  async #keepWhole(durable: Durable): Promise<void> {
    const record = JSON.stringify(durable);
    await this.#store.save(record);
    this.#last = { durable, wholeLength: record.length, changedLength: 0 };
  }
}
