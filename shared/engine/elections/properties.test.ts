import fc from "fast-check";
import { expect, test } from "vitest";
import { checkers, Monitor } from "../../analysis/rules/index.ts";
import { agentCommandSchema, type EngineCommand, type Event, operatorCommandSchema } from "../../model/index.ts";
import { emptyState, evolve, fromSnapshot, type State, toSnapshot } from "../../state/index.ts";
import { execute, previewAct } from "../index.ts";

const agents = ["a", "b", "c", "d"];
const actor = { principal: "dana", role: "operator" } as const;
/** More than this of one command goes round in circles: it is at most some for each candidate of each group. */
const eventsAtMost = 40;

/** Those that judge by events alone; what is told, and leases, are the host's. */
const watched = [
  "leaders",
  "terms",
  "candidates",
  "vacancies",
  "ballots",
  "replay",
  "lifecycle",
  "operators",
  "preview",
  "fences",
  "journal",
  "once",
  "bounds",
];

/** Nearly all of it in one group: things have to meet. */
const group = fc.constantFrom("g", "g", "g", "g", "g", "repo/merger");
const agent = fc.constantFrom(...agents);
/** A small number: most of them name no term or ballot that is there, some do. */
const number = fc.integer({ min: 1, max: 12 }).map(String);
const settings = fc.record({
  policy: fc.constantFrom("firstCome", "priority", "rendezvous", "operator", "quorum"),
  preempt: fc.boolean(),
  windowMs: fc.constantFrom(1_000, 3_000),
  roles: fc.constantFrom([], [], [], ["merger"]),
  members: fc.constantFrom([], agents, ["a", "b", "absent"]),
  confirmMs: fc.constantFrom(100, 900),
  delayMs: fc.constantFrom(0, 0, 700),
});
const type = fc.constantFrom;
const priority = fc.integer({ min: -1, max: 2 });
const weight = fc.integer({ min: 1, max: 3 });

const agentCommand = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: type("election.campaign"), group, priority, weight, settings: fc.option(settings, { nil: undefined }) }) },
  { weight: 5, arbitrary: fc.record({ type: type("election.vote"), group, ballot: number, yes: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ type: type("election.resign", "election.observe", "election.unobserve"), group }) },
  { weight: 2, arbitrary: fc.record({ type: type("election.handOver"), group, term: number, to: agent }) },
  { weight: 1, arbitrary: fc.record({ type: type("election.proclaim"), group, term: number, value: agent }) },
  { weight: 1, arbitrary: fc.record({ type: type("election.assert"), group, term: number }) },
  { weight: 1, arbitrary: fc.record({ type: type("session.leave") }) },
);
const operatorCommand = fc.oneof(
  { weight: 1, arbitrary: fc.record({ type: type("election.configure"), group, settings: fc.option(settings) }) },
  { weight: 1, arbitrary: fc.record({ type: type("election.depose"), group, term: number }) },
  { weight: 2, arbitrary: fc.record({ type: type("election.freeze", "election.thaw"), group }) },
  { weight: 2, arbitrary: fc.record({ type: type("election.appoint", "election.block", "election.unblock"), group, agent }) },
);
/** With `own` the present term or ballot stands in the place of the number. */
const own = fc.constantFrom(true, true, false);
const step = fc.oneof(
  { weight: 16, arbitrary: fc.record({ by: agent, command: agentCommand, own }) },
  { weight: 6, arbitrary: fc.record({ command: operatorCommand, own }) },
  { weight: 1, arbitrary: fc.record({ joins: agent }) },
  { weight: 1, arbitrary: fc.record({ expels: agent }) },
  { weight: 2, arbitrary: fc.record({ ms: fc.constantFrom(1, 99, 100, 500, 1_000, 5_000), silent: fc.subarray(agents, { minLength: 0, maxLength: 2 }) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** A space under watch: every operator's act is tried as a preview first, and every command is looked at from all sides afterwards. */
class Watched {
  readonly state: State = emptyState("test");
  readonly #monitor = new Monitor(Object.fromEntries(Object.entries(checkers).filter(([name]) => watched.includes(name))));
  readonly #folded = emptyState("test");
  #nowMs = 1_000;
  #ids = 0;

  constructor() {
    this.#monitor.fact({ kind: "started", position: 0, atMs: 0 });
    for (const one of agents) this.act({ joins: one });
  }

  act(step: Step): void {
    if ("joins" in step) this.#join(step.joins);
    else if ("expels" in step) this.#operate({ type: "session.expel", session: this.#sessionOf(step.expels) });
    else if ("ms" in step) this.#pass(step.ms, step.silent);
    else if ("by" in step) this.#send(step.by, step.own ? this.#present(step.command) : step.command);
    else this.#operate(step.own ? this.#present(step.command) : step.command);
  }

  /** Everybody goes, and all that lasts a while is over. */
  drain(): void {
    for (const { agent: name } of [...this.state.sessions.values()]) this.#send(name, { type: "session.leave" });
    for (const { group: name, frozen } of [...this.state.elections.values()]) if (frozen !== undefined) this.#operate({ type: "election.thaw", group: name });
    this.#pass(5_000, []);
    this.#monitor.fact({ kind: "drained", snapshot: toSnapshot(this.state) });
    expect(this.#monitor.breaches).toEqual([]);
    expect(this.state.timers.size).toBe(0);
  }

  #join(name: string): void {
    const session = { session: `s${++this.#ids}`, agent: name, principal: "team", roles: name < "c" ? ["merger"] : [], labels: {}, ttlMs: 2_000 };
    this.#run({ from: "system", nowMs: this.#nowMs, command: { type: "session.join", ...session, resumeHash: "-", replace: true } });
  }

  #pass(ms: number, silent: readonly string[]): void {
    this.#nowMs += ms;
    const sessions = silent.flatMap((name) => this.state.sessions.get(this.#sessionOf(name)) ?? []);
    const command = { type: "tick" as const, silent: sessions.map(({ session, joinedMs }) => ({ session, renewedMs: joinedMs })) };
    this.#run({ from: "system", nowMs: this.#nowMs, command });
    this.#monitor.fact({ kind: "awake", atMs: this.#nowMs });
    this.#compare();
  }

  /** The state as it was lived, as its events fold to it, and as it comes back from a checkpoint. */
  #compare(): void {
    for (const other of [this.#folded, fromSnapshot(structuredClone(toSnapshot(this.state)))]) {
      expect(toSnapshot(other)).toEqual(toSnapshot(this.state));
      expect(other.timers.due(Number.MAX_SAFE_INTEGER, 100)).toEqual(this.state.timers.due(Number.MAX_SAFE_INTEGER, 100));
      expect(other.timers.nextMs()).toBe(this.state.timers.nextMs());
    }
  }

  #send(name: string, command: object): void {
    this.#run({ from: "agent", nowMs: this.#nowMs, session: this.#sessionOf(name), command: agentCommandSchema.parse({ id: this.#newId(), ...command }) });
  }

  #operate(given: object): void {
    const command = operatorCommandSchema.parse({ id: this.#newId(), reason: "r", ...given });
    const effect = previewAct(this.state, actor, command, this.#nowMs);
    const events = this.#run({ from: "operator", nowMs: this.#nowMs, actor, command });
    this.#monitor.fact({ kind: "previewed", effect: "error" in effect ? undefined : effect, events });
  }

  #sessionOf(name: string): string {
    return this.state.agents.get(name) ?? "nobody";
  }

  #newId(): string {
    return `c${++this.#ids}`;
  }

  #present<C extends object>(command: C): C {
    const { leader, ballot } = this.state.elections.get("group" in command ? String(command.group) : "") ?? {};
    return { ...command, ...("term" in command && leader && { term: leader.term }), ...("ballot" in command && ballot && { ballot: ballot.ballot }) };
  }

  #run(command: EngineCommand): readonly Event[] {
    const { events } = execute(this.state, command);
    expect(events.length).toBeLessThan(eventsAtMost);
    this.#monitor.step({ command, events, atMs: command.nowMs });
    for (const event of events) evolve(this.#folded, event);
    expect(this.#monitor.breaches).toEqual([]);
    return events;
  }
}

test("EL-1 to EL-14, JR-3, JR-4, JR-10, OP-5: whatever is done in groups, every rule holds after every command", { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(settings, fc.array(step, { minLength: 30, maxLength: 80 }), (first, steps) => {
      const space = new Watched();
      space.act({ command: { type: "election.configure", group: "g", settings: first }, own: false });
      for (const one of steps) space.act(one);
      space.drain();
    }),
    { numRuns: 400 },
  );
});
