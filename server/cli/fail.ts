/** Ends the command with a message for people, without a stack. @param code 1: it failed; 2: it was called wrongly. */
export function fail(message: string, code: 1 | 2 = 1): never {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
