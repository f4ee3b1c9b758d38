import { isTarget, strikesServer, targetsOf } from "../../../shared/engine/faults/index.ts";
import type { AgentCommand, Event, Fault, GroupNode } from "../../../shared/model/index.ts";
import { nodeKey } from "../../../shared/state/index.ts";
import type { Space } from "../../host/space.ts";
import { claimsOfLeadership, claimsOfLock, falseViews, isFalse, type Lie, votesBothWays } from "./lies.ts";
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
  /** What nodes showed before a fault made them say something else, by the fault. */
  readonly #truths = new Map<string, Map<string, GroupNode>>();
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
      } else if (event.type === "ballot.opened") {
        for (const fault of this.#space.state.faults.values()) if (fault.kind === "doubleVote") this.#voteBothWays(fault, event.group);
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
        return this.#every(fault, lieEveryMs, () => this.#lie(fault, claimsOfLock));
      case "falseLeader":
        return this.#every(fault, lieEveryMs, () => this.#claimToLead(fault));
      case "doubleVote":
        for (const { group, ballot } of this.#space.state.elections.values()) if (ballot !== undefined) this.#voteBothWays(fault, group);
        return;
      case "flood":
        return this.#every(fault, floodEveryMs, () => this.#flood(fault));
      case "hostileInput":
        return this.#every(fault, pesterEveryMs, () => this.#pester(fault));
      case "clockJump":
        return anew && strikesServer(fault) ? this.#later(() => this.#space.jumpClock(fault.delayMs)) : undefined;
      case "stallServer":
        return anew ? stall(Math.min(fault.untilMs - fault.sinceMs, stallAtMostMs)) : undefined;
      default:
        return undefined;
    }
  }

  #end(id: string): void {
    clearInterval(this.#timers.get(id));
    this.#timers.delete(id);
    for (const node of this.#truths.get(id)?.values() ?? []) this.#tellTruth(node);
    this.#truths.delete(id);
  }

  #every(fault: Fault, ms: number, act: () => void): void {
    clearInterval(this.#timers.get(fault.fault));
    act();
    this.#timers.set(fault.fault, setInterval(act, ms).unref());
  }

  #breakOff(fault: Fault, share: number): void {
    const chance = seededChance(fault.seed);
    for (const [, connection] of this.#targets(fault)) if (chance() < share) connection.breakOff();
  }

  #lie(fault: Fault, liesOf: (state: Space["state"], session: string) => readonly Lie[]): void {
    for (const [session, connection] of this.#targets(fault)) this.#forge(connection, liesOf(this.#space.state, session));
  }

  /** Says so to the server, and shows it where it runs a node. */
  #claimToLead(fault: Fault): void {
    this.#lie(fault, claimsOfLeadership);
    for (const [session, connection] of this.#targets(fault)) {
      for (const { node, lie } of falseViews(this.#space.state, session)) {
        const truths = this.#truths.get(fault.fault) ?? new Map<string, GroupNode>();
        this.#truths.set(fault.fault, truths.set(nodeKey(node.group, session), node));
        this.#forge(connection, [lie]);
      }
    }
  }

  /** What it showed before, where it has not shown anything of itself since. */
  #tellTruth({ group, session, view }: GroupNode): void {
    const connection = this.#connections.get(session);
    const shown = this.#space.state.nodes.get(nodeKey(group, session))?.view;
    if (connection !== undefined && shown !== undefined && isFalse(shown)) this.#later(() => this.#forge(connection, [{ type: "node.tell", group, view }]));
  }

  #voteBothWays(fault: Fault, group: string): void {
    this.#later(() => {
      const ballot = this.#space.state.elections.get(group)?.ballot;
      if (ballot === undefined) return;
      for (const [session, connection] of this.#targets(fault)) {
        const agent = this.#space.state.sessions.get(session)?.agent ?? "";
        if (ballot.electorate.includes(agent)) this.#forge(connection, votesBothWays(ballot, group));
      }
    });
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

  #targets(fault: Fault): [string, Troubled][] {
    const { state } = this.#space;
    return targetsOf(state, fault.target).flatMap((agent) => {
      const session = state.agents.get(agent) ?? "";
      const connection = isTarget(fault.target, agent) ? this.#connections.get(session) : undefined;
      return connection === undefined ? [] : [[session, connection] as [string, Troubled]];
    });
  }

  /** Not within the space's own turn: who hears of its events may not call it back. */
  #later(act: () => void): void {
    queueMicrotask(act);
  }

  #forge(connection: Troubled, lies: readonly Lie[]): void {
    if (lies.length > 0) connection.forge(lies.map((lie): AgentCommand => ({ ...lie, id: this.#id() })));
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
