import type { DeadlockRecord, Event, Fault, Snapshot } from "../../model/index.ts";

/** What is no agent's own doing: a deadlock or a fault, from its begin to its end. */
export interface TroubleSpan {
  readonly kind: "deadlock" | "fault";
  readonly id: string;
  readonly agents: readonly string[];
  readonly name: string;
  readonly startMs: number;
  readonly endMs: number | undefined;
  readonly ended: string | undefined;
}

/** Reads deadlocks and faults in one pass; tells of each when it began, and when it ended or the recording did. */
export class TroubleReader {
  readonly #open = new Map<string, TroubleSpan>();
  readonly #began: (trouble: TroubleSpan) => void;
  readonly #ended: (trouble: TroubleSpan) => void;

  constructor(began: (trouble: TroubleSpan) => void, ended: (trouble: TroubleSpan) => void) {
    this.#began = began;
    this.#ended = ended;
  }

  begin(snapshot: Snapshot | undefined): void {
    for (const found of snapshot?.deadlocks ?? []) this.#put(deadlockOf(found));
    for (const fault of snapshot?.faults ?? []) this.#put(faultOf(fault));
  }

  add(event: Event): void {
    if (event.type === "deadlock.detected") this.#put(deadlockOf(event.found));
    else if (event.type === "deadlock.resolved") this.#end(`deadlock ${event.deadlock}`, event.atMs, event.how);
    else if (event.type === "fault.began") this.#put(faultOf(event.fault));
    else if (event.type === "fault.ended") this.#end(`fault ${event.fault}`, event.atMs, event.why);
  }

  end(): void {
    for (const trouble of this.#open.values()) this.#ended(trouble);
    this.#open.clear();
  }

  #put(trouble: TroubleSpan): void {
    this.#open.set(`${trouble.kind} ${trouble.id}`, trouble);
    this.#began(trouble);
  }

  #end(key: string, endMs: number, ended: string): void {
    const trouble = this.#open.get(key);
    if (trouble === undefined) return;
    this.#open.delete(key);
    this.#ended({ ...trouble, endMs, ended });
  }
}

function deadlockOf(found: DeadlockRecord): TroubleSpan {
  const agents = found.cycle.map((step) => step.agent);
  const name = `deadlock of ${agents.join(", ")}`;
  return { kind: "deadlock", id: found.deadlock, agents: [...new Set(agents)], name, startMs: found.sinceMs, endMs: undefined, ended: undefined };
}

function faultOf(fault: Fault): TroubleSpan {
  const name = `fault: ${fault.kind} ${fault.target}`;
  return { kind: "fault", id: fault.fault, agents: fault.target.split(","), name, startMs: fault.sinceMs, endMs: undefined, ended: undefined };
}
