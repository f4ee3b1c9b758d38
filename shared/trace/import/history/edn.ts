import { TraceError } from "../../format/error.ts";
import { clip } from "../json/read.ts";
import { importLimits } from "../limits.ts";
import { placeOf } from "../source/decode.ts";

/** Values of EDN (edn-format.org), the notation that Clojure prints. Sets and lists are read like vectors, symbols like keywords. */
export type Edn = null | boolean | number | string | Keyword | BigNumber | Tagged | EdnMap | readonly Edn[];

/** `:ok`, `:jepsen/nemesis`; without its colon. */
export class Keyword {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** A number that a JavaScript number may not hold exactly, as it is spelt. */
export class BigNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export class Tagged {
  readonly tag: string;
  readonly value: Edn;
  constructor(tag: string, value: Edn) {
    this.tag = tag;
    this.value = value;
  }
}

/** Keys that are keywords, strings or numbers are kept under their name. */
export class EdnMap {
  readonly entries: ReadonlyMap<string, Edn>;
  constructor(entries: ReadonlyMap<string, Edn>) {
    this.entries = entries;
  }
}

const token = /[^\s,()[\]{}"`~@^;]+/y;
const blank = /(?:[\s,]+|;[^\n]*)*/y;
const exactDigits = 15;
const named: Readonly<Record<string, string>> = { newline: "\n", space: " ", tab: "\t", return: "\r" };

export class EdnReader {
  readonly #text: string;
  #at: number;
  #depth = 0;

  constructor(text: string, start = 0) {
    this.#text = text;
    this.#at = start;
  }

  /** Place of what comes next. */
  get place(): number {
    this.#skip();
    return this.#at;
  }

  atEnd(): boolean {
    this.#skip();
    return this.#at >= this.#text.length;
  }

  /** The next value. Throws a `TraceError` with line and byte where there is none. */
  next(): Edn {
    this.#skip();
    const mark = this.#text[this.#at];
    switch (mark) {
      case "{":
        return this.#nested(() => this.#map());
      case "[":
        return this.#nested(() => this.#list("]"));
      case "(":
        return this.#nested(() => this.#list(")"));
      case '"':
        return this.#string();
      case "#":
        return this.#dispatch();
      case "\\":
        return this.#character();
      case undefined:
        throw this.#error("it ends too early");
      default:
        return this.#atom();
    }
  }

  #error(what: string, at = this.#at): TraceError {
    return new TraceError(`This is no EDN: ${what}.`, placeOf(this.#text, Math.min(at, this.#text.length)));
  }

  #skip(): void {
    for (;;) {
      blank.lastIndex = this.#at;
      blank.test(this.#text);
      this.#at = blank.lastIndex;
      if (!this.#text.startsWith("#_", this.#at)) return;
      this.#at += 2;
      this.#nested(() => this.next(), 0);
    }
  }

  #nested(read: () => Edn, skip = 1): Edn {
    this.#depth += 1;
    if (this.#depth > importLimits.nesting) throw this.#error(`values are nested more than ${importLimits.nesting} deep`);
    this.#at += skip;
    const value = read();
    this.#depth -= 1;
    return value;
  }

  #list(close: string): readonly Edn[] {
    const items: Edn[] = [];
    for (;;) {
      this.#skip();
      if (this.#text[this.#at] === close) {
        this.#at += 1;
        return items;
      }
      items.push(this.next());
    }
  }

  #map(): EdnMap {
    const begin = this.#at;
    const items = this.#list("}");
    if (items.length % 2 === 1) throw this.#error("a map has a key without a value", begin);
    const entries = new Map<string, Edn>();
    for (let at = 0; at < items.length; at += 2) entries.set(wordsOf(items[at]!), items[at + 1]!);
    return new EdnMap(entries);
  }

  #string(): string {
    let end = this.#at + 1;
    while (end < this.#text.length && this.#text[end] !== '"') end += this.#text[end] === "\\" ? 2 : 1;
    if (end >= this.#text.length) throw this.#error("a string has no end");
    const inner = this.#text.slice(this.#at + 1, end);
    this.#at = end + 1;
    if (!inner.includes("\\")) return inner;
    return inner.replace(/\\(u[0-9a-fA-F]{4}|[\s\S])/g, (_, what: string) =>
      what.length > 1
        ? String.fromCharCode(Number.parseInt(what.slice(1), 16))
        : (({ n: "\n", t: "\t", r: "\r", b: "\b", f: "\f" } as Record<string, string>)[what] ?? what),
    );
  }

  #dispatch(): Edn {
    const after = this.#text[this.#at + 1];
    if (after === "{") {
      this.#at += 1;
      return this.#nested(() => this.#list("}"));
    }
    this.#at += 1;
    const tag = this.#token();
    // ##Inf, ##-Inf, ##NaN
    if (tag.startsWith("#")) return new Keyword(tag.slice(1));
    return new Tagged(
      tag,
      this.#nested(() => this.next(), 0),
    );
  }

  #character(): string {
    this.#at += 1;
    const first = this.#text[this.#at] ?? "";
    token.lastIndex = this.#at;
    const word = token.exec(this.#text)?.[0] ?? first;
    this.#at += Math.max(1, word.length);
    return named[word] ?? word;
  }

  #token(): string {
    token.lastIndex = this.#at;
    const found = token.exec(this.#text)?.[0];
    if (found === undefined) throw this.#error(`${JSON.stringify(this.#text[this.#at] ?? "")} was not expected here`);
    this.#at += found.length;
    return found;
  }

  #atom(): Edn {
    const found = this.#token();
    if (found === "nil") return null;
    if (found === "true") return true;
    if (found === "false") return false;
    if (found.startsWith(":")) return new Keyword(found.slice(1));
    if (/^[+-]?\d/.test(found)) {
      const plain = found.replace(/[NM]$/, "");
      const number = Number(plain);
      return plain.length <= exactDigits && Number.isFinite(number) ? number : new BigNumber(plain);
    }
    return new Keyword(found);
  }
}

/** The whole value as text: two values are equal when their texts are. */
export function textOf(value: Edn): string {
  return print(value, Number.POSITIVE_INFINITY);
}

/** A value in words, to be shown. */
export function wordsOf(value: Edn): string {
  return clip(print(value, importLimits.text));
}

/** No longer than there is room for: a value may be as large as the file. */
function print(value: Edn, room: number): string {
  if (room <= 0) return "";
  if (value instanceof Keyword) return value.name;
  if (value instanceof BigNumber) return value.text;
  if (value instanceof Tagged) return print(value.value, room);
  if (value === null) return "nil";
  if (typeof value !== "object") return String(value);
  const parts: string[] = [];
  let left = room;
  const add = (part: string): void => {
    parts.push(part);
    left -= part.length + 1;
  };
  const isMap = value instanceof EdnMap;
  if (isMap) {
    for (const [key, item] of value.entries) {
      if (left <= 0) break;
      add(`:${key} ${print(item, left)}`);
    }
    return `{${parts.join(", ")}}`;
  }
  for (const item of value as readonly Edn[]) {
    if (left <= 0) break;
    add(print(item, left));
  }
  return `[${parts.join(" ")}]`;
}
