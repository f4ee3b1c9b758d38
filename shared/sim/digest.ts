/** A 53-bit running hash of text: FNV-1a in two lanes with different primes. Tells two runs apart; no protection against malice. */
export class Digest {
  #low = 0x811c9dc5;
  #high = 0x9e3779b9;

  add(text: string): void {
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      this.#low = Math.imul(this.#low ^ code, 0x01000193);
      this.#high = Math.imul(this.#high ^ code, 0x85ebca6b);
    }
  }

  toString(): string {
    return ((this.#high & 0x1fffff) * 0x1_0000_0000 + (this.#low >>> 0)).toString(16).padStart(14, "0");
  }
}
