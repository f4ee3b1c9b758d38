type Numbers = Float64Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;

/** A list of numbers that grows, in the room that its kind of number takes. */
export class NumberList<N extends Numbers> {
  #numbers: N;
  #length = 0;
  readonly #create: (length: number) => N;

  constructor(create: (length: number) => N) {
    this.#create = create;
    this.#numbers = create(8);
  }

  get length(): number {
    return this.#length;
  }

  /** The numbers, and behind them room for more. */
  get all(): N {
    return this.#numbers;
  }

  at(index: number): number {
    return this.#numbers[index] as number;
  }

  set(index: number, value: number): void {
    this.#numbers[index] = value;
  }

  push(value: number): void {
    if (this.#length === this.#numbers.length) this.#grow();
    this.#numbers[this.#length++] = value;
  }

  /** Puts a value before what is at `index`. */
  insert(index: number, value: number): void {
    this.push(value);
    this.#numbers.copyWithin(index + 1, index, this.#length - 1);
    this.#numbers[index] = value;
  }

  remove(index: number): void {
    this.#numbers.copyWithin(index, index + 1, this.#length);
    this.#length--;
  }

  truncate(length: number): void {
    this.#length = Math.min(this.#length, length);
  }

  /** Gives back the room for more. */
  trim(): void {
    if (this.#length < this.#numbers.length) this.#numbers = this.#numbers.slice(0, this.#length) as N;
  }

  /** How many of them, from `from` on, come before the first that `test` is true of; those after it must be so, too. */
  search(test: (value: number) => boolean, from = 0): number {
    let low = from;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (test(this.#numbers[middle] as number)) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #grow(): void {
    const larger = this.#create(Math.max(8, Math.ceil(this.#numbers.length * 1.5)));
    larger.set(this.#numbers);
    this.#numbers = larger;
  }
}

export const float64List = () => new NumberList((length) => new Float64Array(length));
export const uint32List = () => new NumberList((length) => new Uint32Array(length));
export const uint8List = () => new NumberList((length) => new Uint8Array(length));
