import { objectOf, wordOf } from "../json/read.ts";
import type { TraceEvent } from "./trace-event.ts";

const keyOf = (of: { readonly pid: string; readonly tid: string }): string => JSON.stringify([of.pid, of.tid]);

/** Processes and threads, by the names that the metadata entries (M) give them. */
export class Threads {
  /** Name of each process, by its id; the id where it has none. */
  readonly processes = new Map<string, string>();
  /** Name of each thread that something happened on. */
  readonly names = new Map<string, string>();

  constructor(events: readonly TraceEvent[]) {
    const named = new Map<string, string>();
    for (const event of events) {
      if (!this.processes.has(event.pid)) this.processes.set(event.pid, event.pid);
      if (event.ph !== "M") continue;
      const name = wordOf(objectOf(event.json.args)?.name) ?? "";
      if (name === "") continue;
      if (event.name === "process_name") this.processes.set(event.pid, name);
      if (event.name === "thread_name") named.set(keyOf(event), name);
    }
    const taken = new Set<string>();
    for (const event of events) {
      if (event.ph === "M" || this.names.has(keyOf(event))) continue;
      const short = `${this.processes.get(event.pid)}:${named.get(keyOf(event)) ?? event.tid}`;
      const name = taken.has(short) ? `${short} ${event.pid}:${event.tid}` : short;
      taken.add(name);
      this.names.set(keyOf(event), name);
    }
  }

  nameOf(of: { readonly pid: string; readonly tid: string }): string {
    return this.names.get(keyOf(of)) ?? `${of.pid}:${of.tid}`;
  }
}
