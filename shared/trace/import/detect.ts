import { TraceError } from "../format/error.ts";
import { logLine } from "./history/entries.ts";
import type { Format } from "./imported.ts";
import type { Json } from "./json/parse.ts";
import { parseJson } from "./json/parse.ts";
import { listOf, objectOf, stringOf } from "./json/read.ts";
import { resourceKeys } from "./otlp/otlp.ts";
import { modeWord } from "./postgres/modes.ts";
import { describedIn } from "./shiviz/expression.ts";
import type { Source } from "./source/source.ts";

/** As much of a text as is looked at: what a file is shows early, or on many lines. */
const headLength = 256 * 1024;

/** Marks of formats of text, surest first. Each has a bound on what it looks at for a line. */
const marks: readonly { readonly format: Format; readonly mark: RegExp }[] = [
  {
    format: "jvm",
    mark: /^(?:Full (?:Java )?thread dump|Found (?:one|\d+) (?:Java-level )?deadlock)|^[ \t]+java\.lang\.Thread\.State: |^[ \t]+which is held by "|^"[^"\n]{1,300}" .{0,300}(?:prio=\d+ .{0,100}tid=|Id=\d+ (?:BLOCKED|WAITING|TIMED_WAITING|RUNNABLE|NEW))/m,
  },
  { format: "innodb", mark: /LATEST DETECTED DEADLOCK|\*\*\* \(1\) (?:TRANSACTION|WAITING FOR THIS LOCK|HOLDS THE LOCK)|WE ROLL BACK TRANSACTION \(/ },
  { format: "pg-isolation", mark: /^[ \t]*starting permutation:|^Parsed test spec with \d+ session/m },
  { format: "pg-deadlock", mark: /[Pp]rocess \d{1,10} (?:waits for|still waiting for) \w{1,40}Lock on |\b40P01\b/ },
  {
    format: "pg-locks",
    mark: /^(?:\+?-\[ \S{1,40} \d+ \]|\* \S{1,40} \d+)[^\n]{0,500}\n(?:[^\n]{0,500}\n){0,60}?(?:\|[ \t])?(?:locktype|granted|blocked_pid|pg_blocking_pids)[ \t]*[| ]/m,
  },
  {
    format: "pg-locks",
    mark: /^[^\n]{0,2000}\b(?:locktype\b[^\n]{0,2000}\b(?:mode|granted)\b|pid\b[^\n]{0,2000}\bgranted\b|granted\b[^\n]{0,2000}\bpid\b|blocked_pid\b|blocking_pid\b|pg_blocking_pids\b)/m,
  },
  { format: "pg-locks", mark: /^(?:granted\|[tf]|(?:blocked_pid|blocking_pid)\|\d+|pg_blocking_pids\|\{[\d,]*\})$/m },
  { format: "pg-isolation", mark: /^[ \t]*session[ \t]+"?[\w-]{1,100}"?[ \t]*(?:#.{0,200})?$[\s\S]{0,20000}?^[ \t]*step[ \t]+"?[\w-]{1,100}"?\s*\{/m },
];

/** What a file is, by what is in it; its name does not count. Throws a `TraceError` that names what was looked for. */
export function detectFormat(source: Source): Format {
  const found = byJson(source) ?? byText(source);
  if (found !== undefined) return found;
  throw new TraceError(
    "It is not known what this file is. Traces of Signalbox (.sbtrace), OTLP and Jaeger JSON, Chrome trace events, logs with vector clocks, histories of Jepsen, PostgreSQL's locks and deadlocks, InnoDB deadlocks and thread dumps can be imported; name the format, or a log's parser expression.",
    { line: 1, byte: 0 },
  );
}

function byJson(source: Source): Format | undefined {
  const start = source.text.trimStart();
  if (!start.startsWith("{") && !start.startsWith("[")) return undefined;
  if (isEdn(start)) return "history";
  const whole = source.maybeJson();
  const value = whole === undefined ? firstOf(source.text) : whole.value;
  // Broken JSON says where it is broken; a log whose lines begin with a bracket is none.
  if (value === undefined && /^(?:\{\s{0,50}["}]|\[\s{0,50}[{[])/.test(start)) source.json();
  return value === undefined ? undefined : formatOf(value);
}

/** Maps with keywords for keys, perhaps in a list and with a tag: `[{:process 0 ...`. Blanks have a bound, or a file of blanks takes for ever. */
function isEdn(start: string): boolean {
  return /^(?:;[^\n]{0,500}\s{1,50}){0,20}[[(]?\s{0,50}(?:#[\w./-]{1,100}\s{0,50})?\{\s{0,50}:/.test(start);
}

/** The first of several values, one a line. */
function firstOf(text: string): Json | undefined {
  try {
    return parseJson(text, 0, { more: true }).value;
  } catch (error) {
    if (error instanceof TraceError) return undefined;
    throw error;
  }
}

function formatOf(value: Json): Format | undefined {
  const object = objectOf(value);
  const list = listOf(value);
  if (list !== undefined) {
    const first = list.slice(0, 100).flatMap((item) => formatOfItem(item) ?? []);
    return first[0];
  }
  if (object === undefined) return undefined;
  if (object.format === "sbtrace") return "sbtrace";
  if (listOf(object.traceEvents) !== undefined) return "chrome";
  if (resourceKeys.some((key) => listOf(object[key]) !== undefined || listOf(objectOf(object.trace)?.[key]) !== undefined)) return "otlp";
  const data = listOf(object.data);
  if (data?.some((item) => listOf(objectOf(item)?.spans) !== undefined)) return "jaeger";
  if (data !== undefined && data.length === 0 && "errors" in object) return "jaeger";
  return (
    formatOfItem(value) ??
    Object.values(object).flatMap(
      (one) =>
        listOf(one)
          ?.slice(0, 5)
          .flatMap((item) => (isLockRow(item) ? ["pg-locks" as const] : [])) ?? [],
    )[0]
  );
}

function formatOfItem(item: Json): Format | undefined {
  const object = objectOf(item);
  if (object === undefined) return undefined;
  if (resourceKeys.some((key) => listOf(object[key]) !== undefined)) return "otlp";
  if (typeof object.ph === "string") return "chrome";
  if (listOf(object.spans) !== undefined && (object.processes !== undefined || object.traceID !== undefined)) return "jaeger";
  if (isLockRow(item)) return "pg-locks";
  if (stringOf(object.error_severity) !== undefined || /waits for \w+Lock on/.test(stringOf(object.detail) ?? "")) return "pg-deadlock";
  return undefined;
}

function isLockRow(item: Json): boolean {
  const keys = new Set(Object.keys(objectOf(item) ?? {}).map((key) => key.toLowerCase()));
  return (
    (keys.has("granted") && (keys.has("mode") || keys.has("locktype"))) ||
    keys.has("blocking_pid") ||
    keys.has("pg_blocking_pids") ||
    (keys.has("blocked_by") && keys.has("pid"))
  );
}

function byText({ text }: Source): Format | undefined {
  const head = text.slice(0, headLength);
  if (describedIn(head).parser !== undefined) return "shiviz";
  for (const { format, mark } of marks) if (mark.test(head)) return format;
  const lines = head.split("\n", 2_000).filter((line) => line.length < 2_000);
  if (isEdn(head.trimStart()) || lines.some((line) => logLine.test(line))) return "history";
  if (lines.some((line) => /\{\s*"[^"]{1,200}"\s*:\s*\d+\s*[,}]/.test(line))) return "shiviz";
  if (lines.some((line) => modeWord.test(line) && /\d+[^\d]{0,200}[;；、،][^\d]{1,200}\d+/.test(line))) return "pg-deadlock";
  return undefined;
}
