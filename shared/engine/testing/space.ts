import type { AgentCommand, EngineCommand, Event, OperatorCommand, Session, Want } from "../../model/index.ts";
import { agentCommandSchema, operatorCommandSchema } from "../../model/index.ts";
import { emptyState, fromSnapshot, type State, toSnapshot } from "../../state/index.ts";
import { execute, type Outcome } from "../index.ts";

type Given<C> = C extends { id: string } ? Omit<C, "id"> & { id?: string } : never;

/** A space in a test: short calls, a clock of its own, every event kept. Each agent's session is `s-<agent>`. */
export class TestSpace {
  readonly state: State = emptyState("test");
  readonly events: Event[] = [];
  /** Commands that came to something, each with its events. */
  readonly decisions: { readonly command: EngineCommand; readonly events: readonly Event[] }[] = [];
  nowMs = 1_000;
  #commands = 0;

  join(agent: string, options: Partial<Pick<Session, "ttlMs" | "session" | "principal" | "roles" | "labels">> & { replace?: boolean } = {}): Outcome {
    const session = options.session ?? `s-${agent}`;
    return this.#run({
      from: "system",
      nowMs: this.nowMs,
      command: {
        type: "session.join",
        session,
        agent,
        principal: options.principal ?? "team",
        roles: options.roles ?? [],
        labels: options.labels ?? {},
        ttlMs: options.ttlMs ?? 15_000,
        resumeHash: "hash",
        replace: options.replace ?? false,
      },
    });
  }

  /** An agent's command, parsed as the gateway would. */
  agent(agent: string, command: Record<string, unknown> & { type: AgentCommand["type"] }): Outcome {
    this.#commands += 1;
    const parsed = agentCommandSchema.parse({ id: `c${this.#commands}`, ...command });
    return this.#run({ from: "agent", nowMs: this.nowMs, session: this.state.agents.get(agent) ?? `s-${agent}`, command: parsed });
  }

  /** Asks for one resource; options go into the command, `mode` and `weight` into the want. */
  acquire(agent: string, resource: string, options: Partial<Want> & Record<string, unknown> = {}): Outcome {
    const { mode = "exclusive", weight = 1, ...rest } = options;
    return this.agent(agent, { type: "lock.acquire", wants: [{ resource, mode, weight }], ...rest });
  }

  release(agent: string, resource: string, fence = this.fence(resource), rest: Record<string, unknown> = {}): Outcome {
    return this.agent(agent, { type: "lock.release", resource, fence, ...rest });
  }

  operator(command: Given<OperatorCommand>, principal = "dana"): Outcome {
    this.#commands += 1;
    const parsed = operatorCommandSchema.parse({ id: `o${this.#commands}`, ...command });
    return this.#run({ from: "operator", nowMs: this.nowMs, actor: { principal, role: "operator" }, command: parsed });
  }

  configure(pattern: string, settings: Extract<OperatorCommand, { type: "resource.configure" }>["settings"]): Outcome {
    return this.operator({ type: "resource.configure", pattern, settings, reason: "test" });
  }

  /** Lets time pass and handles every deadline on the way; `silent` agents did not renew since the join. */
  pass(ms: number, silent: string[] = []): void {
    this.nowMs += ms;
    const sessions = silent.flatMap((agent) => this.state.sessions.get(this.state.agents.get(agent) ?? "") ?? []);
    const command = { type: "tick" as const, silent: sessions.map((session) => ({ session: session.session, renewedMs: session.joinedMs })) };
    this.#run({ from: "system", nowMs: this.nowMs, command });
  }

  /** The fence of the first lock on a resource, "0" when there is none. */
  fence(resource: string): string {
    return this.holders(resource)[0]?.fence ?? "0";
  }

  /** Held locks on just this resource. */
  holders(resource: string) {
    return [...this.state.locks.values()].filter((lock) => lock.resource === resource && lock.coolingUntilMs === undefined);
  }

  /** Who waits for a resource, first first. */
  queue(resource: string): string[] {
    return this.state.index.waits.at(resource).map((wait) => wait.agent);
  }

  /** Who holds a resource. */
  held(resource: string): string[] {
    return this.holders(resource).map((lock) => lock.agent);
  }

  /** The types of the events since a position. */
  types(after: number): string[] {
    return this.events.filter((event) => event.position > after).map((event) => event.type);
  }

  /** The same state by way of a snapshot, as a restart has it. */
  restarted(): State {
    return fromSnapshot(structuredClone(toSnapshot(this.state)));
  }

  #run(command: EngineCommand): Outcome {
    const outcome = execute(this.state, command);
    if (outcome.events.length > 0) this.decisions.push({ command, events: outcome.events });
    this.events.push(...outcome.events);
    return outcome;
  }
}
