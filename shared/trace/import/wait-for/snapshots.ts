import { TraceError } from "../../format/error.ts";
import type { Format, HoldFound, Imported, WaitForEdge, WaitFound } from "../imported.ts";
import { importLimits } from "../limits.ts";
import type { Problems } from "../problems.ts";
import type { Act } from "../space/acts.ts";
import { pathOf } from "../space/names.ts";
import { writeSpace } from "../space/writer.ts";
import { cyclesOf } from "./cycles.ts";

/** Who held what and who waited for whom at one moment. Several of a file are played one after the other. */
export interface WaitSnapshot {
  /** In nanoseconds since 1970, when the file says it. */
  readonly ns?: bigint | undefined;
  readonly holds: readonly HoldFound[];
  readonly waits: readonly WaitFound[];
  /** Waiter, holder, resource. */
  readonly edges: readonly WaitForEdge[];
  readonly victim: string | null;
  /** Agents that neither hold nor wait, and what any of them does, in words. */
  readonly doing?: ReadonlyMap<string, string>;
}

const secondNs = 1_000_000_000n;

/** A space of held locks and queued waiters, so that the graph and the deadlock view show what the file tells. */
export function importSnapshots(format: Format, snapshots: readonly WaitSnapshot[], problems: Problems, figures: Imported["figures"] = {}): Imported {
  const acts: Act[] = [];
  const counts = new Map<string, number>();
  const cycles: string[][] = [];
  let ns = 0n;
  snapshots.forEach((snapshot, index) => {
    const found = cyclesOf(snapshot.edges);
    cycles.push(...found);
    ns = snapshot.ns !== undefined && snapshot.ns > ns ? snapshot.ns : ns + secondNs;
    addActs(acts, snapshot, found, `${index}`, ns, counts);
    if (index < snapshots.length - 1) addEnd(acts, snapshot, found, `${index}`, ns + 1n);
    if (acts.length > importLimits.items) throw new TraceError(`The file tells of more than ${importLimits.items} locks and waits.`);
  });
  const { events, names } = writeSpace(acts);
  return {
    ...{ format, events, agents: [...counts].map(([name, count]) => ({ id: names.idOf(name), name, events: count })), messages: [], spans: [] },
    ...{ waits: snapshots.flatMap((one) => one.waits), holds: snapshots.flatMap((one) => one.holds), waitFor: snapshots.flatMap((one) => one.edges) },
    ...{ cycle: cycles[0] ?? [], cycles, victim: snapshots.find((one) => one.victim !== null)?.victim ?? null, problems: problems.all(), figures },
  };
}

const lockPath = (resource: string): string => pathOf(resource);
const holdKey = (prefix: string, agent: string, resource: string): string => JSON.stringify([prefix, agent, resource]);
const waitKey = (prefix: string, agent: string, resource: string): string => JSON.stringify([prefix, "wait", agent, resource]);

function addActs(acts: Act[], snapshot: WaitSnapshot, cycles: readonly (readonly string[])[], prefix: string, ns: bigint, counts: Map<string, number>): void {
  const count = (agent: string): void => void counts.set(agent, (counts.get(agent) ?? 0) + 1);
  const waiting = new Set(snapshot.waits.map((wait) => wait.agent));
  for (const [agent, doing] of snapshot.doing ?? []) {
    count(agent);
    acts.push({ ns, kind: "declare", agent, state: waiting.has(agent) ? "blocked" : "working", doing });
  }
  const holders = new Map<string, Set<string>>();
  for (const { agent, resource } of [...snapshot.holds, ...snapshot.edges.map(([, agent, resource]) => ({ agent, resource }))]) {
    const known = holders.get(resource) ?? new Set();
    holders.set(resource, known.add(agent));
  }
  for (const [resource, agents] of holders) {
    // Those who hold one thing together went together; what waits for it went with none of them.
    const mode = agents.size > 1 ? "shared" : "exclusive";
    for (const agent of agents) {
      count(agent);
      acts.push({ ns, kind: "hold", key: holdKey(prefix, agent, resource), agent, resource: lockPath(resource), mode, level: "sequenced", reason: "" });
    }
  }
  for (const { agent, resource, mode } of snapshot.waits) {
    count(agent);
    acts.push({ ns, kind: "wait", key: waitKey(prefix, agent, resource), agent, resource: lockPath(resource), mode: "exclusive", reason: mode ?? "" });
  }
  const about = new Map(snapshot.edges.map(([waiter, holder, resource]) => [JSON.stringify([waiter, holder]), resource]));
  cycles.forEach((cycle, number) => {
    const waits = cycle.flatMap((agent, at) => {
      const resource = about.get(JSON.stringify([agent, cycle[(at + 1) % cycle.length]]));
      return resource === undefined ? [] : [waitKey(prefix, agent, resource)];
    });
    const victim = snapshot.victim !== null && cycle.includes(snapshot.victim) ? snapshot.victim : null;
    acts.push({ ns, kind: "deadlock", key: `${prefix} ${number}`, waits, victim });
  });
}

/** Before the next snapshot everybody lets go: what was between them the file does not tell. */
function addEnd(acts: Act[], snapshot: WaitSnapshot, cycles: readonly (readonly string[])[], prefix: string, ns: bigint): void {
  cycles.forEach((_, number) => {
    acts.push({ ns, kind: "resolved", key: `${prefix} ${number}` });
  });
  for (const { agent, resource } of snapshot.waits)
    acts.push({ ns, kind: "giveUp", key: waitKey(prefix, agent, resource), why: agent === snapshot.victim ? "victim" : "cancelled" });
  for (const { agent, resource } of snapshot.holds) acts.push({ ns, kind: "release", key: holdKey(prefix, agent, resource) });
  for (const [, agent, resource] of snapshot.edges) acts.push({ ns, kind: "release", key: holdKey(prefix, agent, resource) });
}
