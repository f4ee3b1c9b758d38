import { TraceError } from "../../format/error.ts";
import { type Parsed, parseJson } from "../json/parse.ts";
import { importLimits } from "../limits.ts";
import { Problems } from "../problems.ts";
import { decode } from "./decode.ts";
import { unpack } from "./unpack.ts";

/** A foreign file, read into text once. Line ends are `\n`, whatever they were. */
export class Source {
  readonly text: string;
  readonly problems = new Problems();
  #lines: readonly string[] | undefined;
  #json: Parsed | TraceError | undefined;

  constructor(bytes: Uint8Array) {
    if (bytes.length > importLimits.bytes)
      throw new TraceError(`The file has ${bytes.length} bytes; an import reads at most ${importLimits.bytes}.`, { byte: importLimits.bytes });
    this.text = decode(unpack(bytes), this.problems);
    if (this.text.trim() === "") throw new TraceError("The file is empty.", { line: 1, byte: 0 });
  }

  get lines(): readonly string[] {
    this.#lines ??= this.text.split("\n");
    return this.#lines;
  }

  /** The file as one JSON value, parsed once; throws where it is none. */
  json(): Parsed {
    this.#json ??= this.#parse();
    if (this.#json instanceof TraceError) throw this.#json;
    return this.#json;
  }

  #parse(): Parsed | TraceError {
    try {
      return parseJson(this.text);
    } catch (error) {
      if (error instanceof TraceError) return error;
      throw error;
    }
  }

  /** The file as one JSON value, or undefined where it is none. */
  maybeJson(): Parsed | undefined {
    this.#json ??= this.#parse();
    return this.#json instanceof TraceError ? undefined : this.#json;
  }
}
