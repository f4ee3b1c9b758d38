import { JournalError } from "./journal.ts";

type Primary = "busy" | "full" | "corrupt" | "io" | "unknown";
/** Code 1 is said of a statement that makes no sense. Ours do where the tables are ours: a schema or a header was changed. */
const primaries: Readonly<Record<number, Primary>> = { 1: "corrupt", 5: "busy", 11: "corrupt", 13: "full", 26: "corrupt" };

/**
 * What kind of trouble SQLite or the file system reports; "unknown" when neither of them does. Extended result codes
 * carry the primary one in their low byte.
 */
export function primaryCode(error: unknown): Primary {
  if (!(error instanceof Error)) return "unknown";
  const { code, rawCode } = error as { code?: unknown; rawCode?: unknown };
  if (code === "ENOSPC" || code === "EDQUOT") return "full";
  if (typeof rawCode === "number") return primaries[rawCode & 0xff] ?? "io";
  // Opening fails with a plain Error that has the code only in its words.
  const inWords = /: (\d+)"\)$/.exec(error.message);
  if (inWords) return primaries[Number(inWords[1]) & 0xff] ?? "io";
  return typeof code === "string" ? "io" : "unknown";
}

/** What is said of a file that is not as it was written. */
export function damaged(path: string, said: string, cause?: unknown): JournalError {
  return new JournalError("corrupt", `${path} is damaged (${said}): restore it from your backup; \`signalbox journal verify\` says how far it is good`, {
    cause,
  });
}

/** The error as people should read it: which file, what is wrong, what to do. A fault of the program stays as it is. */
export function journalErrorFrom(error: unknown, path: string): unknown {
  const said = error instanceof Error ? error.message : String(error);
  switch (primaryCode(error)) {
    case "full":
      return new JournalError("full", `the disk of ${path} is full (${said}): make room, then start again; nothing that was acknowledged is lost`, {
        cause: error,
      });
    case "corrupt":
      return damaged(path, said, error);
    case "busy":
      return new JournalError("locked", `${path} is in use by another program (${said}): close it and start again`, { cause: error });
    case "io":
      return new JournalError("io", `${path} cannot be used (${said}): check the disk and the rights of the folder`, { cause: error });
    case "unknown":
      return error;
  }
}
