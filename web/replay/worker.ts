// Before every module that makes a schema.
import "./jitless.ts";
import type { FromWorker, ToWorker } from "./messages.ts";
import { TraceHost } from "./trace-host.ts";

const host = new TraceHost((message: FromWorker) => self.postMessage(message, { transfer: transferred(message) }));
self.onmessage = ({ data }: MessageEvent<ToWorker>) => host.hear(data);

/** The index's numbers need no copy. */
function transferred(message: FromWorker): Transferable[] {
  if (message.type === "part") {
    const lanes = Object.values(message.lanes).flatMap((list) => (list instanceof Float64Array ? [list.buffer] : []));
    return [message.part.times.buffer, message.part.codes.buffer, ...lanes];
  }
  return message.type === "answer" && message.answer instanceof Uint32Array ? [message.answer.buffer] : [];
}
