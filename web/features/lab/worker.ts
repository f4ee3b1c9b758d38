// Before every module that makes a schema.
import "../../replay/jitless.ts";
import { compare } from "../../../shared/sim/lab/compare.ts";
import { recordCell } from "../../../shared/sim/lab/recording.ts";
import type { LabJob, LabNews } from "./jobs.ts";

/** Not every run is worth a message. */
const tellEveryMs = 60;

const tell = (news: LabNews) => self.postMessage(news);

self.onmessage = ({ data: job }: MessageEvent<LabJob>) => {
  try {
    if (job.type === "record") tell({ type: "recording", recording: recordCell(job.cell, job.seed, job.seconds) });
    else {
      let toldMs = 0;
      for (const progress of compare(job.parameters)) {
        const nowMs = performance.now();
        if (progress.row === undefined && progress.operations === undefined && nowMs - toldMs < tellEveryMs) continue;
        toldMs = nowMs;
        tell({ type: "progress", progress });
      }
    }
    tell({ type: "done" });
  } catch (error) {
    tell({ type: "failed", message: error instanceof Error ? error.message : String(error) });
  }
};
