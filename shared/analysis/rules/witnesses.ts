/**
 * For each request one thing that stands before it, by name: as long as that thing stays, the request need not be looked
 * at again.
 */
export class Witnesses {
  readonly #of = new Map<number, string>();
  readonly #behind = new Map<string, Set<number>>();

  has(request: number): boolean {
    return this.#of.has(request);
  }

  note(request: number, witness: string): void {
    this.forget(request);
    this.#of.set(request, witness);
    const behind = this.#behind.get(witness);
    if (behind === undefined) this.#behind.set(witness, new Set([request]));
    else behind.add(request);
  }

  forget(request: number): void {
    const witness = this.#of.get(request);
    if (witness === undefined) return;
    this.#of.delete(request);
    const behind = this.#behind.get(witness);
    behind?.delete(request);
    if (behind?.size === 0) this.#behind.delete(witness);
  }

  /** A thing is no more, or another than it was: the requests that have no witness now. */
  gone(witness: string): readonly number[] {
    const behind = [...(this.#behind.get(witness) ?? [])];
    for (const request of behind) this.#of.delete(request);
    this.#behind.delete(witness);
    return behind;
  }
}
