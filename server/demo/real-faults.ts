import { isTarget } from "../../shared/engine/faults/index.ts";
import type { Event, Fault } from "../../shared/model/index.ts";

/** A process that can be stopped, let go on, and killed. */
export interface Process {
  readonly agent: string;
  signal(signal: "SIGSTOP" | "SIGCONT" | "SIGKILL"): void;
  /** Keeps it from being started again, until told otherwise. */
  keepDown(down: boolean): void;
}

/** Carries faults out on real processes: a pause is a SIGSTOP, a crash a SIGKILL, and healing undoes what can be undone. */
export class RealFaults {
  readonly #processes: readonly Process[];
  readonly #faults = new Map<string, Fault>();

  constructor(processes: readonly Process[]) {
    this.#processes = processes;
  }

  follow(events: readonly Event[]): void {
    for (const event of events) {
      if (event.type === "fault.began") this.#begin(event.fault);
      else if (event.type === "fault.ended") this.#end(event.fault);
    }
  }

  #begin(fault: Fault): void {
    if (fault.kind !== "pause" && fault.kind !== "crash") return;
    this.#faults.set(fault.fault, fault);
    for (const process of this.#targets(fault)) {
      if (fault.kind === "crash") process.keepDown(true);
      process.signal(fault.kind === "crash" ? "SIGKILL" : "SIGSTOP");
    }
  }

  #end(id: string): void {
    const fault = this.#faults.get(id);
    if (fault === undefined) return;
    this.#faults.delete(id);
    for (const process of this.#targets(fault)) {
      const others = [...this.#faults.values()].filter((other) => other.kind === fault.kind && isTarget(other.target, process.agent));
      if (others.length > 0) continue;
      if (fault.kind === "crash") process.keepDown(false);
      else process.signal("SIGCONT");
    }
  }

  #targets(fault: Fault): Process[] {
    return this.#processes.filter((process) => isTarget(fault.target, process.agent));
  }
}
