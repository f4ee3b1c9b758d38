import { type Logger, pino } from "pino";

const levelNames: Readonly<Record<number, string>> = { 40: "warning", 50: "error", 60: "fatal" };

/** Lines of JSON for a log collector; on a terminal, sentences. */
export function createLog(isTerminal: boolean): Logger {
  const level = process.env.LOG_LEVEL ?? "info";
  if (!isTerminal) return pino({ level, base: null });
  return pino({ level, base: null }, { write: (line: string) => process.stderr.write(sentence(line)) });
}

function sentence(line: string): string {
  const entry: { level: number; time: number; msg?: string; error?: { message?: string }; err?: { stack?: string } } = JSON.parse(line);
  const name = levelNames[entry.level];
  const time = new Date(entry.time).toLocaleTimeString("en-GB");
  const cause = entry.err?.stack ?? entry.error?.message;
  return `${time} ${name === undefined ? "" : `${name}: `}${entry.msg ?? ""}${cause === undefined ? "" : `: ${cause}`}\n`;
}
