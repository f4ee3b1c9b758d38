import { TraceError } from "./error.ts";
import { Unpacker } from "./unpack.ts";

const lookedAtBytes = 4_096;
const ours = /^\s*\{[^{]*"format"\s*:\s*"(?:sbtrace|signalbox-journal)"/;

/** Do these first bytes of a file, plain or gzip, begin a trace of ours? A few thousand of them are enough. */
export function isTraceStart(start: Uint8Array): boolean {
  let text = "";
  const decoder = new TextDecoder();
  const unpacker = new Unpacker((chunk) => {
    if (text.length < lookedAtBytes) text += decoder.decode(chunk, { stream: true });
  });
  try {
    unpacker.feed(start);
  } catch (error) {
    if (!(error instanceof TraceError)) throw error;
  }
  return ours.test(text);
}
