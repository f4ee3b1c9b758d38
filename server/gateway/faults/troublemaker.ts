import { isTarget, strikesServer, targetsOf } from "../../../shared/engine/faults/index.ts";
import type { AgentCommand, Event, Fault, Lock } from "../../../shared/model/index.ts";
import type { Space } from "../../host/space.ts";
import { seededChance } from "./seeded-chance.ts";

/** A message that is none: whatever it says must be refused. */
export interface Malformed {
  readonly event: string;
  readonly content: unknown;
}

/** What a troublemaker needs of an agent's connection. */
export interface Troubled {
  /** Breaks the connection; the client comes back by itself. */
  breakOff(): void;
  /** The fault that kept something from it is over: it begins anew if it missed anything. */
  mended(): void;
  /** Takes messages in that nobody should send, as if it had. */
  pester(messages: readonly Malformed[]): void;
  /** Takes commands in as if the agent had sent them, with its rights and limits. */
  forge(commands: readonly AgentCommand[]): void;
}

/** How often a liar lies and a flood swells. */
const lieEveryMs = 1_000;
const floodEveryMs = 100;
const floodCommands = 100;
const pesterEveryMs = 200;
/** The event loop stands still at most this long at a time: an operator must be able to stop it. */
const stallAtMostMs = 5_000;

/**
 * Faults that do something rather than change what passes: broken connections, lies, floods, a server that stands still.
 * Follows the events, so what it does ends when the fault does, whoever ended it.
 */
export class Troublemaker {
  readonly #space: Space;
  readonly #connections: ReadonlyMap<string, Troubled>;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  #forged = 0;

  /** @param connections by session. */
  constructor(space: Space, connections: ReadonlyMap<string, Troubled>) {
    this.#space = space;
    this.#connections = connections;
    // Faults outlive a restart of the server: they are in the journal.
    for (const fault of space.state.faults.values()) this.#begin(fault, false);
  }

  follow(events: readonly Event[]): void {
    for (const event of events) {
      if (event.type === "fault.began") this.#begin(event.fault, true);
      else if (event.type === "fault.ended") {
        this.#end(event.fault);
        for (const connection of [...this.#connections.values()]) connection.mended();
      }
    }
  }

  close(): void {
    for (const timer of this.#timers.values()) clearInterval(timer);
    this.#timers.clear();
  }

  #begin(fault: Fault, anew: boolean): void {
    switch (fault.kind) {
      case "crash":
        return this.#breakOff(fault, 1);
      case "reconnectStorm":
        return anew ? this.#breakOff(fault, fault.strength) : undefined;
      case "flap":
        return this.#every(fault, Math.max(fault.delayMs, 100), () => this.#breakOff(fault, 1));
      case "lie":
        return this.#every(fault, lieEveryMs, () => this.#lie(fault));
      case "flood":
        return this.#every(fault, floodEveryMs, () => this.#flood(fault));
      case "hostileInput":
        return this.#every(fault, pesterEveryMs, () => this.#pester(fault));
      case "clockJump":
        // Not within the space's own turn: who hears of its events may not call it back.
        return anew && strikesServer(fault) ? queueMicrotask(() => this.#space.jumpClock(fault.delayMs)) : undefined;
      case "stallServer":
        return anew ? stall(Math.min(fault.untilMs - fault.sinceMs, stallAtMostMs)) : undefined;
      default:
        return undefined;
    }
  }

  #end(id: string): void {
    clearInterval(this.#timers.get(id));
    this.#timers.delete(id);
  }

  #every(fault: Fault, ms: number, act: () => void): void {
    this.#end(fault.fault);
    act();
    this.#timers.set(fault.fault, setInterval(act, ms).unref());
  }

  #breakOff(fault: Fault, share: number): void {
    const chance = seededChance(fault.seed);
    for (const [, connection] of this.#targets(fault)) if (chance() < share) connection.breakOff();
  }

  /** Claims a lock that is another's, under its present fence and under an old one. */
  #lie(fault: Fault): void {
    for (const [session, connection] of this.#targets(fault)) {
      const victim = this.#lockOfAnother(session);
      if (victim === undefined) continue;
      const { resource, fence } = victim;
      const old = String(BigInt(fence) > 1n ? BigInt(fence) - 1n : 1n);
      connection.forge([
        { id: this.#id(), type: "lock.release", resource, fence, wrote: false },
        { id: this.#id(), type: "lock.transfer", resource, fence, to: this.#space.state.sessions.get(session)?.agent ?? victim.agent },
        { id: this.#id(), type: "lock.release", resource, fence: old, wrote: false },
      ]);
    }
  }

  #flood(fault: Fault): void {
    for (const [, connection] of this.#targets(fault)) {
      const commands = Array.from(
        { length: floodCommands },
        (): AgentCommand => ({
          id: this.#id(),
          type: "intent.check",
          uses: [{ resource: "flood", mode: "shared", weight: 1 }],
          startsInMs: 0,
          lastsMs: 1,
        }),
      );
      connection.forge(commands);
    }
  }

  #pester(fault: Fault): void {
    for (const [, connection] of this.#targets(fault)) connection.pester(malformed);
  }

  #lockOfAnother(session: string): Lock | undefined {
    for (const lock of this.#space.state.locks.values()) if (lock.session !== session && lock.coolingUntilMs === undefined) return lock;
    return undefined;
  }

  #targets(fault: Fault): [string, Troubled][] {
    const { state } = this.#space;
    return targetsOf(state, fault.target).flatMap((agent) => {
      const session = state.agents.get(agent) ?? "";
      const connection = isTarget(fault.target, agent) ? this.#connections.get(session) : undefined;
      return connection === undefined ? [] : [[session, connection] as [string, Troubled]];
    });
  }

  #id(): string {
    this.#forged += 1;
    return `forged-${this.#forged}`;
  }
}

/** Blocks the event loop: what a long garbage collection or a frozen machine does. */
function stall(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/** Of each sort of bad message one. */
const malformed: readonly Malformed[] = [
  { event: "commands", content: "no list" },
  { event: "commands", content: [null, [], 7, {}] },
  { event: "commands", content: [{ id: "x".repeat(10_000), type: "lock.acquire", wants: [] }] },
  { event: "commands", content: [{ id: "h1", type: "lock.acquire", wants: [{ resource: "../../etc/passwd\u0000" }] }] },
  { event: "commands", content: [{ id: "h2", type: "lock.release", resource: "x", fence: "-1e309" }] },
  { event: "commands", content: [{ id: "h3", type: "__proto__", constructor: { prototype: {} } }] },
  { event: "commands", content: [JSON.parse('{"__proto__": {"role": "operator"}, "id": "h4", "type": "resource.configure"}')] },
  { event: "heartbeat", content: { ttlMs: 1e308 } },
  { event: "join", content: { agent: "" } },
  { event: "resume", content: [["deep"]] },
  { event: "no such message", content: {} },
];
