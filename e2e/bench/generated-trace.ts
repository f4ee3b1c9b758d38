import { hash } from "node:crypto";
import { closeSync, createReadStream, createWriteStream, openSync, rmSync, writeSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { execute } from "../../shared/engine/index.ts";
import type { AgentCommand, EngineCommand, Event } from "../../shared/model/index.ts";
import { Random } from "../../shared/sim/random.ts";
import { emptyState, type State } from "../../shared/state/index.ts";
import { genesis, link, type TraceHeader, traceVersion } from "../../shared/trace/index.ts";

export interface World {
  readonly events: number;
  readonly seed: number;
  readonly agents: number;
  readonly resources: number;
}

const space = "bench";
const digest = (text: string): string => hash("sha256", text, "hex");
/** Agents that are here at a time; each stays for a while. */
const ttlMs = 30_000;

/**
 * A long trace by the engine itself, the same for the same seed: agents come and go, take and give back locks of a tree of
 * files, wait, give up, get into deadlocks and out of them, announce what they intend and say how they get on.
 */
class Fleet {
  readonly state: State = emptyState(space);
  readonly #random: Random;
  readonly #world: World;
  #nowMs = 1_700_000_000_000;
  #count = 0;
  readonly #decided: (command: EngineCommand, events: readonly Event[]) => void;

  constructor(world: World, decided: (command: EngineCommand, events: readonly Event[]) => void) {
    this.#world = world;
    this.#random = new Random(world.seed);
    this.#decided = decided;
  }

  turn(): void {
    this.#nowMs += this.#random.between(1, 12);
    const dueMs = this.state.timers.nextMs();
    if (dueMs !== undefined && dueMs <= this.#nowMs) this.#decide({ from: "system", nowMs: this.#nowMs, command: { type: "tick", silent: [] } });
    const agent = `w${this.#random.between(1, this.#world.agents)}`;
    const session = this.state.agents.get(agent);
    if (session === undefined) this.#join(agent);
    else this.#act(session);
  }

  #join(agent: string): void {
    const session = `s-${++this.#count}`;
    const who = { session, agent, principal: `team-${agent.length}`, roles: ["worker"], labels: { host: `node-${this.#random.between(1, 16)}` } };
    this.#decide({ from: "system", nowMs: this.#nowMs, command: { type: "session.join", ...who, ttlMs, resumeHash: digest(session), replace: false } });
  }

  #act(session: string): void {
    const own = this.state.bySession.get(session);
    const id = `c${++this.#count}`;
    const lock = this.state.locks.get([...(own?.locks ?? [])][0] ?? "");
    const chance = this.#random.between(0, 99);
    const progress = (this.state.sessions.get(session)?.progress ?? 0) + 1;
    if ((own?.waits.size ?? 0) > 0 && chance < 90) return;
    if (chance < 45 && lock !== undefined) this.#ask(session, { id, type: "lock.release", resource: lock.resource, fence: lock.fence, wrote: true });
    else if (chance < 80)
      this.#ask(session, { id, type: "lock.acquire", ...this.#wants(), priority: chance % 10 === 0 ? 2 : 0, reason: "change what the task asks for" });
    else if (chance < 97) this.#ask(session, { id, type: "session.declare", state: "working", doing: `step ${progress} of the task`, progress });
    else if (chance < 99) this.#ask(session, { id, type: "intent.announce", uses: this.#wants().wants, startsInMs: 0, lastsMs: 2_000, reason: "soon" });
    else this.#ask(session, { id, type: "session.leave" });
  }

  #wants(): { wants: { resource: string; mode: "shared" | "exclusive"; weight: number }[]; waitMs: number } {
    const one = () => ({ resource: this.#path(), mode: this.#random.chance(0.3) ? ("shared" as const) : ("exclusive" as const), weight: 1 });
    return { wants: [one()], waitMs: 20_000 };
  }

  #path(): string {
    const n = this.#random.between(1, this.#world.resources);
    return n % 50 === 0 ? `repo/part-${n % 7}` : `repo/part-${n % 7}/src/module-${n % 23}/file-${n}.ts`;
  }

  #ask(session: string, command: AgentCommand): void {
    this.#decide({ from: "agent", nowMs: this.#nowMs, session, command });
  }

  #decide(command: EngineCommand): void {
    const { events } = execute(this.state, command);
    if (events.length > 0) this.#decided(command, events);
  }
}

/** Writes the trace to a file, and beside it packed as `.gz`. */
export async function generateTrace(world: World, path: string): Promise<{ commands: number; events: number }> {
  const body = `${path}.body`;
  const file = openSync(body, "w");
  let [lines, base, lastHash, firstHash, events, commands, sinceMs, untilMs] = ["", genesis(space), genesis(space), "", 0, 0, 0, 0];
  const fleet = new Fleet(world, (command, decided) => {
    commands += 1;
    for (const [index, event] of decided.entries()) {
      const recorded = { body: JSON.stringify(event), command: index === 0 ? JSON.stringify(command) : undefined };
      lastHash = link(lastHash, recorded, digest);
      if (firstHash === "") [firstHash, sinceMs] = [lastHash, event.atMs];
      if (recorded.command !== undefined) lines += `{"command":${recorded.command},"at":${event.position}}\n`;
      lines += `${recorded.body}\n`;
      untilMs = event.atMs;
      events += 1;
    }
    if (lines.length < 1e6) return;
    writeSync(file, lines);
    lines = "";
  });
  while (events < world.events) fleet.turn();
  writeSync(file, lines);
  closeSync(file);
  const known = {
    format: "sbtrace",
    version: traceVersion,
    engine: "bench",
    space,
    name: `${events} events, seed ${world.seed}`,
    from: 1,
    to: events,
  } as const;
  const header: TraceHeader = { ...known, sinceMs, untilMs, base, firstHash, lastHash, counts: { events, commands }, tags: [], notes: [] };
  base = "";
  const out = createWriteStream(path);
  out.write(`${JSON.stringify(header)}\n`);
  await pipeline(createReadStream(body), out);
  rmSync(body);
  await pipeline(createReadStream(path), createGzip(), createWriteStream(`${path}.gz`));
  return { commands, events };
}
