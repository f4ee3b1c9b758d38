import { type Event, type Fault, type FaultKind, faultKindSchema, type KillPoint, killPointSchema, serverFaultKinds } from "../model/index.ts";
import type { Agent } from "./agent.ts";
import type { Clock } from "./clock.ts";
import type { Disk } from "./disk.ts";
import type { Random } from "./random.ts";
import type { Faults } from "./scenario.ts";
import type { Server } from "./server.ts";
import type { Trouble } from "./troubles.ts";

/** Faults of the server's machine; a kill at each of its points. */
export const machineKinds = [...killPointSchema.options.map((point) => `kill ${point}` as const), "loseUnflushed", "tornTail", "bitFlip", "fullDisk"] as const;

/** No part of a run: viewers, and input that is malformed, for here messages are typed. */
const notSimulated = ["slowViewer", "hostileInput"] as const satisfies readonly FaultKind[];

/** The whole menu. A kill is named with its point. */
export type SimulatedKind = Exclude<FaultKind, (typeof notSimulated)[number] | "killServer"> | (typeof machineKinds)[number];

const ofServer: readonly SimulatedKind[] = ["stallServer", "clockJump", ...machineKinds];
const agentKinds = faultKindSchema.options.filter(
  (kind) => kind !== "cutPair" && kind !== "clockJump" && kind !== "hostileInput" && !(serverFaultKinds as readonly FaultKind[]).includes(kind),
) as Exclude<SimulatedKind, (typeof ofServer)[number]>[];
export const simulatedKinds: readonly SimulatedKind[] = [...agentKinds, ...ofServer];

interface Parts {
  readonly clock: Clock;
  readonly random: Random;
  readonly server: Server;
  readonly disk: Disk;
  readonly agents: readonly Agent[];
}

/** How a run knows a fault that an operator injected; undefined where nobody here feels it. */
function simulatedKindOf({ kind, point }: Pick<Fault, "kind" | "point">): SimulatedKind | undefined {
  if (kind === "killServer") return `kill ${point ?? "afterFlush"}`;
  return kind === "slowViewer" || kind === "hostileInput" ? undefined : kind;
}

/** Makes faults felt: those that a run draws for itself, and those that its operators inject as events. */
export class Injector {
  /** So many have begun. */
  begun = 0;
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** A durable event: an injected fault begins or ends. */
  follow(event: Event): void {
    if (event.type === "fault.began") {
      const { fault, target, strength, delayMs, untilMs } = event.fault;
      const pattern = new RegExp(`^${target.replaceAll("*", ".*")}$`);
      const struck = this.#parts.agents.filter(({ client }) => pattern.test(client.agent));
      const simulated = simulatedKindOf(event.fault);
      if (simulated !== undefined) this.begin(fault, simulated, struck, { strength, delayMs, untilMs });
    } else if (event.type === "fault.ended") {
      for (const { client } of this.#parts.agents) client.link.troubles.end(event.fault);
    }
  }

  begin(fault: string, kind: SimulatedKind, struck: readonly Agent[], how: Omit<Trouble, "kind">): void {
    const { clock, server, random } = this.#parts;
    const { untilMs } = how;
    this.begun++;
    switch (kind) {
      case "stallServer":
      // To the host a clock that jumps forward and a time in which it did nothing are the same.
      case "clockJump":
        return server.stall(untilMs);
      case "loseUnflushed":
      case "tornTail":
        this.#parts.disk.crash(kind === "tornTail" ? "torn" : "lost");
        server.crash();
        return clock.at(untilMs, () => server.start());
      case "bitFlip":
        return this.#parts.disk.flip();
      case "fullDisk":
        this.#parts.disk.fullUntilMs = untilMs;
        return;
      default:
        break;
    }
    if (kind.startsWith("kill ")) return server.killAt(kind.slice(5) as KillPoint, () => clock.at(untilMs, () => server.start()));
    const ofAgents = kind as FaultKind;
    for (const { client } of struck) {
      client.link.troubles.add(fault, { kind: ofAgents, ...how });
      if (ofAgents === "crash") {
        client.crash();
        clock.at(untilMs, () => client.connect());
      } else if (ofAgents === "flap") this.#flap(fault, client, how);
      else if (ofAgents === "reconnectStorm" && random.chance(how.strength)) client.disconnect();
    }
  }

  #flap(fault: string, client: Agent["client"], { delayMs, untilMs }: Omit<Trouble, "kind">): void {
    const { clock } = this.#parts;
    if (clock.nowMs >= untilMs || client.link.troubles.of("flap") === undefined) return;
    client.disconnect();
    clock.after(Math.max(50, delayMs), () => this.#flap(fault, client, { strength: 1, delayMs, untilMs }));
  }
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
    const toTheEnd = stay && !ofServer.includes(kind);
    const untilMsOf = toTheEnd ? Number.MAX_SAFE_INTEGER : Math.min(untilMs, clock.nowMs + random.between(lowMs, highMs));
    const how = { strength: random.pick([0.1, 0.5, 1]), delayMs: random.between(20, 1_500), untilMs: untilMsOf };
    const group = random.chance(0.25) ? others.filter(() => random.chance(0.5)) : [random.pick(others)];
    injector.begin(`own${++faultsBegun}`, kind, group, how);
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
