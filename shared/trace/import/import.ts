import { genesis } from "../format/chain.ts";
import { TraceError } from "../format/error.ts";
import { type OpenTrace, traceOf } from "../seek/reader.ts";
import { importChrome } from "./chrome/chrome.ts";
import { detectFormat } from "./detect.ts";
import { importHistory } from "./history/history.ts";
import { type Format, formats, type Imported } from "./imported.ts";
import { importInnodb } from "./innodb/innodb.ts";
import { importJaeger } from "./jaeger/jaeger.ts";
import { clip } from "./json/read.ts";
import { importJvm } from "./jvm/jvm.ts";
import { importLimits } from "./limits.ts";
import { importOtlp } from "./otlp/otlp.ts";
import { importDeadlockLog } from "./postgres/deadlock-log.ts";
import { importIsolation } from "./postgres/isolation.ts";
import { importPgLocks } from "./postgres/pg-locks.ts";
import { importSbtrace } from "./sbtrace/sbtrace.ts";
import { importShiviz } from "./shiviz/shiviz.ts";
import { Source } from "./source/source.ts";

export interface ImportOptions {
  /** One of `formats`, or another usual name; found out from what is in the file when left out. */
  readonly format?: string | undefined;
  /** Logs with vector clocks: a regular expression with groups host, clock and event; and one of what stands between executions. */
  readonly parser?: string | undefined;
  readonly delimiter?: string | undefined;
}

/** Names that people have for the formats. */
const otherNames: Readonly<Record<string, Format>> = {
  ...{
    signalbox: "sbtrace",
    opentelemetry: "otlp",
    otel: "otlp",
    perfetto: "chrome",
    "trace-event": "chrome",
    catapult: "chrome",
    "vector-clocks": "shiviz",
    govector: "shiviz",
  },
  ...{
    jepsen: "history",
    knossos: "history",
    porcupine: "history",
    edn: "history",
    "porcupine-etcd": "history",
    "porcupine-kv": "history",
    linearizability: "history",
  },
  ...{
    "postgres-locks": "pg-locks",
    pglocks: "pg-locks",
    pg_locks: "pg-locks",
    "postgres-log": "pg-deadlock",
    "postgres-logs": "pg-deadlock",
    postgres: "pg-deadlock",
    postgresql: "pg-deadlock",
  },
  ...{
    "pg-log": "pg-deadlock",
    "postgres-deadlock": "pg-deadlock",
    "postgres-isolation": "pg-isolation",
    isolation: "pg-isolation",
    mysql: "innodb",
    java: "jvm",
    jstack: "jvm",
    "thread-dump": "jvm",
  },
};

/** The format that a name means. Throws a `TraceError` that lists them. */
export function formatOf(name: string): Format {
  const plain = name.trim().toLowerCase();
  const found = formats.find((format) => format === plain) ?? (Object.hasOwn(otherNames, plain) ? otherNames[plain] : undefined);
  if (found === undefined) throw new TraceError(`There is no format ${JSON.stringify(name.slice(0, 50))}; there are ${formats.join(", ")}.`);
  return found;
}

/**
 * Reads a file of another system. Either all that it holds comes back, with `problems` for what is odd, or a `TraceError`
 * with line or byte where that can be told: nothing is half imported. Time and memory have bounds (`importLimits`); only
 * an expression in `options` or at the head of a log is run as it is, so the caller runs this where it can be stopped.
 */
export function importTrace(bytes: Uint8Array, options: ImportOptions = {}): Imported {
  try {
    return importWhole(bytes, options);
  } catch (error) {
    // A stack or a string that is too large for the machine is the file's doing.
    if (error instanceof RangeError) throw new TraceError(`The file cannot be read: ${error.message}.`, {}, { cause: error });
    // Whatever a file is quoted with, a message stays one.
    if (error instanceof TraceError && error.message.length > longestMessage)
      throw new TraceError(clip(error.message, longestMessage), error, { cause: error });
    throw error;
  }
}

const longestMessage = 1_000;

function importWhole(bytes: Uint8Array, options: ImportOptions): Imported {
  const asked = options.format === undefined ? undefined : formatOf(options.format);
  if (asked === "sbtrace" || (asked === undefined && isSbtrace(bytes))) return importSbtrace(bytes);
  const source = new Source(bytes);
  return read(asked ?? (options.parser === undefined ? detectFormat(source) : "shiviz"), source, bytes, options);
}

function read(format: Format, source: Source, bytes: Uint8Array, options: ImportOptions): Imported {
  switch (format) {
    case "sbtrace":
      return importSbtrace(bytes, source.problems.all());
    case "otlp":
      return importOtlp(source);
    case "jaeger":
      return importJaeger(source);
    case "chrome":
      return importChrome(source);
    case "shiviz":
      return importShiviz(source, options);
    case "history":
      return importHistory(source);
    case "pg-locks":
      return importPgLocks(source);
    case "pg-deadlock":
      return importDeadlockLog(source);
    case "pg-isolation":
      return importIsolation(source);
    case "innodb":
      return importInnodb(source);
    case "jvm":
      return importJvm(source);
  }
}

/** Our own traces may be far larger than what an import takes: they say at once what they are. */
function isSbtrace(bytes: Uint8Array): boolean {
  if (bytes.length <= importLimits.bytes) return false;
  return new TextDecoder().decode(bytes.subarray(0, 4_096)).includes('"sbtrace"');
}

/** An import as a trace that can be opened, sought in and saved like any other. */
export function traceOfImport(imported: Imported, name: string): OpenTrace {
  const space = `imported-${imported.format}`;
  return traceOf(
    { engine: "import", space, name, base: genesis(space), tags: ["imported", imported.format] },
    undefined,
    imported.events.map((event) => ({ events: [event] })),
  );
}
