import { z } from "zod";
import type { FromWorker, ToWorker } from "./messages.ts";

// As in the page: the server's content policy allows no code made from text, so before any schema is made.
z.config({ jitless: true });

const early: ToWorker[] = [];
let hear = (message: ToWorker): void => {
  early.push(message);
};
self.onmessage = ({ data }: MessageEvent<ToWorker>) => hear(data);

const { TraceHost } = await import("./trace-host.ts");
const host = new TraceHost((message: FromWorker) => self.postMessage(message, transferred(message)));
hear = (message) => host.hear(message);
for (const message of early.splice(0)) host.hear(message);

/** The index's numbers need no copy. */
function transferred(message: FromWorker): { transfer: Transferable[] } {
  if (message.type === "part") return { transfer: [message.part.times.buffer, message.part.codes.buffer] };
  return { transfer: message.type === "answer" && message.answer instanceof Uint32Array ? [message.answer.buffer] : [] };
}
