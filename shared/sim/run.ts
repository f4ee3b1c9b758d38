import { type Breach, isLeaderless } from "../analysis/rules/index.ts";
import type { Event, RecordedCommand } from "../model/index.ts";
import { toSnapshot } from "../state/index.ts";
import { Agent } from "./agent.ts";
import { Client } from "./client.ts";
import { Clock } from "./clock.ts";
import { Disk } from "./disk.ts";
import { Injector, strike } from "./faults.ts";
import { Felt } from "./felt.ts";
import { Link } from "./network.ts";
import { Operator } from "./operator.ts";
import { Random } from "./random.ts";
import { drawScenario, type Scenario } from "./scenario.ts";
import { Server } from "./server.ts";
import { Vault } from "./vault.ts";
import { SimViewer } from "./viewer.ts";
import { Witness } from "./witness.ts";

export interface RunOptions {
  /** Instead of the one that the seed draws. */
  readonly scenario?: Scenario;
  /** Goes on past other breaches until this rule breaks. */
  readonly until?: string;
  /** Gets at the end what the journal has. */
  readonly journal?: (events: readonly Event[], commands: readonly RecordedCommand[]) => void;
}

export interface RunResult {
  readonly seed: number;
  readonly scenario: string;
  /** Broken rules; none when all is well. */
  readonly breaches: readonly Breach[];
  readonly events: number;
  readonly commands: number;
  /** How many faults struck. */
  readonly faults: number;
  /** How often a fault really changed something, by kind, and by `kind: how` where it can in several ways. */
  readonly felt: ReadonlyMap<string, number>;
  /** Virtual time from begin to end. */
  readonly simulatedMs: number;
  /** Of all events and answers: equal for equal runs. */
  readonly digest: string;
  /** What happened last before the first breach. */
  readonly story: readonly string[];
}

const startMs = 1_000_000;
/** Enough for every delay, lease and queue of a scenario to come to its end. */
const drainMs = 45_000;
const goneMs = 20_000;
/** So long a leader has to stay when nothing happens. */
const calmMs = 2_000;
/** For the last frames to come to the viewers. */
const framesMs = 1_000;
const quietTries = 60;
/** How often each of a healthy core has to get what it asks for, and in which time at most. */
const roundsWanted = 3;
const getOnMs = 240_000;

/** A run has some thousand steps; far more of them mean that something goes round in circles. */
const stepsAtMost = 200_000;

/** One run from one number: the same number gives the same run, byte for byte. Stops at the first broken rule. */
export function runSeed(seed: number, options: RunOptions = {}): RunResult {
  const random = new Random(seed);
  const scenario = options.scenario ?? drawScenario(random.fork());
  const clock = new Clock(startMs);
  const felt = new Felt();
  const disk = new Disk(clock, random.fork(), scenario.disk, felt);
  const operators = Array.from({ length: scenario.operators }, (_, index) => `op${index + 1}`);
  const witness = new Witness(disk.events, new Set(["config", ...operators].map((name) => `operator:${name}`)));
  const server = new Server({ clock, random: random.fork(), disk, witness, felt, habits: scenario.server });
  const vault = new Vault(witness);
  const agents = scenario.agents.map((habits, index) => {
    const link = new Link(clock, random.fork(), scenario.weather, felt);
    const client = new Client(`a${index + 1}`, habits.ttlMs, { clock, random: random.fork(), server, witness, link, felt });
    return new Agent(client, habits, { scenario, clock, random: random.fork(), vault, server, felt });
  });
  const panel = operators.map((name) => new Operator(name, { scenario, clock, random: random.fork(), server }));
  const viewers = Array.from({ length: scenario.viewers }, (_, index) => {
    const link = new Link(clock, random.fork(), scenario.weather, felt);
    return new SimViewer(`v${index + 1}`, { clock, random: random.fork(), server, witness, link, felt });
  });
  const parts = { clock, random: random.fork(), server, disk, agents, viewers, felt };
  const injector = new Injector(parts);
  server.onPublished = (event) => injector.follow(event);
  let steps = 0;
  const stop = () => (options.until === undefined ? witness.breaches.length > 0 : witness.breaches.some(({ rule }) => rule === options.until));
  const runUntil = (untilMs: number) => {
    while (!stop() && clock.step(untilMs)) if (++steps > stepsAtMost) throw new Error(`The run does not come to rest: time stands at ${clock.nowMs} ms.`);
  };
  const runWhile = (unfinished: () => boolean, atMostMs: number) => {
    const endMs = clock.nowMs + atMostMs;
    do runUntil(Math.min(endMs, clock.nowMs + 1_000));
    while (!stop() && clock.nowMs < endMs && unfinished());
  };
  const failure = caught(() => {
    for (const [index, rule] of scenario.rules.entries())
      server.operate("config", { id: `c${index}`, type: "resource.configure", ...rule, reason: "start" }, () => {});
    for (const actor of [...agents, ...panel, ...viewers]) actor.start();
    const quietMs = startMs + scenario.busyMs;
    const { core } = scenario;
    strike(scenario.faults, injector, { ...parts, random: random.fork(), untilMs: quietMs, core, stay: core > 0 });
    runUntil(quietMs);
    if (core > 0) getOn();
    settle();
  });

  /** Liveness: the server, its machine and the core are well again, the others are not; whoever of the core asks must get. */
  function getOn(): void {
    injector.mend();
    const healthy = agents.slice(0, scenario.core);
    for (const operator of panel) operator.drain();
    for (const agent of healthy) {
      agent.client.link.heal();
      agent.client.connect();
      agent.work();
    }
    const fromMs = clock.nowMs;
    runWhile(() => {
      for (const operator of panel) operator.drain();
      return healthy.some((agent) => agent.rounds < roundsWanted);
    }, getOnMs);
    if (stop()) return;
    for (const { client, rounds } of healthy)
      if (rounds < roundsWanted) witness.fact({ kind: "starved", agent: client.agent, rounds, sinceMs: fromMs, atMs: clock.nowMs });
  }

  function settle(): void {
    injector.mend();
    for (const { client } of agents) client.link.heal();
    for (const viewer of viewers) viewer.settle();
    for (const actor of [...panel, ...agents]) actor.drain();
    // A thaw, or a stop, may come too early for what is still on its way.
    for (const laterMs of [3_000, 10_000, 25_000]) {
      clock.after(laterMs, () => {
        for (const operator of panel) operator.drain();
      });
    }
    const { ledger } = witness.monitor;
    runWhile(() => ledger.waits.size + ledger.locks.size + ledger.freezes.size + ledger.faults.size + ledger.schedules.size > 0, drainMs);
    if (stop()) return;
    if (scenario.elects > 0) {
      runWhile(() => [...ledger.groups.elections].some(([group, record]) => isLeaderless(group, record, ledger)), drainMs);
      if (!stop()) witness.fact({ kind: "calm", atMs: clock.nowMs });
      runUntil(clock.nowMs + calmMs);
    }
    if (stop()) return;
    witness.fact({ kind: "settled", atMs: clock.nowMs });
    for (const agent of agents) agent.leave();
    const unsettled = () => [...ledger.groups.elections.values()].some(({ ballot, coolingUntilMs }) => ballot !== undefined || coolingUntilMs !== undefined);
    runWhile(() => ledger.sessions.size + ledger.locks.size + ledger.intents.size > 0 || unsettled(), goneMs);
    if (stop() || server.state === undefined) return;
    // An operator may still act: viewers have had every chance once nothing was written for a while.
    let position = -1;
    for (let tries = 0; tries < quietTries && position !== disk.position; tries++) {
      position = disk.position;
      runUntil(clock.nowMs + framesMs);
    }
    if (stop()) return;
    for (const viewer of viewers) viewer.compare(true);
    witness.state(toSnapshot(server.state), "live state");
    witness.fact({ kind: "drained", snapshot: toSnapshot(server.state) });
  }

  options.journal?.(disk.events, disk.commands);
  const breaches = [...witness.breaches, ...failure];
  return {
    seed,
    scenario: scenario.name,
    breaches,
    events: disk.position,
    commands: witness.commands,
    faults: injector.begun,
    felt: felt.counts,
    simulatedMs: clock.nowMs - startMs,
    digest: witness.digest,
    story: breaches.length > 0 ? witness.story() : [],
  };
}

/** An exception out of the engine breaks every promise at once. */
function caught(run: () => void): Breach[] {
  try {
    run();
    return [];
  } catch (error) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return [{ rule: "JR-9", checker: "exception", message, position: -1 }];
  }
}
