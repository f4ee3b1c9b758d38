import { type ElectionSettings, faultKindSchema, killPointSchema, type OperatorCommand, serverTarget } from "../model/index.ts";
import type { Clock } from "./clock.ts";
import type { Random } from "./random.ts";
import { drawElection, drawPolicy, type Scenario } from "./scenario.ts";
import type { Server } from "./server.ts";

const reason = "drill";

/** Somebody at the panel: frees, expels, freezes, thaws and configures, sometimes by what was true a moment ago. */
export class Operator {
  readonly #name: string;
  readonly #scenario: Scenario;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #server: Server;
  /** Locks seen before: naming one of them later is what a slow hand does. */
  readonly #seen: { resource: string; fence: string }[] = [];
  /** Who led a moment ago. */
  readonly #terms: { group: string; term: string }[] = [];
  #acts = 0;
  #over = false;

  constructor(name: string, parts: { scenario: Scenario; clock: Clock; random: Random; server: Server }) {
    this.#name = name;
    this.#scenario = parts.scenario;
    this.#clock = parts.clock;
    this.#random = parts.random;
    this.#server = parts.server;
  }

  start(): void {
    this.#clock.after(this.#random.between(this.#scenario.minActMs, this.#scenario.maxActMs), () => {
      if (this.#over) return;
      this.#act();
      this.start();
    });
  }

  /** Acts no more; thaws whatever is frozen, lifts every quota, and ends whatever was injected. */
  drain(): void {
    this.#over = true;
    this.#thawAll();
    for (const principal of [...(this.#server.state?.quotas.keys() ?? [])])
      this.#send((id) => ({ id, type: "quota.set", principal, locks: null, waits: null, reason }));
    for (const { group, frozen, blocked } of [...(this.#server.state?.elections.values() ?? [])]) {
      if (frozen !== undefined) this.#send((id) => ({ id, type: "election.thaw", group, reason }));
      for (const { agent } of blocked) this.#send((id) => ({ id, type: "election.unblock", group, agent, reason }));
    }
    this.#stopAll();
  }

  #act(): void {
    const state = this.#server.state;
    if (state === undefined) return;
    for (const { resource, fence } of [...state.locks.values()].slice(0, 5)) this.#seen.push({ resource, fence });
    this.#seen.splice(0, Math.max(0, this.#seen.length - 20));
    const resource = this.#random.pick(this.#scenario.resources);
    this.#random.weighted([
      [() => this.#forceRelease(), 6],
      [() => this.#expel(), 2],
      [() => this.#send((id) => ({ id, type: "resource.freeze", resource, reason })), 3],
      [() => this.#thawAll(), 4],
      [() => this.#configure(resource), 3],
      [() => this.#resolve(), 6],
      [() => this.#quota(), 2],
      [() => this.#fault(), this.#scenario.injects],
      [() => this.#judge(), 1],
      [() => this.#elect(), this.#scenario.elects * 2],
    ])();
  }

  /** Acts on a group as it sees it, or as it saw it a moment ago. */
  #elect(): void {
    const group = this.#random.pick(this.#scenario.groups);
    const election = this.#server.state?.elections.get(group);
    const agent = `a${this.#random.between(1, this.#scenario.agents.length)}`;
    const blocked = election?.blocked[0]?.agent;
    const term = election?.leader?.term;
    if (term !== undefined) this.#terms.push({ group, term });
    this.#terms.splice(0, Math.max(0, this.#terms.length - 5));
    this.#random.weighted([
      [() => this.#send((id) => ({ id, type: "election.configure", group, settings: this.#electionSettings(), reason })), 4],
      [() => this.#depose(), 4],
      [() => this.#send((id) => ({ id, type: "election.appoint", group, agent, reason })), 3],
      [() => this.#send((id) => ({ id, type: "election.block", group, agent, reason })), 2],
      [() => blocked !== undefined && this.#send((id) => ({ id, type: "election.unblock", group, agent: blocked, reason })), 2],
      [() => this.#send((id) => ({ id, type: election?.frozen === undefined ? "election.freeze" : "election.thaw", group, reason })), 4],
    ])();
  }

  #electionSettings(): ElectionSettings | null {
    return this.#random.chance(0.1) ? null : drawElection(this.#random, this.#scenario);
  }

  #depose(): void {
    if (this.#terms.length === 0) return;
    const named = this.#random.chance(0.7) ? (this.#terms.at(-1) as { group: string; term: string }) : this.#random.pick(this.#terms);
    const depose = (id: string) => ({ id, type: "election.depose", ...named, reason }) as const;
    if (this.#random.chance(0.7)) this.#send(depose);
    else this.#clock.after(this.#random.between(10, 1_500), () => this.#send(depose));
  }

  /** Picks who gives way, sometimes somebody who cannot, or what is resolved already. */
  #resolve(): void {
    const known = [...(this.#server.state?.deadlocks.values() ?? [])];
    if (known.length === 0) return;
    const { deadlock, cycle } = this.#random.pick(known);
    const victim = this.#random.pick(cycle).session;
    const act = (id: string) => ({ id, type: "deadlock.resolve", deadlock, victim, reason }) as const;
    if (this.#random.chance(0.8)) this.#send(act);
    else this.#clock.after(this.#random.between(10, 1_000), () => this.#send(act));
  }

  #quota(): void {
    const principal = `team${this.#random.between(0, 1)}`;
    const bound = () => this.#random.pick([null, null, this.#random.between(0, 8)]);
    this.#send((id) => ({ id, type: "quota.set", principal, locks: bound(), waits: bound(), reason }));
  }

  #fault(): void {
    const state = this.#server.state;
    if (state === undefined) return;
    // Those that take more than a target get their share of the trials.
    const kind = this.#random.chance(0.4) ? this.#random.pick(["cutPair", "clockJump", "killServer"] as const) : this.#random.pick(faultKindSchema.options);
    const one = () => `a${this.#random.between(1, this.#scenario.agents.length + 1)}`;
    const target = kind === "clockJump" && this.#random.chance(0.5) ? serverTarget : this.#random.pick(["a*", "*", one()]);
    const how = {
      kind,
      target,
      ...(kind === "cutPair" && { peer: this.#random.pick(["*", one()]) }),
      ...(kind === "killServer" && { point: this.#random.pick([undefined, ...killPointSchema.options]) }),
      strength: this.#random.pick([0.1, 0.5, 1]),
      delayMs: this.#random.between(20, 1_500),
      durationMs: this.#random.between(100, 3_000),
      seed: this.#random.between(0, 0xffff_ffff),
      reason,
    };
    const fault = [...state.faults.keys()][0];
    const schedule = [...state.schedules.keys()][0];
    this.#random.weighted([
      [() => this.#send((id) => ({ id, type: "fault.inject", ...how })), 6],
      [() => fault !== undefined && this.#send((id) => ({ id, type: "fault.stop", fault, reason })), 2],
      [() => this.#send((id) => ({ id, type: "schedule.set", ...how, everyMs: this.#random.between(1_000, 2_500), halt: this.#halt() })), 3],
      [() => schedule !== undefined && this.#send((id) => ({ id, type: "schedule.remove", schedule, reason })), 1],
      [() => this.#stopAll(), 1],
    ])();
  }

  #halt(): { waiting?: number; deadlocks?: number; agents?: number } {
    return this.#random.pick([{}, { waiting: this.#random.between(0, 3) }, { deadlocks: 0 }, { agents: this.#random.between(1, 4) }]);
  }

  /** Only where something can have been injected: the button itself is harmless. */
  #stopAll(): void {
    if (this.#scenario.injects > 0) this.#send((id) => ({ id, type: "fault.stopAll", reason }));
  }

  #judge(): void {
    const found = [...(this.#server.state?.findings.values() ?? [])][0];
    if (found === undefined) return;
    const agent = found.agents[0];
    this.#random.weighted([
      [
        () => this.#send((id) => ({ id, type: "finding.judge", finding: found.finding, verdict: this.#random.pick(["agree", "notAnIssue"] as const), reason })),
        2,
      ],
      [() => this.#send((id) => ({ id, type: this.#random.pick(["finding.mute", "finding.unmute"] as const), kind: found.kind, pattern: "**", reason })), 1],
      [() => agent !== undefined && this.#send((id) => ({ id, type: "livelock.resolve", finding: found.finding, favour: agent, reason })), 2],
    ])();
  }

  #forceRelease(): void {
    if (this.#seen.length === 0) return;
    const named = this.#random.chance(0.7) ? (this.#seen.at(-1) as { resource: string; fence: string }) : this.#random.pick(this.#seen);
    this.#send((id) => ({ id, type: "lock.forceRelease", ...named, reason }));
  }

  #expel(): void {
    const sessions = [...(this.#server.state?.sessions.keys() ?? [])];
    if (sessions.length > 0) this.#send((id) => ({ id, type: "session.expel", session: this.#random.pick(sessions), reason }));
  }

  #configure(resource: string): void {
    const settings = this.#random.pick([
      { lockDelayMs: this.#random.pick([0, 200, 2_000]) },
      { capacity: this.#random.pick([1, 2, 5]) },
      { level: this.#random.pick(["none", "advisory", "optimistic", "sequenced"] as const) },
      { agingStepMs: this.#random.pick([100, 5_000]) },
      { maxHoldMs: 1_000, guarded: this.#random.chance(0.5) },
      drawPolicy(this.#random),
      drawPolicy(this.#random),
      null,
    ]);
    this.#send((id) => ({ id, type: "resource.configure", pattern: resource, settings, reason }));
  }

  #thawAll(): void {
    for (const { resource } of [...(this.#server.state?.freezes.values() ?? [])]) this.#send((id) => ({ id, type: "resource.thaw", resource, reason }));
  }

  /** Sends, and now and then sends again under the same id. */
  #send(make: (id: string) => OperatorCommand): void {
    const command = make(`${this.#name}-${++this.#acts}`);
    this.#server.operate(this.#name, command, () => {});
    if (this.#random.chance(0.2)) this.#clock.after(this.#random.between(1, 2_000), () => this.#server.operate(this.#name, command, () => {}));
  }
}
