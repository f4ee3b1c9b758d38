import { isTarget } from "../engine/faults/index.ts";
import { type Event, type Fault, type FaultKind, faultKindSchema, type KillPoint, killPointSchema, serverFaultKinds, serverTarget } from "../model/index.ts";
import type { Agent } from "./agent.ts";
import type { Clock } from "./clock.ts";
import type { Disk } from "./disk.ts";
import type { Felt, SimulatedKind } from "./felt.ts";
import type { Random } from "./random.ts";
import type { Faults } from "./scenario.ts";
import type { Server } from "./server.ts";
import type { Trouble } from "./troubles.ts";
import type { SimViewer } from "./viewer.ts";

const killKinds = killPointSchema.options.map((point) => `kill ${point}` as const);

/** The whole menu. A kill is named with its point. */
export const simulatedKinds: readonly SimulatedKind[] = [...faultKindSchema.options.filter((kind) => kind !== "killServer"), ...killKinds];

/** Those that strike the server, its machine or its viewers, whoever is named. */
const ofServer: ReadonlySet<SimulatedKind> = new Set([...serverFaultKinds.filter((kind) => kind !== "killServer"), ...killKinds]);

export interface Parts {
  readonly clock: Clock;
  readonly random: Random;
  readonly server: Server;
  readonly disk: Disk;
  readonly agents: readonly Agent[];
  readonly viewers: readonly SimViewer[];
  readonly felt: Felt;
}

/** Whom a fault strikes: agents, and where it may be either, the server. */
interface Struck {
  readonly agents: readonly Agent[];
  /** The other side of a cut between two. */
  readonly peers: readonly Agent[];
  readonly server: boolean;
}

/** Makes faults felt: those that a run draws for itself, and those that its operators inject as events. */
export class Injector {
  /** So many have begun. */
  begun = 0;
  readonly #parts: Parts;
  /** Whose clock was set, until it is set right again. */
  readonly #jumps = new Map<string, { readonly ofServer: boolean; readonly setRight: () => void }>();

  #mended = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** From now on the server and its machine are well, whatever operators have planned for them. */
  mend(): void {
    this.#mended = true;
    for (const [fault, jump] of [...this.#jumps]) if (jump.ofServer) this.#setRight(fault);
    const { disk, server } = this.#parts;
    disk.habits = { ...disk.habits, failure: 0 };
    disk.fullUntilMs = 0;
    server.start();
  }

  /** A durable event: an injected fault begins or ends. */
  follow(event: Event): void {
    if (event.type === "fault.began") {
      const { fault, target, peer, strength, delayMs, sinceMs, untilMs } = event.fault;
      const struck = { agents: this.#named(target), peers: peer === undefined ? [] : this.#named(peer), server: target === serverTarget };
      // What the server's clock says may be far from virtual time.
      this.begin(fault, simulatedKindOf(event.fault), struck, { strength, delayMs, untilMs: this.#parts.clock.nowMs + untilMs - sinceMs });
    } else if (event.type === "fault.ended") {
      const { agents, viewers } = this.#parts;
      for (const { link } of [...agents.map(({ client }) => client), ...viewers]) link.troubles.end(event.fault);
      this.#setRight(event.fault);
    }
  }

  begin(fault: string, kind: SimulatedKind, struck: Struck, how: Omit<Trouble, "kind">): void {
    const { clock, server, disk, viewers } = this.#parts;
    const { untilMs } = how;
    if (this.#mended && (struck.server || ofServer.has(kind))) return;
    this.begun++;
    switch (kind) {
      case "stallServer":
        return server.stall(untilMs);
      case "slowViewer":
        for (const { link } of viewers) link.troubles.add(fault, { kind, ...how });
        return;
      case "clockJump":
        return this.#jump(fault, struck, how);
      case "loseUnflushed":
      case "tornTail":
        disk.crash(kind === "tornTail" ? "torn" : "lost");
        server.crash();
        return clock.at(untilMs, () => server.start());
      case "bitFlip":
        return disk.flip();
      case "fullDisk":
        disk.fullUntilMs = untilMs;
        return;
      case "cutPair":
        return this.#cutPairs(fault, struck, how);
      default:
        break;
    }
    if (isKill(kind)) return server.killAt(kind.slice(5) as KillPoint, () => clock.at(untilMs, () => server.start()));
    for (const agent of struck.agents) this.#trouble(fault, kind, agent, how);
  }

  #trouble(fault: string, kind: FaultKind, { client }: Agent, how: Omit<Trouble, "kind">): void {
    const { clock, random, felt } = this.#parts;
    client.link.troubles.add(fault, { kind, ...how });
    if (kind === "crash") {
      felt.add("crash");
      client.crash();
      clock.at(how.untilMs, () => client.connect());
    } else if (kind === "flap") this.#flap(fault, client, how);
    else if (kind === "reconnectStorm" && random.chance(how.strength)) {
      felt.add("reconnectStorm");
      client.disconnect();
    }
  }

  #flap(fault: string, client: Agent["client"], { delayMs, untilMs }: Omit<Trouble, "kind">): void {
    const { clock, felt } = this.#parts;
    if (clock.nowMs >= untilMs || client.link.troubles.of("flap") === undefined) return;
    felt.add("flap");
    client.disconnect();
    clock.after(Math.max(50, delayMs), () => this.#flap(fault, client, { strength: 1, delayMs, untilMs }));
  }

  #cutPairs(fault: string, { agents, peers }: Struck, how: Omit<Trouble, "kind">): void {
    const cut = (ones: readonly Agent[], others: readonly Agent[]) => {
      const names = new Set(others.map(({ client }) => client.agent));
      for (const { client } of ones) client.link.troubles.add(fault, { kind: "cutPair", ...how, peers: names });
    };
    cut(agents, peers);
    cut(
      peers.filter((peer) => !agents.includes(peer)),
      agents,
    );
  }

  /** A clock is set ahead or back, and set right again when the fault is over. */
  #jump(fault: string, struck: Struck, { strength, delayMs, untilMs }: Omit<Trouble, "kind">): void {
    const { clock, server, random } = this.#parts;
    // Beyond a lease now and then, and in either direction: the strength is no share of anything here.
    const byMs = (strength < 0.5 ? 1 : random.pick([1, 4])) * delayMs * random.pick([1, -1]);
    const clocks = struck.server ? [server] : struck.agents.map(({ client }) => client);
    for (const one of clocks) one.jump(byMs);
    const setRight = () => {
      for (const one of clocks) one.jump(-byMs);
    };
    this.#jumps.set(fault, { ofServer: struck.server, setRight });
    clock.at(untilMs, () => this.#setRight(fault));
  }

  #setRight(fault: string): void {
    const jump = this.#jumps.get(fault);
    this.#jumps.delete(fault);
    jump?.setRight();
  }

  #named(target: string): Agent[] {
    return this.#parts.agents.filter(({ client }) => isTarget(target, client.agent));
  }
}

/** How a run knows a fault that an operator injected. */
function simulatedKindOf({ kind, point }: Pick<Fault, "kind" | "point">): SimulatedKind {
  return kind === "killServer" ? `kill ${point ?? "afterFlush"}` : kind;
}

function isKill(kind: SimulatedKind): kind is `kill ${KillPoint}` {
  return kind.startsWith("kill ");
}

interface Strikes extends Parts {
  /** No fault begins after this; those under way end by themselves. */
  readonly untilMs: number;
  /** Who is spared. */
  readonly core: number;
  /** Whether those of the others last to the end of all. */
  readonly stay: boolean;
}

/** Plans the faults of a run: each kind strikes again and again at random distances, and heals by itself. */
export function strike(faults: Faults, injector: Injector, { clock, random, server, agents, untilMs, core, stay }: Strikes): void {
  const others = agents.slice(core);
  const again = (meanMs: number, fault: () => void) => {
    if (meanMs === Number.POSITIVE_INFINITY) return;
    clock.after(random.between(Math.floor(meanMs / 4), Math.floor(meanMs * 1.5)), () => {
      if (clock.nowMs >= untilMs) return;
      fault();
      again(meanMs, fault);
    });
  };
  let faultsBegun = 0;
  const begin = (kind: SimulatedKind, lowMs: number, highMs: number) => {
    const strikesServer = ofServer.has(kind) || (kind === "clockJump" && random.chance(0.5));
    const toTheEnd = stay && !strikesServer;
    const untilMsOf = toTheEnd ? Number.MAX_SAFE_INTEGER : Math.min(untilMs, clock.nowMs + random.between(lowMs, highMs));
    const how = { strength: random.pick([0.1, 0.5, 1]), delayMs: random.between(20, 1_500), untilMs: untilMsOf };
    const group = random.chance(0.25) ? others.filter(() => random.chance(0.5)) : [random.pick(others)];
    // Of a cut between two one side may be of the core: it is told the rest by its next welcome.
    injector.begin(`own${++faultsBegun}`, kind, { agents: group, peers: random.chance(0.5) ? [random.pick(agents)] : agents, server: strikesServer }, how);
  };
  again(faults.agentCrashMs, () => begin("crash", 100, 6_000));
  again(faults.agentPauseMs, () => begin("pause", 300, 8_000));
  again(faults.cutMs, () => begin(random.pick(["cut", "cutIn", "cutOut"]), 200, 6_000));
  again(faults.menuMs, () => begin(faults.kinds === undefined ? random.pick(simulatedKinds) : random.pick(faults.kinds), 100, 5_000));
  again(faults.serverCrashMs, () => {
    server.crash();
    clock.at(Math.min(untilMs, clock.nowMs + random.between(20, 3_000)), () => server.start());
  });
  again(faults.serverStallMs, () => begin("stallServer", 50, 4_000));
}
