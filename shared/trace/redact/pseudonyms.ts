import type { Redaction, TextKind } from "./kinds.ts";

const operatorPrefix = "operator:";
const tokens = /[A-Za-z0-9][A-Za-z0-9._:@/*?-]*/g;
/** The ending that tells a file from a folder (LK-4). */
const ending = /(?<=[^.])\.[A-Za-z][A-Za-z0-9]{0,9}$/;

/** Texts of one kind and their pseudonyms: numbered in the order of the texts, so that what is sorted by them stays sorted. */
class Table {
  readonly #prefix: string;
  readonly #found = new Set<string>();
  #numbers: Map<string, string> | undefined;

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  has(text: string): boolean {
    return this.#found.has(text);
  }

  /** Before `number`: notes that the text is there. After it: its pseudonym. */
  of(text: string): string {
    if (this.#numbers === undefined) {
      this.#found.add(text);
      return text;
    }
    return this.#numbers.get(text) ?? this.#prefix;
  }

  number(): void {
    const sorted = [...this.#found].sort((a, b) => (a < b ? -1 : 1));
    const digits = String(sorted.length).length;
    this.#numbers = new Map(sorted.map((text, index) => [text, `${this.#prefix}${String(index + 1).padStart(digits, "0")}`]));
  }
}

/**
 * Who is called what in a copy. All texts are shown to it twice: first it learns what is there, then, after `learned`, it
 * answers with the pseudonyms.
 */
export class Pseudonyms {
  readonly #rules: ReadonlySet<Redaction>;
  readonly #names = new Table("name-");
  readonly #segments = new Table("p");
  readonly #texts = new Table("text-");
  readonly #commands = new Table("command-");
  readonly #findings = new Table("finding-");
  readonly #resources = new Set<string>();
  /** Some names were patterns, such as `w*`: what they match is lost with the names. */
  patternsLost = false;

  constructor(rules: readonly Redaction[]) {
    this.#rules = new Set(rules);
  }

  learned(): void {
    for (const table of [this.#names, this.#segments, this.#texts, this.#commands, this.#findings]) table.number();
  }

  of(kind: TextKind, text: string): string {
    if (text === "") return text;
    const { names, resources, reasons, payloads } = this.#chosen;
    switch (kind) {
      case "name":
        return names ? this.#names.of(text) : text;
      case "sender":
        return names && text.startsWith(operatorPrefix) ? operatorPrefix + this.#names.of(text.slice(operatorPrefix.length)) : text;
      case "target":
        return names ? this.#target(text) : text;
      case "resource":
        return resources ? this.#resource(text) : text;
      case "about":
        return this.#about(text);
      case "commandId":
        return names || resources || payloads ? this.#commands.of(text) : text;
      case "findingId":
        return names || resources ? this.#findings.of(text) : text;
      case "words":
        return names || resources || reasons ? this.#texts.of(text) : text;
      case "reason":
        return this.#text(text, reasons);
      case "payload":
        return this.#text(text, payloads);
      case "secret":
        return "-";
    }
  }

  get #chosen(): Readonly<Record<Redaction, boolean>> {
    const has = (rule: Redaction) => this.#rules.has(rule);
    return { names: has("names"), resources: has("resources"), reasons: has("reasons"), payloads: has("payloads") };
  }

  /** A text that may stay goes all the same when it names somebody, or something, that has a pseudonym. */
  #text(text: string, chosen: boolean): string {
    const tells = chosen || [...text.matchAll(tokens)].some(([token]) => this.#names.has(token) || this.#resources.has(token));
    // Which texts tell is only known once everything was seen: until then all of them are noted.
    if (tells) return this.#texts.of(text);
    this.#texts.of(text);
    return text;
  }

  /** Names and patterns of agents, with commas between them. */
  #target(target: string): string {
    const ofOne = (name: string): string => {
      if (name === "*") return name;
      if (name.includes("*")) this.patternsLost = true;
      return this.#names.of(name);
    };
    return target.split(",").map(ofOne).join(",");
  }

  /** Agents and resources stand together there. What may be a name is taken as one. */
  #about(text: string): string {
    const { names } = this.#chosen;
    return names && !text.includes("/") && !this.#resources.has(text) ? this.#names.of(text) : this.of("resource", text);
  }

  #resource(resource: string): string {
    this.#resources.add(resource);
    return resource
      .split("/")
      .map((segment) => this.#segment(segment))
      .join("/");
  }

  #segment(segment: string): string {
    const kept = ending.exec(segment)?.[0] ?? "";
    const stem = segment.slice(0, segment.length - kept.length);
    if (stem === "*" || segment === "**") return segment;
    if (/[*?]/.test(segment)) this.patternsLost = true;
    return this.#segments.of(segment) + kept;
  }
}
