/** Questions remembered; of more, those that were not asked for the longest are forgotten. */
const questionsAtMost = 10_000;
/** A question that is repeated is decided each time anew. */
const repeatsAtMost = 10;

/**
 * What held when questions that change nothing were decided, by sender and command id: their answers come later, once what
 * was decided before them is durable, and do not say of which repeat they are.
 */
export class DecidedBefore<T> {
  readonly #questions = new Map<string, readonly T[]>();

  add(sender: string, id: string, held: T): void {
    const key = `${sender} ${id}`;
    const earlier = this.#questions.get(key) ?? [];
    this.#questions.delete(key);
    this.#questions.set(key, [...earlier.slice(1 - repeatsAtMost), held]);
    if (this.#questions.size > questionsAtMost) this.#questions.delete(this.#questions.keys().next().value ?? key);
  }

  /** One for each decision, oldest first; none when it is not known. */
  of(sender: string, id: string): readonly T[] {
    return this.#questions.get(`${sender} ${id}`) ?? [];
  }
}
