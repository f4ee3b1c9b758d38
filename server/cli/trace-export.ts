import { statSync } from "node:fs";
import { type ExportFormatName, exportFormats, recordingOf } from "../../shared/trace/export/index.ts";
import { fail, messageOf } from "./fail.ts";
import { assertNew, readTraceFile, reasonOf, writing } from "./trace-file.ts";

export interface ConvertOptions {
  readonly to: string;
  readonly force?: boolean;
}

/** Writes a trace in another format. What it writes comes piece by piece; the trace itself is in memory, packed. */
export async function convert(file: string, out: string, { to, force }: ConvertOptions): Promise<void> {
  if (!isFormat(to)) fail(`There is no format ${JSON.stringify(to)}; there are ${Object.keys(exportFormats).join(", ")}.`, 2);
  assertNew(out, force);
  const { trace } = await readTraceFile(file).catch((error) => fail(`${file}: ${reasonOf(error) ?? messageOf(error)}`));
  try {
    await writing(out, async (write) => {
      for (const piece of exportFormats[to].write(recordingOf(trace))) await write(piece);
    });
  } catch (error) {
    fail(`${out}: ${reasonOf(error) ?? messageOf(error)}`);
  }
  process.stderr.write(`${out}: ${exportFormats[to].label}, ${trace.count} events as ${statSync(out).size} bytes; ${exportFormats[to].about}.\n`);
}

function isFormat(name: string): name is ExportFormatName {
  return Object.hasOwn(exportFormats, name);
}
