import { deflateSync, inflateSync } from "fflate";

const blockChars = 128 * 1024;
/** Unpacked blocks at hand: what stands around the cursor. */
const blocksAtHand = 12;
/** Texts are lines: none has one in it. */
const between = "\n";

interface Block {
  /** Number of its first text. */
  readonly first: number;
  readonly bytes: Uint8Array;
  /** Unpacked length; undefined where it is not packed. */
  readonly plainBytes: number | undefined;
}

/**
 * A list of texts without line ends, packed in blocks: of what stands close together in a trace much is the same. Blocks
 * beyond a budget are deflated, to about an eighth.
 */
export class PackedTexts {
  readonly #plainBudget: number;
  readonly #encoder = new TextEncoder();
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  readonly #blocks: Block[] = [];
  readonly #atHand = new Map<Block, readonly string[]>();
  /** The last ones: a block that is not full. */
  #open: string[] = [];
  #openChars = 0;
  #openFirst = 0;
  #storedBytes = 0;

  /** @param plainBudget so many bytes are kept as they are; what comes after is deflated. */
  constructor(plainBudget: number) {
    this.#plainBudget = plainBudget;
  }

  get length(): number {
    return this.#openFirst + this.#open.length;
  }

  /** Bytes that are kept for good, about. */
  get bytes(): number {
    return this.#storedBytes + this.#openChars;
  }

  push(text: string): void {
    this.#open.push(text);
    this.#openChars += text.length + 1;
    if (this.#openChars >= blockChars) this.#seal();
  }

  /** Undefined beyond the end. */
  at(index: number): string | undefined {
    const { first, texts } = this.#around(index);
    return texts[index - first];
  }

  /** Those from `first` up to before `end`, as far as there are any. */
  slice(first: number, end: number): string[] {
    const found: string[] = [];
    for (let index = first; index < Math.min(end, this.length); ) {
      const around = this.#around(index);
      const some = around.texts.slice(index - around.first, end - around.first);
      for (const text of some) found.push(text);
      index += some.length;
    }
    return found;
  }

  /** The block in which a text stands. */
  #around(index: number): { readonly first: number; readonly texts: readonly string[] } {
    if (index >= this.#openFirst) return { first: this.#openFirst, texts: this.#open };
    const block = this.#blockOf(index);
    const texts = this.#atHand.get(block) ?? this.#unpacked(block);
    // What was looked at last is let go of last.
    this.#atHand.delete(block);
    this.#atHand.set(block, texts);
    if (this.#atHand.size > blocksAtHand) this.#atHand.delete(this.#atHand.keys().next().value as Block);
    return { first: block.first, texts };
  }

  #blockOf(index: number): Block {
    let low = 0;
    let high = this.#blocks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.#blocks[middle] as Block).first <= index) low = middle;
      else high = middle - 1;
    }
    return this.#blocks[low] as Block;
  }

  #unpacked({ bytes, plainBytes }: Block): string[] {
    const plain = plainBytes === undefined ? bytes : inflateSync(bytes, { out: new Uint8Array(plainBytes) });
    return this.#decoder.decode(plain).split(between);
  }

  #seal(): void {
    const plain = this.#encoder.encode(this.#open.join(between));
    const isPlain = this.#storedBytes + plain.length <= this.#plainBudget;
    const bytes = isPlain ? plain : deflateSync(plain, { level: 4 });
    this.#blocks.push({ first: this.#openFirst, bytes, plainBytes: isPlain ? undefined : plain.length });
    this.#storedBytes += bytes.length;
    this.#openFirst += this.#open.length;
    this.#open = [];
    this.#openChars = 0;
  }
}
