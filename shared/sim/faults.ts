import type { Agent } from "./agent.ts";
import type { Clock } from "./clock.ts";
import type { Random } from "./random.ts";
import type { Faults } from "./scenario.ts";
import type { Server } from "./server.ts";

interface Parts {
  readonly clock: Clock;
  readonly random: Random;
  readonly server: Server;
  readonly agents: readonly Agent[];
  /** No fault begins after this; those under way end by themselves. */
  readonly untilMs: number;
}

/** Plans the faults of a run: each kind strikes again and again at random distances, and heals by itself. */
export function strike(faults: Faults, { clock, random, server, agents, untilMs }: Parts): void {
  const client = () => random.pick(agents).client;
  const again = (meanMs: number, fault: () => void) => {
    if (meanMs === Number.POSITIVE_INFINITY) return;
    clock.after(random.between(Math.floor(meanMs / 4), Math.floor(meanMs * 1.5)), () => {
      if (clock.nowMs >= untilMs) return;
      fault();
      again(meanMs, fault);
    });
  };
  const lastsMs = (low: number, high: number) => Math.min(untilMs, clock.nowMs + random.between(low, high));

  again(faults.agentCrashMs, () => {
    const victim = client();
    victim.crash();
    clock.at(lastsMs(100, 6_000), () => victim.connect());
  });
  again(faults.agentPauseMs, () => client().pause(lastsMs(300, 8_000)));
  again(faults.cutMs, () => {
    const { link } = client();
    const until = lastsMs(200, 6_000);
    const directions = random.pick([["up"], ["down"], ["up", "down"]] as const);
    for (const direction of directions) link.cut(direction, until);
  });
  again(faults.serverCrashMs, () => {
    server.crash();
    clock.at(lastsMs(20, 3_000), () => server.start());
  });
  again(faults.serverStallMs, () => server.stall(lastsMs(50, 4_000)));
}
