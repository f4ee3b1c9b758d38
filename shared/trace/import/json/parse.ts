import { TraceError } from "../../format/error.ts";
import { importLimits } from "../limits.ts";
import { placeOf } from "../source/decode.ts";

/** A number as it is spelt, where a JavaScript number may not hold it exactly. */
export class Numeral {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type Json = null | boolean | number | Numeral | string | readonly Json[] | JsonObject;
/** Without a prototype: `__proto__` and `constructor` are keys like others. */
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

export interface Parsed {
  readonly value: Json;
  /** The outermost array ends without its bracket, after whole items; Chrome's format allows that. Where it ends. */
  readonly truncatedAt?: number;
  /** Where the value ends when something follows it. */
  readonly end: number;
}

const space = /[ \t\n\r]*/y;
const number = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
/** Digits that any number keeps. */
const exactDigits = 15;

/**
 * Parses JSON (RFC 8259) from `start`. Unlike `JSON.parse` it keeps long numbers exact, nests no deeper than the limit,
 * tells line and byte of a mistake, and takes an outermost array that lacks its end. Throws a `TraceError`.
 */
export function parseJson(text: string, start = 0, options: { readonly more?: boolean } = {}): Parsed {
  const parser = new Parser(text, start);
  const parsed = parser.document();
  if (options.more !== true && parsed.end < text.length) throw parser.error("the end of the file was expected here");
  return parsed;
}

class Parser {
  readonly #text: string;
  #at: number;
  #depth = 0;
  #truncatedAt: number | undefined;

  constructor(text: string, start: number) {
    this.#text = text;
    this.#at = start;
  }

  document(): Parsed {
    this.#skip();
    const value = this.#value();
    this.#skip();
    return { value, end: this.#at, ...(this.#truncatedAt !== undefined && { truncatedAt: this.#truncatedAt }) };
  }

  error(what: string): TraceError {
    const ended = this.#at >= this.#text.length;
    return new TraceError(`This is no JSON: ${ended ? "it ends too early" : what}.`, placeOf(this.#text, Math.min(this.#at, this.#text.length)));
  }

  #skip(): void {
    const code = this.#text.charCodeAt(this.#at);
    if (code !== 32 && code !== 10 && code !== 9 && code !== 13) return;
    space.lastIndex = this.#at;
    space.test(this.#text);
    this.#at = space.lastIndex;
  }

  #value(): Json {
    const text = this.#text;
    switch (text.charCodeAt(this.#at)) {
      case 123:
        return this.#nested(() => this.#object());
      case 91:
        return this.#nested(() => this.#array());
      case 34:
        return this.#string();
      case 116:
        return this.#word("true", true);
      case 102:
        return this.#word("false", false);
      case 110:
        return this.#word("null", null);
      default:
        return this.#number();
    }
  }

  #nested(read: () => Json): Json {
    this.#depth += 1;
    if (this.#depth > importLimits.nesting) throw new TraceError(`Values are nested more than ${importLimits.nesting} deep.`, placeOf(this.#text, this.#at));
    this.#at += 1;
    const value = read();
    this.#depth -= 1;
    return value;
  }

  #object(): JsonObject {
    const object = Object.create(null) as { [key: string]: Json };
    this.#skip();
    if (this.#take("}")) return object;
    for (;;) {
      this.#skip();
      if (this.#text[this.#at] !== '"') throw this.error("a key in quotes was expected here");
      const key = this.#string();
      this.#skip();
      if (!this.#take(":")) throw this.error("a colon was expected here");
      this.#skip();
      object[key] = this.#value();
      this.#skip();
      if (this.#take("}")) return object;
      if (!this.#take(",")) throw this.error("a comma or a closing brace was expected here");
    }
  }

  #array(): Json[] {
    const items: Json[] = [];
    this.#skip();
    if (this.#take("]")) return items;
    for (;;) {
      this.#skip();
      if (this.#depth === 1 && items.length > 0 && this.#endsHere()) return items;
      items.push(this.#value());
      this.#skip();
      if (this.#take("]")) return items;
      if (this.#depth === 1 && this.#endsHere()) return items;
      if (!this.#take(",")) throw this.error("a comma or a closing bracket was expected here");
    }
  }

  #endsHere(): boolean {
    if (this.#at < this.#text.length) return false;
    this.#truncatedAt = this.#at;
    return true;
  }

  #string(): string {
    const text = this.#text;
    const begin = this.#at + 1;
    let plain = begin;
    for (; plain < text.length; plain += 1) {
      const code = text.charCodeAt(plain);
      if (code === 34) {
        this.#at = plain + 1;
        return text.slice(begin, plain);
      }
      if (code === 92) return this.#escaped(begin, plain);
      if (code < 32) break;
    }
    this.#at = plain;
    throw this.error("a control character stands in a string");
  }

  #escaped(begin: number, firstEscape: number): string {
    const text = this.#text;
    let end = firstEscape;
    while (end < text.length && text.charCodeAt(end) !== 34) end += text.charCodeAt(end) === 92 ? 2 : 1;
    this.#at = Math.min(end, text.length);
    if (end >= text.length) throw this.error("");
    try {
      const value = JSON.parse(text.slice(begin - 1, end + 1)) as string;
      this.#at = end + 1;
      return value;
    } catch {
      this.#at = firstEscape;
      throw this.error("a string with a wrong escape or a control character begins before this");
    }
  }

  #number(): number | Numeral {
    number.lastIndex = this.#at;
    const match = number.exec(this.#text)?.[0];
    if (match === undefined) throw this.error("a value was expected here");
    this.#at += match.length;
    return match.length <= exactDigits ? Number(match) : new Numeral(match);
  }

  #word<T extends Json>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.#at)) throw this.error("a value was expected here");
    this.#at += word.length;
    return value;
  }

  #take(mark: string): boolean {
    if (this.#text[this.#at] !== mark) return false;
    this.#at += 1;
    return true;
  }
}
