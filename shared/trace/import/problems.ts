import type { Problem } from "./imported.ts";
import { importLimits } from "./limits.ts";

/** Collects what is odd about a file; a hostile one fills no memory with it. */
export class Problems {
  readonly #list: Problem[] = [];
  #more = 0;

  add(message: string, where: { readonly line?: number | undefined; readonly byte?: number | undefined } = {}): void {
    if (this.#list.length >= importLimits.problems) this.#more += 1;
    else this.#list.push({ ...(where.line !== undefined && { line: where.line }), ...(where.byte !== undefined && { byte: where.byte }), message });
  }

  all(): readonly Problem[] {
    return this.#more === 0 ? this.#list : [...this.#list, { message: `and ${this.#more} more` }];
  }
}
