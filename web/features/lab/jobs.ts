import type { LabProgress } from "../../../shared/sim/lab/compare.ts";
import type { LabCell, LabParameters } from "../../../shared/sim/lab/parameters.ts";
import type { LabRecording } from "../../../shared/sim/lab/recording.ts";

/** What the lab's worker can do. */
export type LabJob =
  | { readonly type: "compare"; readonly parameters: LabParameters }
  | { readonly type: "record"; readonly cell: LabCell; readonly seed: number; readonly seconds: number };

export type LabNews =
  | { readonly type: "progress"; readonly progress: LabProgress }
  | { readonly type: "recording"; readonly recording: LabRecording }
  | { readonly type: "done" }
  | { readonly type: "failed"; readonly message: string };

/** Does a job in a worker of its own, which ends with it. Gives what stops it. */
export function startJob(job: LabJob, told: (news: LabNews) => void): () => void {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  worker.onmessage = ({ data }: MessageEvent<LabNews>) => {
    if (data.type === "done" || data.type === "failed") worker.terminate();
    told(data);
  };
  worker.onerror = (event) => {
    worker.terminate();
    told({ type: "failed", message: event.message || "The lab's worker could not be started." });
  };
  worker.postMessage(job);
  return () => worker.terminate();
}
