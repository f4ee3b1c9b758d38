import type { Witness } from "./witness.ts";

/** The guarded resources of a run: each lets a write in only with a fence that is not below the highest it let in. */
export class Vault {
  readonly #highest = new Map<string, bigint>();
  readonly #witness: Witness;

  constructor(witness: Witness) {
    this.#witness = witness;
  }

  /** Undefined when the write was let in, else the highest fence, for the report. */
  write(resource: string, fence: string): string | undefined {
    const highest = this.#highest.get(resource) ?? 0n;
    const accepted = BigInt(fence) >= highest;
    if (accepted) this.#highest.set(resource, BigInt(fence));
    this.#witness.fact({ kind: "wrote", resource, fence, accepted });
    return accepted ? undefined : String(highest);
  }
}
