import { open, stat } from "node:fs/promises";
import { SingleBar } from "cli-progress";
import {
  checkTrace,
  isTraceStart,
  type Redaction,
  redactionRules,
  redactTrace,
  rerunTrace,
  type SplitBrain,
  type TraceCheck,
  TraceError,
} from "../../shared/trace/index.ts";
import { exportTrace, nodeDigest } from "../journal/export-trace.ts";
import { JournalError } from "../journal/journal.ts";
import { fail } from "./fail.ts";
import { assertNew, readTraceFile, reasonOf, writing } from "./trace-file.ts";
import { bytesOf, importInWorker } from "./trace-import.ts";

function bar(what: string): { update: (value: number, of: number) => void; stop: () => void } {
  const shown = new SingleBar({
    format: `${what} {bar} {value}/{total} events`,
    stream: process.stderr,
    noTTYOutput: false,
    clearOnComplete: true,
    hideCursor: true,
  });
  let started = false;
  return {
    update(value, of) {
      if (!started) shown.start(of, value);
      started = true;
      shown.update(value);
    },
    stop: () => shown.stop(),
  };
}

export interface ExportOptions {
  readonly data?: string;
  readonly space: string;
  readonly from?: number;
  readonly to?: number;
  readonly name?: string;
  readonly tag?: readonly string[];
  readonly force?: boolean;
}

/** Writes a span of a space's journal as a trace; the server may be running. */
export async function exportToFile(file: string, { data, space, from, to, name, tag, force }: ExportOptions): Promise<void> {
  assertNew(file, force);
  const dataFolder = data ?? process.env.SIGNALBOX_DATA ?? ".signalbox";
  try {
    const header = await writing(file, (write) => exportTrace({ dataFolder, space, from, to, name: name ?? `journal of ${space}`, tags: tag }, write));
    const { counts } = header;
    process.stderr.write(`${file}: positions ${header.from} to ${header.to} of space ${space}, ${counts.events} events and ${counts.commands} commands.\n`);
  } catch (error) {
    if (error instanceof JournalError) return fail(error.message);
    return fail(`${file}: ${reasonOf(error) ?? raised(error)}`);
  }
}

export interface CheckCommandOptions {
  readonly json?: boolean;
  readonly format?: string;
  readonly parser?: string;
  readonly delimiter?: string;
}

/** Checks a trace, or what an import of another system's file can be checked for. Ends with 1 when something is broken. */
export async function check(file: string, options: CheckCommandOptions): Promise<void> {
  const { format, parser, delimiter } = options;
  if ([format, parser, delimiter].some((one) => one !== undefined) || !(await isTrace(file, options.json))) return checkForeign(file, options);
  const progress = bar("checked");
  const verdict = await whole(file, options.json).then(
    ({ trace }) =>
      checkTrace(trace, { hash: nodeDigest, onProgress: (position) => void progress.update(position - trace.from + 1, trace.count) }) as TraceCheck,
  );
  progress.stop();
  process.stdout.write(options.json === true ? `${JSON.stringify({ format: "sbtrace", ...verdict }, null, 1)}\n` : inWords(file, verdict));
  if (!verdict.ok) process.exitCode = 1;
}

function inWords(file: string, { ok, space, from, to, counts, redacted, rules, breaks, splitBrains }: TraceCheck): string {
  const of = (verdict: string) => rules.filter((rule) => rule.verdict === verdict);
  const names = (verdict: string) =>
    of(verdict)
      .map(({ rule }) => rule)
      .join(", ");
  const lines = [
    `${file}: positions ${from} to ${to} of space ${space}, ${counts.events} events, ${counts.commands} commands${redacted ? ", a redacted copy" : ""}.`,
  ];
  lines.push(`Held (${of("held").length}): ${names("held")}`, `Not to be seen in this trace (${of("unchecked").length}): ${names("unchecked")}`);
  for (const { rule, position, message } of breaks) lines.push(`Broken: ${rule} at position ${position}: ${message}`);
  for (const split of splitBrains) lines.push(`Split brain at position ${split.position}: ${splitBrainWords(split)}`);
  lines.push(ok ? "Nothing is broken." : `${of("broken").length} ${of("broken").length === 1 ? "rule is" : "rules are"} broken.`);
  return `${lines.join("\n")}\n`;
}

/** Who believed to lead beside whom, in which terms, since when, and what shows it. */
function splitBrainWords({ group, believers, signals, sinceMs, untilMs }: SplitBrain): string {
  const [one, other] = believers.map(({ agent, term, sinceMs: since }) => `${agent} (${term === "" ? "" : `term ${term}, `}since ${dateOf(since)})`);
  const until = untilMs === undefined ? "to the end" : `until ${dateOf(untilMs)}`;
  return `${one} and ${other} believed to lead ${group}, from ${dateOf(sinceMs)} ${until}: ${signals.join("; ")}`;
}

const dateOf = (atMs: number): string => new Date(atMs).toISOString();

/** A file of another system: whether its operations can be put in order, and whether somebody waits in a circle. */
async function checkForeign(file: string, options: CheckCommandOptions): Promise<void> {
  const { json, ...how } = options;
  const answer = await importInWorker({ bytes: await bytesOf(file, json), options: how });
  if (answer.kind === "failed") {
    const { message, line, byte } = answer;
    return fail(`${file}: ${message}`, 1, json === true ? { ok: false, error: { message, line, byte } } : undefined);
  }
  const report = JSON.parse(answer.report) as Record<string, unknown>;
  const linearizable = report.linearizable as boolean | null | undefined;
  const cycle = (report.cycle ?? []) as readonly string[];
  const verdicts: { readonly what: string; readonly verdict: string; readonly words: unknown }[] = [
    ...(linearizable === undefined
      ? []
      : [{ what: "linearizable", verdict: linearizable === null ? "unknown" : linearizable ? "held" : "broken", words: report.verdict }]),
    ...(report.format === "history" ? [] : [{ what: "nobody waits in a circle", verdict: cycle.length === 0 ? "held" : "broken", words: cycle.join(" -> ") }]),
  ];
  const splits = (report.split_brains ?? []) as readonly SplitBrain[];
  if (splits.length > 0) verdicts.push({ what: "nobody leads beside another", verdict: "broken", words: splits.map(splitBrainWords).join(" | ") });
  const ok = verdicts.every(({ verdict }) => verdict !== "broken");
  if (json === true) process.stdout.write(`${JSON.stringify({ ...report, ok, verdicts }, null, 1)}\n`);
  else
    for (const { what, verdict, words } of verdicts) process.stdout.write(`${what}: ${verdict}${words === "" || words === undefined ? "" : ` (${words})`}\n`);
  if (!ok) process.exitCode = 1;
}

/** Decides the recorded commands again. Ends with 1 when that gives other events, with 2 when not all have commands. */
export async function rerun(file: string, { json }: { readonly json?: boolean }): Promise<void> {
  const { trace } = await whole(file, json);
  const progress = bar("decided");
  const result = rerunTrace(trace, { onProgress: (position) => void progress.update(position - trace.from + 1, trace.count) });
  progress.stop();
  if (result === undefined) return;
  if (json === true) process.stdout.write(`${JSON.stringify(result, null, 1)}\n`);
  else {
    const { commands, events, unrecorded, difference } = result;
    process.stdout.write(`${file}: ${commands} commands were decided again and came to the ${events} events that were recorded.\n`);
    if (unrecorded > 0) process.stdout.write(`${unrecorded} events have no recorded command: they were taken as they are.\n`);
    if (difference !== undefined) {
      process.stdout.write(`At position ${difference.position} it comes to something else.\n  command:  ${JSON.stringify(difference.command)}\n`);
      process.stdout.write(`  recorded: ${JSON.stringify(difference.recorded) ?? "nothing"}\n  decided:  ${JSON.stringify(difference.decided) ?? "nothing"}\n`);
    }
  }
  if (result.difference !== undefined) process.exitCode = 1;
  else if (result.unrecorded > 0) process.exitCode = 2;
}

/** Writes a copy without what the rules name. */
export async function redact(file: string, out: string, { rules, force }: { readonly rules: string; readonly force?: boolean }): Promise<void> {
  const chosen = rules.split(",").map((rule) => rule.trim());
  const unknown = chosen.find((rule) => !(redactionRules as readonly string[]).includes(rule));
  if (unknown !== undefined) fail(`There is no rule "${unknown}"; there are: ${redactionRules.join(", ")}.`, 2);
  assertNew(out, force);
  const { trace } = await whole(file, false);
  try {
    const header = await writing(out, async (write) => {
      const parts: string[] = [];
      const written = redactTrace(trace, chosen as Redaction[], (text) => parts.push(text), nodeDigest);
      for (const part of parts) await write(part);
      return written;
    });
    process.stderr.write(
      `${out}: a copy of ${header.counts.events} events without ${chosen.join(", ")}, of the trace that ends with ${header.redacted?.originalLastHash}.\n`,
    );
  } catch (error) {
    fail(`${out}: ${reasonOf(error) ?? raised(error)}`);
  }
}

/** Reads a whole trace, or says why not and ends: with `json` in JSON, as a check that failed. */
async function whole(file: string, json: boolean | undefined) {
  const progress = bar("read");
  try {
    return await readTraceFile(file, progress.update);
  } catch (error) {
    progress.stop();
    const message = reasonOf(error) ?? raised(error);
    if (!(error instanceof TraceError)) return fail(`${file}: ${message}`, 1, json === true ? { ok: false, error: { message } } : undefined);
    const { line, byte, rule = "JR-12" } = error;
    const told = { format: "sbtrace", ok: false, error: { message, line, byte }, breaks: [{ rule, position: null, message, line, byte }] };
    return fail(`${file}: ${message}${byte === undefined ? "" : ` (byte ${byte})`}`, 1, json === true ? told : undefined);
  } finally {
    progress.stop();
  }
}

async function isTrace(file: string, json: boolean | undefined): Promise<boolean> {
  const cannot = (message: string) => fail(`${file}: ${message}`, 1, json === true ? { ok: false, error: { message } } : undefined);
  try {
    if ((await stat(file)).isDirectory()) cannot("that is a folder");
    const handle = await open(file);
    try {
      const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(16 * 1024) });
      return isTraceStart(buffer.subarray(0, bytesRead));
    } finally {
      await handle.close();
    }
  } catch (error) {
    return cannot(reasonOf(error) ?? raised(error));
  }
}

/** Not of the file's making: with its stack. */
function raised(error: unknown): never {
  throw error;
}
