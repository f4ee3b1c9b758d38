import { Worker } from "node:worker_threads";
import type { FileInfo, SpanWriter } from "./files.ts";

/** Writes spans of a space's journal in a thread, so that reading back thousands of events keeps nobody waiting. */
export function writerOf(dataFolder: string, space: string): SpanWriter {
  return (span, path) =>
    new Promise((resolve, reject) => {
      const worker = new Worker(new URL("./span-worker-start.js", import.meta.url), {
        execArgv: [],
        workerData: { span: { ...span, dataFolder, space }, path },
      });
      worker.once("message", ({ info, problem }: { info?: Omit<FileInfo, "bytes">; problem?: string }) => {
        if (info === undefined) reject(new Error(problem));
        else resolve(info);
      });
      worker.once("error", reject);
      worker.once("exit", (code) => reject(new Error(`the thread that writes recordings ended with code ${code}`)));
    });
}
