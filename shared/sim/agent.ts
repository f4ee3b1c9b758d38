import type { AgentCommand, FaultKind, Want } from "../model/index.ts";

import { Campaigner } from "./campaigner.ts";
import type { Client } from "./client.ts";
import type { Clock } from "./clock.ts";
import type { Felt } from "./felt.ts";
import { hostileInput } from "./hostile.ts";
import type { Known } from "./knowledge.ts";
import type { Random } from "./random.ts";
import type { Habits, Scenario } from "./scenario.ts";
import type { Server } from "./server.ts";
import type { Vault } from "./vault.ts";

const locksAtMost = 6;
const waitsAtMost = 3;
const intentsAtMost = 3;
const lookUpMs = 6_000;
const declaredAtMost = 2;
/** Acquires it remembers, to ask again for what it was refused as the victim. */
const askedAtMost = 30;
/** How long a member of the core works between asking and giving back. */
const coreThinkMs = 20;
/** Commands of a flood at each step. */
const floodCommands = 8;

/** Works through its client: takes, keeps, gives back, plans, and now and then does what it should not. */
export class Agent {
  readonly client: Client;
  readonly #habits: Habits;
  readonly #scenario: Scenario;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #vault: Vault;
  readonly #server: Server;
  readonly #felt: Felt;
  readonly #campaigner: Campaigner;
  /** Fences and commands of before, to be stale with. */
  readonly #past: AgentCommand[] = [];
  readonly #asked = new Map<string, AgentCommand>();
  /** How often it got what it asked for since it works for the core. */
  rounds = 0;
  #progress = 0;
  /** Commands sent in hostility or as a flood, for their ids. */
  #assaults = 0;
  #mode: "busy" | "core" | "drain" | "gone" = "busy";

  constructor(client: Client, habits: Habits, parts: { scenario: Scenario; clock: Clock; random: Random; vault: Vault; server: Server; felt: Felt }) {
    this.client = client;
    this.#habits = habits;
    this.#scenario = parts.scenario;
    this.#clock = parts.clock;
    this.#random = parts.random;
    this.#vault = parts.vault;
    this.#server = parts.server;
    this.#felt = parts.felt;
    this.#campaigner = new Campaigner(client, parts);
    client.onAnswer = (command, answer) => {
      // At level none there is nothing to give back.
      if (answer.ok && answer.result.status === "granted" && answer.result.locks.every((lock) => lock.fence === null)) this.rounds++;
      this.#remember(command);
    };
    client.onGaveWay = (command) => this.#askAgain(command);
  }

  start(): void {
    this.client.connect();
    this.#plan();
  }

  /** From now on it only wants one thing after another, and gives each back: it must get them. */
  work(): void {
    this.rounds = 0;
    this.#mode = "core";
  }

  /** Asks for nothing more and gives everything back. Asks anew what it has: a dropped notice may have told of a grant. */
  drain(): void {
    this.#mode = "drain";
    this.#lookUp();
  }

  #lookUp(): void {
    if (this.#mode !== "drain") return;
    this.client.connect();
    this.#clock.after(lookUpMs, () => this.#lookUp());
  }

  leave(): void {
    this.#mode = "gone";
    this.client.leave();
  }

  #plan(): void {
    const { minThinkMs, maxThinkMs } = this.#habits;
    const floods = this.#trouble("flood");
    this.#clock.after(this.#mode === "core" ? coreThinkMs : this.#random.between(minThinkMs, floods ? minThinkMs * 2 : maxThinkMs), () => {
      if (this.#mode === "gone") return;
      if (this.client.ready) this.#step();
      if (this.client.ready && floods) this.#flood();
      this.#plan();
    });
  }

  #step(): void {
    if (this.#mode === "drain") {
      for (const lock of this.client.known.locks.values()) if (this.client.outstanding < 20) this.#release(lock);
      for (const declared of this.client.known.declared) if (this.client.outstanding < 20) this.client.send((id) => ({ id, type: "wait.end", declared }));
      if (this.#elects) this.#campaigner.stay();
      return;
    }
    if (this.#mode === "core") return this.#round();
    if (this.client.outstanding > (this.#trouble("flood") ? 20 : 3)) return;
    if (this.#trouble("lie")) return this.#lie();
    if (this.#elects && this.#trouble("falseLeader") && this.#random.chance(0.5)) return this.#campaigner.claimToLead();
    if (this.#trouble("hostileInput") && this.#random.chance(0.7)) return this.#assault();
    if (this.#random.chance(this.#habits.mischief)) return this.#misbehave();
    if (this.#elects && this.#random.chance(this.#scenario.elects / 30)) return this.#campaigner.act();
    const { waits } = this.client.known;
    // Who is stubborn waits, with all that it holds.
    if (waits.size > 0 && this.#random.chance(this.#habits.stubborn)) return;
    const holds = this.#trouble("holdForever") && this.client.known.locks.size > 0;
    if (holds) this.#felt.add("holdForever");
    const locks = holds ? [] : [...this.client.known.locks.values()];
    const lock = locks.length > 0 ? this.#random.pick(locks) : undefined;
    if (lock?.guarded) this.#write(lock);
    if (lock !== undefined && (locks.length >= locksAtMost || !this.#random.chance(this.#habits.greed))) return this.#workWith(lock, locks);
    this.#random.weighted([
      [() => this.#acquire(), 12],
      [() => this.#cancel(), 2],
      [() => this.#intend(), 3],
      [() => this.#declare(), 1],
      [() => this.#declareWait(), this.#scenario.declares],
      [() => {}, 2],
    ])();
  }

  get #elects(): boolean {
    return this.#scenario.elects > 0;
  }

  #trouble(kind: FaultKind): boolean {
    return this.client.link.troubles.of(kind) !== undefined;
  }

  #round(): void {
    const { locks, waits, declared } = this.client.known;
    if (this.client.outstanding > 0 || waits.size > 0) return;
    for (const id of declared) return void this.client.send((own) => ({ id: own, type: "wait.end", declared: id }));
    const lock = [...locks.values()][0];
    if (lock !== undefined) {
      this.rounds++;
      return this.#release(lock);
    }
    const resource = this.#random.pick(this.#scenario.resources);
    this.client.send((id) => ({ id, type: "lock.acquire", wants: [{ resource, mode: "exclusive", weight: 1 }], priority: 0 }));
  }

  #declareWait(): void {
    const { declared } = this.client.known;
    const [own] = declared;
    if (own !== undefined && (declared.size >= declaredAtMost || this.#random.chance(0.5)))
      return void this.client.send((id) => ({ id, type: "wait.end", declared: own }));
    const others = this.#scenario.agents.map((_, index) => `a${index + 1}`).filter((agent) => agent !== this.client.agent);
    const on = others.filter(() => this.#random.chance(0.5));
    if (on.length === 0) return;
    const need = this.#random.pick([undefined, 1, this.#random.between(1, on.length)]);
    const kind = this.#random.pick(["message", "task", "approval", "session"] as const);
    this.client.send((id) => ({ id, type: "wait.declare", kind, on, need, what: "the review" }));
  }

  /** Compensates: gives back what it holds, or asks again for what it was refused, older than before. */
  #askAgain(command: string): void {
    const asked = this.#asked.get(command);
    if (asked === undefined || this.#mode !== "busy") return;
    if (this.#random.chance(0.3)) return this.#releaseSome([...this.client.known.locks.values()]);
    this.#clock.after(this.#random.between(10, 400), () => {
      if (this.client.ready && this.#mode === "busy") this.client.send((id) => ({ ...asked, id }));
    });
  }

  #workWith(lock: Known, locks: readonly Known[]): void {
    this.#random.weighted([
      [() => this.#release(lock), 12],
      [() => this.#releaseSome(locks), 2],
      [() => this.#upgrade(locks), 4],
      [() => this.#downgrade(lock), 2],
      [() => this.#transfer(lock), 2],
      [() => this.#acquireAgain(lock), 2],
    ])();
  }

  #acquire(): void {
    if (this.client.known.waits.size >= waitsAtMost) return;
    const wants = this.#wants();
    const waitMs = this.#random.weighted<number | undefined>([
      [0, 3],
      [this.#random.between(50, 3_000), 4],
      [undefined, this.#habits.stubborn > 0.5 ? 12 : 4],
    ]);
    const holdMs = this.#random.chance(0.15) ? this.#random.between(50, 2_000) : undefined;
    this.client.send((id) => ({ id, type: "lock.acquire", wants, waitMs, holdMs, priority: this.#priority() }));
  }

  #acquireAgain({ resource, mode }: Known): void {
    this.client.send((id) => ({ id, type: "lock.acquire", wants: [{ resource, mode, weight: 1 }], waitMs: 0, priority: 0 }));
  }

  #priority(): number {
    return this.#random.chance(this.#scenario.priorities) ? this.#random.between(-3, 5) : 0;
  }

  #wants(): Want[] {
    const count = this.#random.weighted([
      [1, 8],
      [2, 3],
      [3, 1],
    ]);
    const wants = new Map<string, Want>();
    for (let index = 0; index < count; index++) {
      const resource = this.#random.pick(this.#scenario.resources);
      const units = resource.startsWith("gpu/") || resource === "budget";
      const weight = units ? this.#random.between(1, resource === "budget" ? 7 : 3) : 1;
      wants.set(resource, { resource, mode: !units && this.#random.chance(0.4) ? "shared" : "exclusive", weight });
    }
    return [...wants.values()];
  }

  #release({ resource, fence }: Known): void {
    this.client.send((id) => ({ id, type: "lock.release", resource, fence, wrote: this.#random.chance(0.6) }));
  }

  #releaseSome(locks: readonly Known[]): void {
    for (const lock of locks.slice(0, 3)) this.#release(lock);
  }

  #upgrade(locks: readonly Known[]): void {
    const lock = locks.find((one) => one.mode === "shared");
    if (lock === undefined || this.client.known.waits.size >= waitsAtMost) return;
    const { resource, fence } = lock;
    const waitMs = this.#random.pick([0, 800, undefined]);
    this.client.send((id) => ({ id, type: "lock.upgrade", resource, fence, waitMs }));
  }

  #downgrade({ resource, fence }: Known): void {
    this.client.send((id) => ({ id, type: "lock.downgrade", resource, fence }));
  }

  #transfer({ resource, fence }: Known): void {
    const to = `a${this.#random.between(1, this.#scenario.agents.length)}`;
    this.client.send((id) => ({ id, type: "lock.transfer", resource, fence, to }));
  }

  #cancel(): void {
    const acquire = [...this.client.known.waits.keys()][0];
    if (acquire !== undefined) this.client.send((id) => ({ id, type: "lock.cancel", acquire }));
  }

  #intend(): void {
    const own = [...this.client.known.intents.values()];
    const intent = own.length > 0 && (own.length >= intentsAtMost || this.#random.chance(0.6)) ? this.#random.pick(own) : undefined;
    if (intent !== undefined) {
      const type = this.#random.pick(
        intent.committed ? (["intent.fulfil", "intent.withdraw"] as const) : (["intent.commit", "intent.commit", "intent.withdraw"] as const),
      );
      this.client.send((id) => ({ id, type, intent: intent.intent }));
      return;
    }
    const plan = { uses: this.#wants(), startsInMs: this.#random.pick([0, 500, 2_000]), lastsMs: this.#random.between(200, 4_000) };
    if (this.#random.chance(0.2)) this.client.send((id) => ({ id, type: "intent.check", ...plan }));
    else this.client.send((id) => ({ id, type: "intent.announce", ...plan, reason: "work" }));
  }

  #declare(): void {
    const progress = this.#random.chance(0.8) ? ++this.#progress : undefined;
    this.client.send((id) => ({ id, type: "session.declare", state: this.#random.pick(["idle", "working", "blocked"]), progress }));
  }

  /** A write on its way to a guarded resource; it may arrive long after the lock is gone. */
  #write({ resource, fence }: Known): void {
    const delayMs = this.#random.chance(0.2) ? this.#random.between(500, 6_000) : this.#random.between(1, 30);
    this.#clock.after(delayMs, () => {
      const highest = this.#vault.write(resource, fence);
      if (highest !== undefined && this.client.ready) this.client.send((id) => ({ id, type: "guard.report", resource, fence, highest }));
    });
  }

  /** Old commands again, old fences under new ids, and names that are somebody else's. */
  #misbehave(): void {
    if (this.#elects && this.#random.chance(0.4)) return this.#campaigner.mislead();
    if (this.#past.length === 0) return;
    const old = this.#random.pick(this.#past);
    const lock = this.#anyLock();
    this.#random.weighted([
      [() => this.client.sendRaw([old, old]), 3],
      [() => this.client.send((id) => ({ ...old, id }) as AgentCommand), 4],
      [() => this.client.send((id) => ({ id, type: "lock.release", ...lock, wrote: false })), 3],
      [() => this.client.send((id) => ({ id, type: "lock.upgrade", ...lock, waitMs: 0 })), 1],
      [() => this.client.send((id) => ({ id, type: "lock.cancel", acquire: old.id })), 1],
      [() => this.client.send((id) => ({ id, type: "intent.commit", intent: `i${this.#random.between(1, 20)}` })), 1],
    ])();
  }

  /** Claims what is another's: by its present fence, by an old one, as if it held it itself. */
  #lie(): void {
    const others = [...(this.#server.state?.locks.values() ?? [])].filter((lock) => lock.agent !== this.client.agent);
    const own = this.#past.flatMap((command) => ("fence" in command ? [{ resource: command.resource, fence: command.fence }] : []));
    const { resource, fence } = others.length > 0 ? this.#random.pick(others) : this.#anyLock();
    const old = own.length > 0 ? this.#random.pick(own) : { resource, fence: String(BigInt(fence) > 1n ? BigInt(fence) - 1n : 1n) };
    const lie = (how: string, tell: () => void) => () => {
      this.#felt.add("lie", how);
      tell();
    };
    this.#random.weighted([
      [lie("false release", () => this.client.send((id) => ({ id, type: "lock.release", resource, fence, wrote: true }))), 3],
      [lie("old fence", () => this.client.send((id) => ({ id, type: "lock.release", ...old, wrote: true }))), 2],
      [lie("old fence", () => void this.#vault.write(old.resource, old.fence)), 1],
      [lie("forged holder", () => this.client.send((id) => ({ id, type: "lock.transfer", resource, fence, to: this.client.agent }))), 2],
      [lie("forged holder", () => this.client.send((id) => ({ id, type: "lock.upgrade", resource, fence, waitMs: 0 }))), 1],
      [lie("forged holder", () => this.client.send((id) => ({ id, type: "lock.downgrade", resource, fence }))), 1],
    ])();
  }

  #assault(): void {
    const like = this.#past.at(-1) ?? ({ id: "", type: "lock.release", ...this.#anyLock(), wrote: false } as const);
    const commands = Array.from({ length: 3 }, () => hostileInput(this.#random, `h${++this.#assaults}`, like, this.#scenario.resources));
    this.client.sendHostile(commands);
  }

  /** As much as it can, beside what it does anyway. */
  #flood(): void {
    const uses = this.#wants();
    const checks = Array.from(
      { length: floodCommands },
      (): AgentCommand => ({ id: `f${++this.#assaults}`, type: "intent.check", uses, startsInMs: 0, lastsMs: 1 }),
    );
    this.#felt.add("flood");
    this.client.sendRaw(checks);
  }

  /** A lock that is out now, most likely somebody else's: fences are no secrets. */
  #anyLock(): { resource: string; fence: string } {
    const locks = [...(this.#server.state?.locks.values() ?? [])];
    if (locks.length === 0) return { resource: this.#random.pick(this.#scenario.resources), fence: "1" };
    const { resource, fence } = this.#random.pick(locks);
    return { resource, fence };
  }

  #remember(command: AgentCommand): void {
    // Acquiring the same again under a new id is no mischief and would only pile up locks.
    if (command.type === "lock.acquire") {
      this.#asked.set(command.id, command);
      for (const oldest of this.#asked.keys()) if (this.#asked.size > askedAtMost) this.#asked.delete(oldest);
    }
    if (command.type === "session.leave" || command.type === "lock.acquire" || command.type === "wait.declare") return;
    this.#past.push(command);
    if (this.#past.length > 20) this.#past.shift();
  }
}
