import { byName } from "./names.ts";
import { placeOf } from "./sorted.ts";

/** Names kept in order as they come and go, so that a card of thousands need not be sorted again. */
export class SortedNames implements Iterable<string> {
  readonly #names: string[] = [];

  get size(): number {
    return this.#names.length;
  }

  [Symbol.iterator](): Iterator<string> {
    return this.#names.values();
  }

  add(name: string): void {
    const index = this.#find(name);
    if (this.#names[index] !== name) this.#names.splice(index, 0, name);
  }

  delete(name: string): void {
    const index = this.#find(name);
    if (this.#names[index] === name) this.#names.splice(index, 1);
  }

  #find(name: string): number {
    return placeOf(this.#names, name, byName);
  }
}
