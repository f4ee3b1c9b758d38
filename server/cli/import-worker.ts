import { parentPort } from "node:worker_threads";
import { type ImportOptions, importTrace, reportOf } from "../../shared/trace/import/index.ts";
import { splitBrainsIn, TraceError } from "../../shared/trace/index.ts";

export interface ImportQuestion {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly options: ImportOptions;
}

export type ImportAnswer =
  /** `report` is JSON, `words` for people. */
  | { readonly kind: "imported"; readonly report: string; readonly words: string }
  | { readonly kind: "failed"; readonly message: string; readonly line?: number | undefined; readonly byte?: number | undefined };

/** Ready for a question; through with reading the file, so that only what is said about it is to come. */
export interface ImportProgress {
  readonly kind: "ready" | "read";
}

/** Says `ready`; then for each question `read`, when the file is read, and the answer. */
parentPort?.on("message", ({ bytes, options }: ImportQuestion) => {
  parentPort?.postMessage(answer(bytes, options));
});
parentPort?.postMessage({ kind: "ready" });

function answer(bytes: Uint8Array, options: ImportOptions): ImportAnswer {
  try {
    const imported = importTrace(bytes, options);
    parentPort?.postMessage({ kind: "read" });
    const report = { ...reportOf(imported), split_brains: splitBrainsIn(imported.events) };
    return { kind: "imported", report: JSON.stringify(report, null, 1), words: wordsOf(report) };
  } catch (error) {
    if (!(error instanceof TraceError)) throw error;
    return { kind: "failed", message: error.message, line: error.line, byte: error.byte };
  }
}

/** The report in a few lines: figures as they are, lists by their length. */
function wordsOf(report: Record<string, unknown>): string {
  const lines = Object.entries(report).flatMap(([name, value]) => {
    if (name === "problems" || name === "waitFor" || value === null) return [];
    if (Array.isArray(value)) return value.length === 0 ? [] : [`${name}: ${name === "cycle" ? value.join(" -> ") : value.length}`];
    return typeof value === "object" && value !== null ? [`${name}: ${Object.keys(value).length}`] : [`${name}: ${value}`];
  });
  const problems = (report.problems as readonly { line?: number; message: string }[]).map(
    ({ line, message }) => `  ${line === undefined ? "" : `line ${line}: `}${message}`,
  );
  return `${[...lines, ...(problems.length === 0 ? [] : ["problems:", ...problems])].join("\n")}\n`;
}
