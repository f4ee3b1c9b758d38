/**
 * Ends the command with a message for people, without a stack.
 * @param code 1: it failed; 2: it was called wrongly.
 * @param json what whoever asked for JSON reads, on the standard output.
 */
export function fail(message: string, code: 1 | 2 = 1, json?: object): never {
  if (json !== undefined) process.stdout.write(`${JSON.stringify(json, null, 1)}\n`);
  process.stderr.write(`${message}\n`);
  process.exit(code);
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
