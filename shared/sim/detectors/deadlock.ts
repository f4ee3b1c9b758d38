import { execute } from "../../engine/index.ts";
import { fromSnapshot, type State, toSnapshot } from "../../state/index.ts";
import type { Verdict } from "./score.ts";
import { crew, World } from "./world.ts";

/**
 * One world of random requests, step by step, until it is deadlocked or the steps are over. What is true at each step comes
 * from the definition: those with nothing to wait for leave, the engine grants what that frees, again and again; who is left
 * can never go on. The engine has to say so at that very step, and never before.
 */
export function deadlockVerdict(seed: number): Verdict {
  const world = new World(seed);
  const { random } = world;
  const agents = crew(random.between(2, 7));
  world.join(...agents);
  world.configure("gpu", { capacity: 2 });
  world.configure("pool", { capacity: 3 });
  const names = ["x", "x/1", "x/2", "x/*", "y", "y/1", "z", "gpu", "pool"].slice(0, random.between(4, 9));
  const name = `${agents.length} agents, ${names.length} resources`;
  for (let step = random.between(3, 16); step > 0; step--) {
    world.nowMs += random.between(0, 50);
    act(world, random.pick(agents), names);
    const stuck = whoCanNeverGoOn(world.state);
    const told = [...world.state.deadlocks.values()];
    const outsider = told.some((found) => found.cycle.some((part) => !stuck.has(part.session)));
    if (outsider || (stuck.size === 0 && told.length > 0)) return { name, planted: stuck.size > 0, found: false, alarm: true };
    if (stuck.size > 0) return { name, planted: true, found: told.length > 0, alarm: false };
  }
  return { name, planted: false, found: false, alarm: false };
}

function act(world: World, agent: string, names: readonly string[]): void {
  const { random, state } = world;
  const own = state.bySession.get(`s-${agent}`);
  const held = [...(own?.locks ?? [])].flatMap((fence) => state.locks.get(fence) ?? []);
  if (held.length > 0 && random.chance(0.25)) return world.release(agent, random.pick(held).resource);
  const awaited = [...(own?.waits ?? [])].flatMap((request) => state.waits.get(request)?.wants.map((want) => want.resource) ?? []);
  const has = new Set([...held.map((lock) => lock.resource), ...awaited]);
  const isSemaphore = (name: string) => name === "gpu" || name === "pool";
  // Who waits for units that it holds itself is in nobody's way but its own: no deadlock of several.
  const open = names.filter((name) => !(isSemaphore(name) && has.has(name)));
  const picked = new Set([random.pick(open), ...(random.chance(0.3) ? [random.pick(open)] : [])]);
  const mode = random.chance(0.4) ? "shared" : "exclusive";
  const wants = [...picked].map((resource) => (isSemaphore(resource) ? { resource, weight: random.between(1, 2) } : { resource, mode }));
  world.command(agent, { type: "lock.acquire", wants, priority: random.between(0, 2) });
}

function whoCanNeverGoOn(state: State): Set<string> {
  if (state.waits.size < 2) return new Set();
  const rest = fromSnapshot(toSnapshot(state));
  for (;;) {
    const free = [...rest.sessions.keys()].filter((session) => (rest.bySession.get(session)?.waits.size ?? 0) === 0);
    if (free.length === 0) return new Set(rest.sessions.keys());
    for (const session of free) execute(rest, { from: "agent", nowMs: rest.atMs, session, command: { id: "leave", type: "session.leave" } });
  }
}
