import { createStore } from "zustand/vanilla";
import type { OperationRow } from "../../../shared/sim/lab/operations/measure.ts";
import type { LabParameters } from "../../../shared/sim/lab/parameters.ts";
import type { LabRow } from "../../../shared/sim/lab/summary.ts";
import { startJob } from "./jobs.ts";
import { labToLink } from "./lab-link.ts";

export interface Lab {
  readonly state: "idle" | "running" | "done" | "cancelled" | "failed";
  /** Of what is or was compared last, as in the link. */
  readonly link: string;
  readonly done: number;
  readonly total: number;
  readonly rows: readonly LabRow[];
  readonly operations: readonly OperationRow[];
  readonly problem: string | undefined;
}

const idle: Lab = { state: "idle", link: "", done: 0, total: 0, rows: [], operations: [], problem: undefined };

/** The comparison goes on while another view is looked at. */
export const labStore = createStore<Lab>(() => idle);

let stop: () => void = () => {};

/** Begins a comparison anew, unless it is under way or done. */
export function runLab(parameters: LabParameters): void {
  const link = labToLink(parameters);
  const { state, link: last } = labStore.getState();
  if (link === last && (state === "running" || state === "done")) return;
  stop();
  labStore.setState({ ...idle, state: "running", link });
  stop = startJob({ type: "compare", parameters }, (news) => {
    if (news.type === "progress") {
      const { done, total, row, operations } = news.progress;
      labStore.setState((lab) => ({
        done,
        total,
        ...(row !== undefined && { rows: [...lab.rows, row] }),
        ...(operations !== undefined && { operations: [...lab.operations, operations] }),
      }));
    } else if (news.type === "done") labStore.setState({ state: "done" });
    else if (news.type === "failed") labStore.setState({ state: "failed", problem: news.message });
  });
}

/** What was measured by then stays. */
export function cancelLab(): void {
  if (labStore.getState().state !== "running") return;
  stop();
  labStore.setState({ state: "cancelled" });
}
