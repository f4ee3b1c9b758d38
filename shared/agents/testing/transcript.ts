import type { ProtocolChecker, Stepped } from "../checker.ts";
import type { Ask, Input, Machine, Output, Step } from "../machine.ts";

/** Which machine a transcript plays, and how its nodes are set up. What is left out is shown as plain words and figures. */
export interface Troupe<Config, Node, Message, Durable = null> {
  readonly machine: Machine<Config, Node, Message, Durable>;
  /** `settings` are the `name=value` of the line that starts the node, such as `members=a,b`. */
  configOf(agent: string, named: readonly string[], settings: ReadonlyMap<string, string>): Config;
  /** What a node that the settings give something to come back with, such as `log=1,1,2`, had persisted before it starts. */
  durableOf?(config: Config, settings: ReadonlyMap<string, string>): Durable | undefined;
  /** Sees every step. */
  readonly checker?: ProtocolChecker<Node, Message, Durable>;
  showMessage?(message: Message): string;
  showDurable?(durable: Durable): string;
}

/**
 * Plays the commands of a script and gives it back with what every node did written below each, after the transcripts of
 * etcd's raft. Lines that begin with `> ` are commands, with `#` remarks; all others are what came out and are written anew.
 * Time stands still unless a command moves it; nothing is delivered or goes off by itself.
 *
 *     start a b c heartbeat=100     nodes begin, each knowing all that the line names, with settings
 *     campaign a | resign a | transfer a b | propose a x=1 | read a | members a b,c learners=d
 *     retry a propose1 x=1          a proposal under the id of an earlier one
 *     deliver [once] [a [b]]        what is under way (from a, to b), and what comes of it unless `once`
 *     drop [a [b]] | repeat [a [b]] what is under way is lost; is put behind itself a second time
 *     cut a [b] | heal              what goes between them is lost from now on; no longer
 *     tick a election               its timer goes off; time moves to when it was due
 *     wait 500 | run 500            time passes: timers go off; messages arrive as well
 *     crash b | restart b           what b persisted last survives
 *     chance 0.5                    the number that every node draws from now on
 *     view [a]
 *     hush <command>                without a word about what comes out
 */
export function transcript<Config, Node, Message, Durable>(troupe: Troupe<Config, Node, Message, Durable>, script: string): string {
  const stage = new Stage(troupe);
  const lines: string[] = [];
  for (const line of script.split("\n")) {
    if (line.startsWith("#") || line === "") lines.push(line);
    if (!line.startsWith("> ")) continue;
    const said = stage.play(line.slice(2));
    lines.push(line, ...said);
  }
  return `${lines.join("\n").trimEnd()}\n`;
}

/** Bounds what one command may set off: two nodes that answer each other for ever would never end it. */
const stepsPerCommand = 5_000;

interface Player<Config, Node, Durable> {
  readonly config: Config;
  node: Node;
  up: boolean;
  durable: Durable | undefined;
  /** When each of its timers is due. */
  readonly timers: Map<string, number>;
}

interface Letter<Message> {
  readonly from: string;
  readonly to: string;
  readonly message: Message;
}

class Stage<Config, Node, Message, Durable> {
  readonly #troupe: Troupe<Config, Node, Message, Durable>;
  readonly #players = new Map<string, Player<Config, Node, Durable>>();
  #letters: Letter<Message>[] = [];
  readonly #cuts: (readonly [string, string | undefined])[] = [];
  #nowMs = 0;
  #chance: number | undefined;
  #asked = 0;
  #steps = 0;
  #said: string[] = [];

  constructor(troupe: Troupe<Config, Node, Message, Durable>) {
    this.#troupe = troupe;
  }

  play(line: string): string[] {
    const words = line.split(" ").filter((word) => word !== "");
    const hushed = words[0] === "hush";
    const [command = "", ...rest] = hushed ? words.slice(1) : words;
    this.#said = [];
    this.#steps = 0;
    this.#command(command, rest);
    return hushed ? [] : this.#said.map((said) => `  ${said}`);
  }

  #command(command: string, words: readonly string[]): void {
    const [first = "", second = ""] = words;
    switch (command) {
      case "start":
        return this.#start(words);
      case "deliver":
        return this.#deliver(words);
      case "drop":
        this.#letters = this.#letters.filter((letter) => !matches(letter, words));
        return;
      case "repeat":
        this.#letters.push(...this.#letters.filter((letter) => matches(letter, words)));
        return;
      case "cut":
        this.#cuts.push([first, words[1]]);
        this.#letters = this.#letters.filter((letter) => !this.#isCut(letter));
        return;
      case "heal":
        this.#cuts.length = 0;
        return;
      case "tick":
        return this.#goOff(first, second);
      case "wait":
        return this.#pass(Number(first), false);
      case "run":
        return this.#pass(Number(first), true);
      case "crash":
        return this.#crash(first);
      case "restart":
        return this.#restart(first);
      case "chance":
        this.#chance = Number(first);
        return;
      case "view":
        for (const agent of words.length === 0 ? this.#players.keys() : words) this.#view(agent);
        return;
      default:
        return this.#ask(first, this.#askOf(command, words.slice(1)));
    }
  }

  #start(words: readonly string[]): void {
    const named = words.filter((word) => !word.includes("="));
    const settings = settingsOf(words);
    for (const agent of named) {
      const config = this.#troupe.configOf(agent, named, settings);
      const moment = { nowMs: this.#nowMs, chance: this.#draw(named.indexOf(agent), named.length) };
      const durable = this.#troupe.durableOf?.(config, settings);
      const { node, outputs } = this.#troupe.machine.start(config, moment, durable);
      this.#players.set(agent, { config, node, up: true, durable, timers: new Map() });
      this.#obey(agent, outputs);
      this.#seen({ agent, before: undefined, after: node, input: { ...moment, type: "start", durable }, outputs });
    }
  }

  #askOf(command: string, words: readonly string[]): Ask {
    const id = `${command}${["campaign", "resign", "transfer", "retry"].includes(command) ? "" : ++this.#asked}`;
    const [first = ""] = words;
    const names = (text: string | undefined) => (text === undefined || text === "" ? [] : text.split(","));
    switch (command) {
      case "campaign":
      case "resign":
        return { type: command };
      case "transfer":
        return { type: "transfer", to: first };
      case "propose":
        return { type: "propose", id, value: words.join(" ") };
      case "retry":
        return { type: "propose", id: first, value: words.slice(1).join(" ") };
      case "read":
        return { type: "read", id };
      case "members":
        return { type: "members", id, members: names(first), learners: names(settingsOf(words).get("learners")) };
      default:
        throw new Error(`There is no command "${command}".`);
    }
  }

  #ask(agent: string, ask: Ask): void {
    this.#step(agent, { ...this.#moment(agent), type: "ask", ask });
  }

  /** Letters in the order in which they were sent; those for who is down are lost. */
  #deliver(words: readonly string[]): void {
    const once = words[0] === "once";
    const between = once ? words.slice(1) : words;
    do {
      const letters = this.#letters.filter((letter) => matches(letter, between));
      this.#letters = this.#letters.filter((letter) => !matches(letter, between));
      for (const { from, to, message } of letters) {
        if (this.#playerOf(to).up) this.#step(to, { ...this.#moment(to), type: "message", from, message });
      }
    } while (!once && this.#letters.some((letter) => matches(letter, between)));
  }

  /** Of timers due at the same time the one of the node named first goes off first. */
  #pass(spanMs: number, delivers: boolean): void {
    const untilMs = this.#nowMs + spanMs;
    if (delivers) this.#deliver([]);
    for (;;) {
      const due = [...this.#players]
        .flatMap(([agent, { up, timers }]) => (up ? [...timers].map(([timer, atMs]) => ({ agent, timer, atMs })) : []))
        .reduce<{ agent: string; timer: string; atMs: number } | undefined>(
          (best, next) => (best === undefined || next.atMs < best.atMs ? next : best),
          undefined,
        );
      if (due === undefined || due.atMs > untilMs) break;
      this.#goOff(due.agent, due.timer);
      if (delivers) this.#deliver([]);
    }
    this.#nowMs = untilMs;
  }

  #goOff(agent: string, timer: string): void {
    const player = this.#playerOf(agent);
    const dueMs = player.timers.get(timer);
    if (dueMs === undefined) {
      this.#say(`${agent} has no timer ${timer}`);
      return;
    }
    player.timers.delete(timer);
    this.#nowMs = Math.max(this.#nowMs, dueMs);
    this.#say(`${this.#nowMs} ms: ${agent}'s timer ${timer} goes off`);
    this.#step(agent, { ...this.#moment(agent), type: "timer", timer });
  }

  #crash(agent: string): void {
    const player = this.#playerOf(agent);
    player.up = false;
    player.timers.clear();
    this.#troupe.checker?.crashed?.(agent, this.#nowMs);
    this.#letters = this.#letters.filter(({ to }) => to !== agent);
  }

  #restart(agent: string): void {
    const player = this.#playerOf(agent);
    const { durable } = player;
    const moment = this.#moment(agent);
    const { node, outputs } = this.#troupe.machine.start(player.config, moment, durable);
    player.node = node;
    player.up = true;
    this.#troupe.checker?.restarted?.(agent, this.#nowMs);
    this.#obey(agent, outputs);
    this.#seen({ agent, before: undefined, after: node, input: { ...moment, type: "start", durable }, outputs });
  }

  #step(agent: string, input: Input<Message>): void {
    if (++this.#steps > stepsPerCommand) throw new Error(`One command set off more than ${stepsPerCommand} steps.`);
    const player = this.#playerOf(agent);
    if (!player.up) throw new Error(`${agent} is down.`);
    const before = player.node;
    const { node, outputs }: Step<Node, Message, Durable> = this.#troupe.machine.step(before, input);
    player.node = node;
    this.#obey(agent, outputs);
    this.#seen({ agent, before, after: node, input, outputs });
  }

  #obey(agent: string, outputs: readonly Output<Message, Durable>[]): void {
    const player = this.#playerOf(agent);
    const { showMessage = plainly, showDurable = plainly } = this.#troupe;
    for (const output of outputs) {
      switch (output.type) {
        case "send": {
          const letter = { from: agent, to: output.to, message: output.message };
          const lost = this.#isCut(letter) || !this.#players.get(output.to)?.up;
          if (!lost) this.#letters.push(letter);
          this.#say(`${agent} -> ${output.to}${lost ? " (lost)" : ""}: ${showMessage(output.message)}`);
          break;
        }
        case "persist":
          player.durable = output.durable;
          this.#say(`${agent} persists ${showDurable(output.durable)}`);
          break;
        case "timer":
          if (output.afterMs === null) player.timers.delete(output.timer);
          else player.timers.set(output.timer, this.#nowMs + output.afterMs);
          this.#say(`${agent} ${output.afterMs === null ? `takes back ${output.timer}` : `sets ${output.timer}: ${output.afterMs} ms`}`);
          break;
        case "apply":
          this.#say(`${agent} applies ${output.index}: ${output.value}`);
          break;
        case "restore":
          this.#say(`${agent} restores ${output.index}: ${output.state}`);
          break;
        case "answer":
          this.#say(`${agent} answers ${output.id}: ${output.value}`);
          break;
        case "refused":
          this.#say(`${agent} refuses ${output.id}: ${output.why}`);
          break;
        case "unknown":
          this.#say(`${agent} cannot tell of ${output.id}: ${output.why}`);
      }
    }
  }

  #seen(seen: Omit<Stepped<Node, Message, Durable>, "atMs">): void {
    this.#troupe.checker?.stepped({ ...seen, atMs: this.#nowMs });
  }

  #view(agent: string): void {
    const { node, up } = this.#playerOf(agent);
    if (!up) {
      this.#say(`${agent}: down`);
      return;
    }
    const { role, term, leader, votes, log, because } = this.#troupe.machine.view(node, this.#nowMs);
    const tally = votes.length === 0 ? "" : `, votes ${votes.map(({ from, granted }) => `${granted ? "+" : "-"}${from}`).join(" ")}`;
    const entries = log === undefined ? "" : `, log ${log.first}..${log.last} committed ${log.commit}`;
    this.#say(`${agent}: ${role} in term ${term}, leader ${leader ?? "unknown"}${tally}${entries}: ${because}`);
  }

  #say(line: string): void {
    this.#said.push(line);
  }

  #moment(agent: string): { nowMs: number; chance: number } {
    return { nowMs: this.#nowMs, chance: this.#draw([...this.#players.keys()].indexOf(agent), this.#players.size) };
  }

  /** Unless the script says otherwise the nodes draw low to high in the order in which they were named. */
  #draw(place: number, among: number): number {
    return this.#chance ?? place / among;
  }

  #isCut({ from, to }: Letter<Message>): boolean {
    return this.#cuts.some(([one, other]) =>
      other === undefined ? from === one || to === one : (from === one && to === other) || (from === other && to === one),
    );
  }

  #playerOf(agent: string): Player<Config, Node, Durable> {
    const player = this.#players.get(agent);
    if (player === undefined) throw new Error(`There is no node "${agent}".`);
    return player;
  }
}

function matches(letter: { from: string; to: string }, [from, to]: readonly string[]): boolean {
  return (from === undefined || letter.from === from) && (to === undefined || letter.to === to);
}

function settingsOf(words: readonly string[]): Map<string, string> {
  return new Map(
    words.flatMap((word) => {
      const at = word.indexOf("=");
      return at <= 0 ? [] : [[word.slice(0, at), word.slice(at + 1)] as const];
    }),
  );
}

/** A value of plain JSON in one line without quotes: `vote term=1 pre=true`. */
export function plainly(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map(plainly).join(", ")}]`;
  return Object.entries(value)
    .map(([name, part]) => (name === "type" ? String(part) : typeof part === "object" && part !== null ? `${name}={${plainly(part)}}` : `${name}=${part}`))
    .join(" ");
}
