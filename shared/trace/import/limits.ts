/** Bounds of what one import reads and makes: files come from anywhere. Above them a file is refused with words, not cut. */
export const importLimits = {
  /** Bytes of a file, and of what a packed file unpacks to. */
  bytes: 64 * 1024 * 1024,
  /** Braces, brackets and parentheses within each other. */
  nesting: 200,
  /** Spans, trace events, log entries, operations, rows. */
  items: 500_000,
  /** Agents of the space that comes of it: services, threads, processes, hosts. */
  agents: 20_000,
  /** Problems that are told one by one; the rest is counted. */
  problems: 1_000,
  /** Characters of a name or text that is kept. */
  text: 500,
  /** Length of an expression that finds events in a log. */
  expression: 4_000,
} as const;
