/** A trace cannot be read. `message` says what is wrong and what to do; `line` (from 1) and `byte` (from 0, unpacked) say where. */
export class TraceError extends Error {
  override name = "TraceError";
  readonly line: number | undefined;
  readonly byte: number | undefined;
  constructor(message: string, where: { line?: number; byte?: number } = {}, options?: ErrorOptions) {
    super(message, options);
    this.line = where.line;
    this.byte = where.byte;
  }
}
