import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { parentPort } from "node:worker_threads";
import { eventSchema } from "../../shared/model/index.ts";
import { emptyState, evolve } from "../../shared/state/index.ts";
import type { Format } from "../../shared/trace/import/imported.ts";
import { importTrace, reportOf } from "../../shared/trace/import/index.ts";
import { TraceError } from "../../shared/trace/index.ts";

export interface FuzzQuestion {
  readonly bytes: Uint8Array;
  readonly format: Format | undefined;
  /** Collect garbage and say what is left. */
  readonly measure: boolean;
}

export interface FuzzAnswer {
  readonly outcome: "imported" | "refused" | "broken";
  readonly message: string;
  /** Of this import, reading and reporting. */
  readonly cpuMs: number;
  readonly heapBytes: number;
}

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

parentPort?.on("message", ({ bytes, format, measure }: FuzzQuestion) => {
  const before = process.cpuUsage();
  const { outcome, message } = tryImport(bytes, format);
  const { user, system } = process.cpuUsage(before);
  if (measure) collect();
  const answer: FuzzAnswer = { outcome, message, cpuMs: (user + system) / 1_000, heapBytes: measure ? process.memoryUsage().heapUsed : 0 };
  parentPort?.postMessage(answer);
});

/** What it imports has to be events that a state takes. */
function tryImport(bytes: Uint8Array, format: Format | undefined): Pick<FuzzAnswer, "outcome" | "message"> {
  try {
    const imported = importTrace(bytes, { format });
    const firstPosition = imported.events[0]?.position ?? 1;
    const state = emptyState("fuzz");
    if (firstPosition === 1) for (const event of imported.events) evolve(state, eventSchema.parse(event));
    JSON.stringify(reportOf(imported));
    return { outcome: "imported", message: "" };
  } catch (error) {
    if (error instanceof TraceError && error.message !== "") return { outcome: "refused", message: error.message };
    return { outcome: "broken", message: error instanceof Error ? (error.stack ?? error.message).slice(0, 500) : String(error) };
  }
}
