import { hash } from "node:crypto";
import { readFileSync } from "node:fs";
import { checkTrace, readTrace, rerunTrace } from "../../shared/trace/index.ts";

/** Checks one trace and decides it again, in a process of its own, as `signalbox trace check` and `rerun` do. */

export interface CheckFigures {
  readonly events: number;
  /** CPU time for each event, in microseconds, helpers included. */
  readonly checkUs: number;
  readonly rerunUs: number;
}

const { trace } = readTrace(readFileSync(process.argv[2] as string));

function usOf(work: () => { readonly ok: boolean } | undefined): number {
  const begun = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(begun);
  if (result?.ok !== true) throw new Error("The generated trace is not in order.");
  return (user + system) / trace.count;
}

const rerunUs = usOf(() => rerunTrace(trace));
const checkUs = usOf(() => checkTrace(trace, { hash: (text) => hash("sha256", text, "hex") }));
const figures: CheckFigures = { events: trace.count, checkUs, rerunUs };
process.send?.(figures);
