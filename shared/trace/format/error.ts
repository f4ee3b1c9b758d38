/** Where in a file: `line` from 1, `byte` from 0 in the unpacked file; `rule` names what of SPEC.md it breaks, where it breaks a rule. */
export interface TraceErrorPlace {
  readonly line?: number | undefined;
  readonly byte?: number | undefined;
  readonly rule?: string | undefined;
}

/** A trace cannot be read. `message` says what is wrong and what to do. */
export class TraceError extends Error {
  override name = "TraceError";
  readonly line: number | undefined;
  readonly byte: number | undefined;
  readonly rule: string | undefined;
  constructor(message: string, { line, byte, rule }: TraceErrorPlace = {}, options?: ErrorOptions) {
    super(message, options);
    this.line = line;
    this.byte = byte;
    this.rule = rule;
  }
}
