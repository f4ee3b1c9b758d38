import { once } from "node:events";
import { createWriteStream, renameSync, rmSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import { parentPort, workerData } from "node:worker_threads";
import { createGzip } from "node:zlib";
import type { Event } from "../../shared/model/index.ts";
import { checkTrace } from "../../shared/trace/check/check.ts";
import { ContentsGatherer } from "../../shared/trace/contents.ts";
import { TraceReader } from "../../shared/trace/index.ts";
import { exportTrace, nodeDigest, type TraceSpan } from "../journal/export-trace.ts";
import type { FileInfo } from "./files.ts";

/** Beyond so many events a trace is not checked when it is written: it would have to be held in memory. */
const checkedAtMost = 200_000;

/** Writes one span to a file, packed, and reads on the way what is in it. Runs in a thread of its own. */
export async function writeSpanFile(span: TraceSpan, path: string): Promise<Omit<FileInfo, "bytes">> {
  const contents = new ContentsGatherer();
  const reader = (span.to ?? Number.POSITIVE_INFINITY) - (span.from ?? 1) < checkedAtMost ? new TraceReader() : undefined;
  const fresh = `${path}.new`;
  const gzip = createGzip();
  const file = createWriteStream(fresh, { mode: 0o600, flush: true });
  // A full disk fails the pipeline while text is still being written.
  const written = pipeline(gzip, file);
  written.catch(() => undefined);
  try {
    const encoder = new TextEncoder();
    const header = await exportTrace(span, async (text, recorded) => {
      reader?.feed(encoder.encode(text));
      for (const { body } of recorded) contents.add(JSON.parse(body) as Event);
      if (!gzip.write(text)) await Promise.race([once(gzip, "drain"), written]);
    });
    gzip.end();
    await written;
    renameSync(fresh, path);
    const check = reader === undefined ? undefined : checkTrace(reader.end().trace, { hash: nodeDigest });
    return {
      header,
      contents: contents.contents(),
      verified: check === undefined || check.breaks.length === 0,
      broken: [...new Set((check?.breaks ?? []).map(({ rule }) => rule))],
    };
  } catch (error) {
    gzip.destroy();
    file.destroy();
    rmSync(fresh, { force: true });
    throw error;
  }
}

if (parentPort !== null) {
  const { span, path } = workerData as { span: TraceSpan; path: string };
  writeSpanFile(span, path).then(
    (info) => parentPort?.postMessage({ info }),
    (error: unknown) => parentPort?.postMessage({ problem: error instanceof Error ? error.message : String(error) }),
  );
}
