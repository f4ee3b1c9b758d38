import { createStore } from "zustand/vanilla";
import type { ExportFormatName } from "../../../shared/trace/export/index.ts";
import type { Redaction, TraceCheck } from "../../../shared/trace/index.ts";
import { replay } from "../../replay/replay.ts";
import type { TaskName, Tasks } from "../../replay/tasks.ts";
import { cursorStore } from "../../stores/cursor.ts";
import { download } from "./open-file.ts";

/** Work on the open trace: at most one at a time, and what came of each kind. */
interface Work {
  readonly running: { readonly name: TaskName; readonly words: string; readonly share: number; giveUp(): void } | null;
  readonly problem: string | null;
  readonly check: TraceCheck | null;
  readonly fork: Tasks["fork"]["answer"] | null;
  readonly policies: { readonly pattern: string; readonly at: number; readonly rows: Tasks["policies"]["answer"] } | null;
  readonly comparison: Tasks["compare"]["answer"] | null;
  readonly history: Tasks["history"]["answer"] | null;
}

const nothing: Work = { running: null, problem: null, check: null, fork: null, policies: null, comparison: null, history: null };

export const workStore = createStore<Work>(() => nothing);

/** What was found out about one trace says nothing of another. */
export function watchWork(): void {
  cursorStore.subscribe(({ trace }, before) => {
    if (trace === before.trace) return;
    workStore.getState().running?.giveUp();
    workStore.setState(nothing);
  });
}

async function run<Name extends TaskName>(
  name: Name,
  ask: Tasks[Name]["ask"],
  words: string,
  keep: (answer: Tasks[Name]["answer"]) => Partial<Work>,
): Promise<void> {
  if (workStore.getState().running !== null) return;
  const { trace } = cursorStore.getState();
  const abort = new AbortController();
  const told = (share: number) => {
    if (cursorStore.getState().trace === trace) workStore.setState({ running: { name, words, share, giveUp: () => abort.abort() } });
  };
  workStore.setState({ problem: null });
  told(0);
  try {
    const answer = await replay.run(name, ask, told, abort.signal);
    if (cursorStore.getState().trace !== trace) return;
    workStore.setState({ running: null, ...(answer === undefined ? {} : keep(answer)) });
  } catch (error) {
    if (cursorStore.getState().trace !== trace) return;
    workStore.setState({ running: null, problem: abort.signal.aborted ? null : error instanceof Error ? error.message : String(error) });
  }
}

export const checkTrace = (): Promise<void> => run("check", {}, "Checking every rule", (check) => ({ check }));

export const forkTrace = (ask: Tasks["fork"]["ask"]): Promise<void> =>
  run("fork", ask, "Running the what-if", (fork) => ({ fork, comparison: fork.comparison }));

export const tryPolicies = (ask: Tasks["policies"]["ask"]): Promise<void> =>
  run("policies", ask, "Running it under every policy", (rows) => ({ policies: { ...ask, rows } }));

export const redactTrace = (rules: readonly Redaction[]): Promise<void> =>
  run("redact", { rules }, "Writing the redacted copy", (file) => {
    download(file, "redacted-copy.sbtrace");
    return {};
  });

/** `operations`: what an import found; null for the locks of a trace of ours. */
export const checkHistory = (operations: Tasks["history"]["ask"]["operations"]): Promise<void> =>
  run("history", { operations }, "Looking for an order that explains it", (history) => ({ history }));

export const exportTrace = (format: ExportFormatName): Promise<void> =>
  run("export", { format }, "Writing the file", ({ file, name }) => {
    download(file, name);
    return {};
  });

export const compareWith = (file: Blob, name: string): Promise<void> =>
  run("compare", { file, name }, `Comparing with ${name}`, (comparison) => ({ comparison }));

/** Looks at the what-if itself; the recording is a step back in the browser's history. */
export function openFork(): void {
  const { fork } = workStore.getState();
  if (fork !== null) replay.open({ kind: "file", file: fork.file, name: fork.name });
}
