import { byName } from "./graph-nodes.ts";

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
    let low = 0;
    let high = this.#names.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (order(this.#names[middle] ?? "", name) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Total: names that read the same (`a1`, `a01`) still have an order. */
const order = (a: string, b: string): number => byName(a, b) || (a < b ? -1 : a > b ? 1 : 0);
