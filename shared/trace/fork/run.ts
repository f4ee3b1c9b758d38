import { type CommandInput, SpaceHost } from "../../host/index.ts";
import type { Event, OperatorCommand, RecordedCommand } from "../../model/index.ts";
import { Clock } from "../../sim/clock.ts";
import { Random } from "../../sim/random.ts";
import type { State } from "../../state/index.ts";
import type { Decision } from "../seek/reader.ts";
import type { ForkChange } from "./change.ts";
import { Names } from "./names.ts";
import { type Fared, Player, type Script, type Ticket } from "./player.ts";
import type { Act, Scripts } from "./scripts.ts";

export interface RunOptions {
  /** The state that the fork begins with: it becomes the fork's own. */
  readonly state: State;
  readonly scripts: Scripts;
  readonly change: ForkChange;
  readonly seed: number;
  /** What a session does, by its agent; undefined for one that only is there. */
  readonly scriptOf: (session: string, agent: string) => Script | undefined;
  /** Bounds what a fork can come to. */
  readonly eventsAtMost: number;
}

/** After the end of the recording the agents get so much longer to finish what they began. */
const graceMs = 120_000;
const eventsPerTurn = 500;

/**
 * A space that goes on from a state by itself: the real `SpaceHost` in virtual time, with a player for its agents. It
 * gives way every few hundred events with the time that it has reached, so that whoever drives it can show progress or stop.
 */
export class ForkRun {
  readonly decisions: Decision[] = [];
  readonly #clock: Clock;
  readonly #host: SpaceHost<Ticket | undefined>;
  readonly #player: Player;
  readonly #names: Names;
  readonly #options: RunOptions;
  readonly #silent = new Set<string>();
  #events = 0;
  #appending = false;
  #changes = 0;

  constructor(options: RunOptions) {
    this.#options = options;
    const { state, scripts, change, seed } = options;
    this.#clock = new Clock(state.atMs);
    this.#names = new Names(scripts.names);
    this.#host = new SpaceHost<Ticket | undefined>(
      state,
      {
        append: (_, events, commands) => this.#append(events, commands),
        answer: (ticket, answer) => ticket?.(answer),
        notify: (session, notices) => this.#player.notify(session, notices),
        publish: () => {},
        stopped: () => {},
      },
      { nowMs: state.atMs },
    );
    const paceOf = (session: string): number => (change.change === "pace" && state.sessions.get(session)?.agent === change.agent ? change.factor : 1);
    const submit = (command: CommandInput, ticket: Ticket) => this.#submit(command, ticket);
    this.#player = new Player({ state, submit, clock: this.#clock, random: new Random(seed), names: this.#names, paceOf });
  }

  get fared(): Fared {
    return this.#player.fared;
  }

  /** Yields the virtual time reached. */
  *turns(): Generator<number> {
    const { state, scripts, eventsAtMost } = this.#options;
    this.#change();
    for (const { atMs, act } of scripts.acts) this.#clock.at(atMs, () => this.#act(act));
    for (const { session, agent } of state.sessions.values()) {
      this.#renew(session);
      this.#play(session, agent);
    }
    const endMs = scripts.untilMs + graceMs;
    let yielded = 0;
    while (this.#events < eventsAtMost) {
      const horizonMs = this.#player.busy ? endMs : scripts.untilMs;
      const wakeMs = this.#host.nextWakeMs() ?? Number.POSITIVE_INFINITY;
      // What agents do comes before a deadline of the same moment, as a live space takes in what lies there first.
      if (!this.#clock.step(Math.min(wakeMs, horizonMs))) {
        if (wakeMs > horizonMs) return;
        this.#host.wake(this.#clock.nowMs);
        this.#pump();
      }
      if (this.#events - yielded >= eventsPerTurn) {
        yielded = this.#events;
        yield this.#clock.nowMs;
      }
    }
  }

  #change(): void {
    const { change } = this.#options;
    const actor = { principal: "what-if", role: "operator" as const };
    const act = { id: `change-${++this.#changes}`, reason: "the change of this fork" };
    if (change.change === "settings") {
      const { pattern, settings } = change;
      this.#submit({ from: "operator", actor, command: { ...act, type: "resource.configure", pattern, settings } });
    } else if (change.change === "release") {
      const { resource, fence } = change;
      this.#submit({ from: "operator", actor, command: { ...act, type: "lock.forceRelease", resource, fence } });
    }
  }

  #act(act: Act["act"]): void {
    switch (act.from) {
      case "silence":
        // Its last heartbeat came just now.
        this.#host.renew(act.session, this.#clock.nowMs);
        this.#silent.add(act.session);
        return;
      case "system":
        this.#submit({ from: "system", command: act.command });
        if (act.command.type === "session.join") {
          this.#renew(act.command.session);
          this.#play(act.command.session, act.command.agent);
        }
        return;
      case "operator": {
        const { command, actor } = act;
        const here = actHere(command, this.#names);
        if (here !== undefined) this.#submit({ from: "operator", actor, command: here });
        // Later rules win: the change goes over what operators set afterwards.
        if (command.type === "resource.configure" && this.#options.change.change === "settings") this.#change();
      }
    }
  }

  #play(session: string, agent: string): void {
    const { state, scriptOf } = this.#options;
    const script = scriptOf(session, agent);
    if (script === undefined || !state.sessions.has(session)) return;
    const waits = [...(state.bySession.get(session)?.waits ?? [])].flatMap((request) => state.waits.get(request)?.command ?? []);
    this.#player.begin({ session, agent }, script, waits);
  }

  /** Heartbeats of a session until it is silent or over, often enough for its lease: a newcomer's may be the shortest. */
  #renew(session: string): void {
    const own = this.#options.state.sessions.get(session);
    if (own === undefined || this.#silent.has(session)) return;
    this.#host.renew(session, this.#clock.nowMs);
    this.#clock.after(Math.max(100, Math.floor(own.ttlMs / 3)), () => this.#renew(session));
  }

  #submit(command: CommandInput, ticket?: Ticket): void {
    this.#host.submit(command, this.#clock.nowMs, ticket);
    this.#pump();
  }

  /** Everything is durable at once. */
  #pump(): void {
    this.#host.flush();
    while (this.#appending) {
      this.#appending = false;
      this.#host.appended();
    }
  }

  #append(events: readonly Event[], commands: readonly RecordedCommand[]): void {
    this.#appending = true;
    this.#events += events.length;
    for (const event of events) this.#names.follow(event);
    for (const [index, { command, at }] of commands.entries()) {
      const from = at - (events[0] as Event).position;
      const next = commands[index + 1];
      const to = next === undefined ? events.length : next.at - (events[0] as Event).position;
      this.decisions.push({ command, events: events.slice(from, to) });
    }
  }
}

/** An operator's act on what the fork has in place of what it named; undefined when there is no such thing. */
function actHere(command: OperatorCommand, names: Names): OperatorCommand | undefined {
  if (command.type === "lock.forceRelease") {
    const fence = names.here(command.fence);
    return fence === undefined ? undefined : { ...command, fence };
  }
  if (command.type === "election.depose") {
    const term = names.here(command.term);
    return term === undefined ? undefined : { ...command, term };
  }
  return command;
}
