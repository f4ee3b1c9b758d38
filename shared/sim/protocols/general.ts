import type { Stepped } from "../../agents/checker.ts";
import { type NodeView, nodeViewSchema } from "../../model/index.ts";
import type { Group } from "./group.ts";
import type { Host, Sent, Watch } from "./host.ts";
import type { ProtocolWorld } from "./world.ts";

/** One step in so many is looked at more closely: its view is parsed, and it is done a second time. */
const closely = 16;
/** Clocks are read to whole milliseconds. */
const toleranceMs = 2;

export type Broken = (rule: string, message: string) => void;

/** What is kept of an agent over its steps. */
interface Kept {
  shown: NodeView | undefined;
  /** What was last seen to be safe: as shown, with what had been persisted by then. */
  safe: string;
}

/** EL-45, EL-47, EL-48 and EL-49: what holds in every world. Liars are not watched. */
export class General<Config, Node, Message, Durable> implements Watch<Node, Message, Durable> {
  readonly #world: ProtocolWorld<Config, Node, Message, Durable>;
  readonly #group: Group<Config, Node, Message, Durable>;
  readonly #liars: ReadonlySet<string>;
  readonly #fail: Broken;
  readonly #isDurable: boolean;
  readonly #keptByAgent = new Map<string, Kept>();
  #steps = 0;

  constructor(world: ProtocolWorld<Config, Node, Message, Durable>, group: Group<Config, Node, Message, Durable>, liars: ReadonlySet<string>, fail: Broken) {
    this.#world = world;
    this.#group = group;
    this.#liars = liars;
    this.#fail = fail;
    this.#isDurable = !world.machine.durable.safeParse(null).success;
  }

  stepped(seen: Stepped<Node, Message, Durable>): void {
    const host = this.#group.hosts.get(seen.agent);
    const view = host?.view;
    if (host === undefined || view === undefined || seen.died || this.#liars.has(seen.agent)) return;
    this.#steps++;
    this.#shows(seen.agent, view, host);
    const kept = this.#kept(seen.agent);
    if (kept.shown !== undefined && view.term < kept.shown.term)
      this.#fail("EL-48", `${seen.agent} shows term ${view.term} after it showed term ${kept.shown.term}`);
    kept.shown = view;
    if (this.#steps % closely === 0) this.#again(seen, host);
  }

  crashed(agent: string): void {
    // What it had shown and not kept is gone with it, and so is what it never told.
    if (!this.#isDurable) this.#keptByAgent.delete(agent);
    else this.#kept(agent).shown = this.#twin(agent);
  }

  sent({ from: agent }: Sent<Message>): void {
    if (!this.#isDurable || this.#liars.has(agent)) return;
    const host = this.#group.hosts.get(agent);
    const view = host?.view;
    if (host === undefined || view === undefined) return;
    const kept = this.#kept(agent);
    const key = `${host.persisted} ${standOf(view)}`;
    if (kept.safe === key) return;
    kept.safe = key;
    const durable = standOf(this.#twin(agent));
    if (durable !== standOf(view)) this.#fail("EL-49", `${agent} sends as of ${standOf(view)}, and would come back with ${durable}`);
  }

  #shows(agent: string, view: NodeView, host: Host<Config, Node, Message, Durable>): void {
    if (view.role === "leader" && view.leader !== agent) this.#fail("EL-45", `${agent} shows itself as the leader and takes ${view.leader} for it`);
    const { timer } = view;
    const lefts = host.timersLeftMs;
    if (timer !== undefined && !lefts.some((leftMs) => Math.abs(leftMs - timer.leftMs) <= toleranceMs))
      this.#fail("EL-45", `${agent} shows ${timer.leftMs} ms until ${timer.what}; its timers have ${lefts.join(", ") || "nothing"} left`);
    if (this.#steps % closely !== 0) return;
    const read = nodeViewSchema.safeParse(view);
    if (!read.success) this.#fail("EL-45", `${agent} shows what is not well formed: ${read.error.issues[0]?.path.join(".")} ${read.error.issues[0]?.message}`);
  }

  /** The same step from the same node has to give the same. */
  #again({ agent, before, after, input, outputs }: Stepped<Node, Message, Durable>, host: Host<Config, Node, Message, Durable>): void {
    if (before === undefined || input.type === "start") return;
    const { machine } = this.#world;
    const again = machine.step(before, input);
    const nowMs = host.own.nowMs;
    const views = [machine.view(after, nowMs), machine.view(again.node, nowMs)].map((view) => JSON.stringify(view));
    const told = [outputs, again.outputs.slice(0, outputs.length)].map((some) => JSON.stringify(some));
    if (views[0] !== views[1] || told[0] !== told[1])
      this.#fail("EL-47", `${agent} took the same ${input.type} from the same node twice: ${told[0]} and ${views[0]}, then ${told[1]} and ${views[1]}`);
  }

  /** What it would show if it started now from what is durable. */
  #twin(agent: string): NodeView | undefined {
    const { machine } = this.#world;
    const host = this.#group.hosts.get(agent);
    const config = this.#group.configs.get(agent);
    if (host === undefined || config === undefined) return undefined;
    const nowMs = host.own.nowMs;
    return machine.view(machine.start(config, { nowMs, chance: 0.5 }, host.durable).node, nowMs);
  }

  #kept(agent: string): Kept {
    const kept = this.#keptByAgent.get(agent) ?? { shown: undefined, safe: "" };
    this.#keptByAgent.set(agent, kept);
    return kept;
  }
}

/** What must not be lost of what a node tells others. */
function standOf(view: NodeView | undefined): string {
  return view === undefined ? "nothing" : `term ${view.term}, vote for ${view.votedFor ?? "nobody"}, log to ${view.log?.last ?? 0}`;
}
