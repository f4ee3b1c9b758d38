import type { Event, GroupNode } from "../../shared/model/index.ts";
import { NodeLeads } from "../projections/node-terms.ts";
import type { Thing } from "./along.ts";

/** Collects the positions of the events of each agent, resource and group, so that one can step along them. */
export class ThingIndex {
  readonly #agents = new Map<string, number[]>();
  readonly #resources = new Map<string, number[]>();
  readonly #groups = new Map<string, number[]>();
  /** By group: where a leader came or went, of the engine or by an agent's own node. */
  readonly #terms = new Map<string, number[]>();
  /** By request: what it waits for, as the end of a wait does not say. */
  readonly #wanted = new Map<number, readonly string[]>();
  readonly #nodes: NodeLeads;

  /** @param nodes those there were before the first event, where that is known. */
  constructor(nodes?: Iterable<GroupNode>) {
    this.#nodes = new NodeLeads(nodes);
  }

  take(event: Event): void {
    const { agents, resources } = this.#about(event);
    for (const agent of new Set(agents)) push(this.#agents, agent, event.position);
    for (const resource of new Set(resources)) push(this.#resources, resource, event.position);
    for (const group of new Set(this.#nodes.take(event).map((change) => change.group))) push(this.#terms, group, event.position);
    if (!("group" in event)) return;
    push(this.#groups, event.group, event.position);
    if (event.type === "leader.elected" || event.type === "leader.ended") push(this.#terms, event.group, event.position);
  }

  /** Positions in order. A resource's are those of all below it, too. */
  positions(kind: Thing["kind"], id: string): number[] {
    if (kind === "agent") return this.#agents.get(id) ?? [];
    if (kind === "group") return this.#groups.get(id) ?? [];
    if (kind === "term") return this.#terms.get(id) ?? [];
    const all = [...this.#resources].flatMap(([path, positions]) => (path === id || path.startsWith(`${id}/`) ? positions : []));
    return [...new Set(all)].sort((left, right) => left - right);
  }

  #about(event: Event): { readonly agents: readonly string[]; readonly resources: readonly string[] } {
    const agents: string[] = "agent" in event ? [event.agent] : [];
    const resources: string[] = "resource" in event ? [event.resource] : [];
    switch (event.type) {
      case "lock.queued": {
        const wanted = event.wait.wants.map((want) => want.resource);
        this.#wanted.set(event.wait.request, wanted);
        return { agents: [event.wait.agent], resources: wanted };
      }
      case "lock.granted":
        if (event.request !== undefined) this.#wanted.delete(event.request);
        return { agents, resources: event.locks.map((lock) => lock.resource) };
      case "lock.dequeued": {
        const wanted = this.#wanted.get(event.request) ?? [];
        this.#wanted.delete(event.request);
        return { agents, resources: wanted };
      }
      case "lock.reordered":
      case "lock.inherited":
      case "lock.favoured":
        return { agents, resources: this.#wanted.get(event.request) ?? [] };
      case "lock.transferred":
        return { agents: [...agents, event.toAgent], resources };
      case "intent.announced":
        return { agents: [event.intent.agent], resources: event.intent.uses.map((use) => use.resource) };
      case "wait.declared":
        return { agents: [event.wait.agent], resources };
      case "deadlock.detected":
        return { agents: event.found.cycle.map((step) => step.agent), resources: event.found.cycle.map((step) => step.resource) };
      case "finding.raised":
        return { agents: event.found.agents, resources: event.found.resources };
      case "candidate.entered":
        return { agents: [event.candidate.agent], resources };
      case "leader.elected":
        return { agents: [event.leader.agent, ...(event.after === undefined ? [] : [event.after.agent])], resources };
      case "ballot.opened":
        return { agents: [event.ballot.agent], resources };
      case "message.sent":
        return { agents: [...agents, event.to], resources };
      case "livelock.resolved":
        return { agents: [event.agent, ...event.backOff.map((one) => one.agent)], resources: event.resources };
      case "fault.began":
        return { agents: [event.fault.target], resources };
      case "fault.ended":
        return { agents: [event.target], resources };
      case "resource.configured":
        return { agents, resources: [event.pattern] };
      default:
        return { agents, resources };
    }
  }
}

function push(table: Map<string, number[]>, key: string, position: number): void {
  const positions = table.get(key);
  if (positions === undefined) table.set(key, [position]);
  else positions.push(position);
}
