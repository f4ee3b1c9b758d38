import { execute, type Outcome } from "../../../shared/engine/index.ts";
import type { FindingWatch } from "../../../shared/host/index.ts";
import type { EngineCommand, EventBody, EventOf, Wait } from "../../../shared/model/index.ts";
import type { Random } from "../../../shared/sim/random.ts";
import { emptyState, evolve, type State } from "../../../shared/state/index.ts";

/** The path that agent number `at` holds all the time. */
export const own = (at: number) => `repo/part${at % 100}/file${at}.ts`;

/** A space in which every agent holds a path of its own. What is stuck is found and not resolved: the finding is what is measured. */
export class BenchSpace {
  readonly state: State = emptyState("bench");
  nowMs = 1_700_000_000_000;
  watch: FindingWatch | undefined;
  #ids = 0;

  constructor(agents: number) {
    const actor = { principal: "bench", role: "operator" as const };
    const settings = { automatic: "off" as const };
    this.run({ from: "operator", nowMs: this.nowMs, actor, command: { id: "rule", type: "resource.configure", pattern: "**", settings, reason: "bench" } });
    for (let at = 0; at < agents; at++) {
      const join = { session: `s${at}`, agent: `a${at}`, principal: "bench", roles: [], labels: {}, ttlMs: 15_000, resumeHash: "", replace: false };
      this.run({ from: "system", nowMs: this.nowMs, command: { type: "session.join", ...join } });
      this.acquire(at, own(at));
    }
  }

  run(command: EngineCommand): Outcome {
    const outcome = execute(this.state, command);
    this.watch?.feed(this.state, command, outcome);
    return outcome;
  }

  agent(at: number, command: object): Outcome {
    return this.run({ from: "agent", nowMs: this.nowMs, session: `s${at}`, command: { id: `c${this.#ids++}`, ...command } } as EngineCommand);
  }

  acquire(at: number, resource: string, waitMs?: number): Outcome {
    const wants = [{ resource, mode: "exclusive", weight: 1 }];
    return this.agent(at, { type: "lock.acquire", wants, priority: 0, ...(waitMs !== undefined && { waitMs }) });
  }

  release(at: number, resource: string): void {
    const fence = this.state.index.locks.at(resource)[0]?.fence;
    if (fence !== undefined) this.agent(at, { type: "lock.release", resource, fence, wrote: false });
  }

  /** A wait as the engine would queue it, but only that: whoever looks at it next is the first to do so. */
  queue(at: number, resource: string): Wait {
    const wait = {
      request: this.state.lastRequest + 1,
      session: `s${at}`,
      agent: `a${at}`,
      command: `q${this.#ids++}`,
      wants: [{ resource, mode: "exclusive" as const, weight: 1 }],
      priority: 0,
      rank: this.nowMs,
      queuedMs: this.nowMs,
      reason: "",
    };
    this.#apply({ type: "lock.queued", wait, blockers: [] });
    return wait;
  }

  dequeue({ session, agent, request, command }: Wait): void {
    this.#apply({ type: "lock.dequeued", session, agent, request, command, why: "cancelled" });
  }

  #apply(body: Omit<EventOf<"lock.queued">, "position" | "atMs"> | Extract<EventBody, { type: "lock.dequeued" }>): void {
    evolve(this.state, { position: this.state.position + 1, atMs: this.nowMs, ...body });
  }
}

/** Who waits for whom: chains and trees, no ring. */
export interface Forest {
  readonly space: BenchSpace;
  /** Agents that wait for nobody. */
  readonly roots: readonly number[];
  /** Whom an agent waits for in the end. */
  readonly rootOf: (at: number) => number;
}

/** A share of the agents waits for an earlier one. */
export function forest(agents: number, waiting: number, random: Random): Forest {
  const space = new BenchSpace(agents);
  const rootOf: number[] = [];
  for (let at = 0; at < agents; at++) {
    const on = at > 0 && random.chance(waiting) ? random.between(Math.max(0, at - 200), at - 1) : undefined;
    rootOf.push(on === undefined ? at : (rootOf[on] as number));
    if (on !== undefined) space.acquire(at, own(on));
  }
  return { space, roots: rootOf.filter((root, at) => root === at), rootOf: (at) => rootOf[at] as number };
}
