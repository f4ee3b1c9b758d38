import type { Stepped } from "../../agents/checker.ts";
import type { NodeView } from "../../model/index.ts";
import type { Group } from "./group.ts";
import type { Watch } from "./host.ts";
import type { ProtocolWorld } from "./world.ts";

/** The one who leads, when exactly one says so, and every member that is up takes it for the leader in the same term. */
export function agreedLeader(views: ReadonlyMap<string, NodeView>): string | undefined {
  const leaders = [...views].filter(([, { role }]) => role === "leader");
  const [leader] = leaders;
  if (leader === undefined || leaders.length > 1) return undefined;
  const [agent, shown] = leader;
  // Members as the leader knows them: who was taken out may not have heard of it, and may have gone on to a later term.
  for (const member of shown.members) {
    const view = views.get(member);
    if (view !== undefined && (view.leader !== agent || view.term !== shown.term)) return undefined;
  }
  return agent;
}

/** EL-46: from a moment on everybody agrees on who leads, and it stays so. */
export class Agreement<Config, Node, Message, Durable> implements Watch<Node, Message, Durable> {
  readonly #world: ProtocolWorld<Config, Node, Message, Durable>;
  readonly #group: Group<Config, Node, Message, Durable>;
  readonly #members: readonly string[];
  readonly #liars: ReadonlySet<string>;
  readonly #fail: (rule: string, message: string) => void;
  #leader: string | undefined;
  readonly #shown = new Map<string, string>();
  #sinceMs: number | undefined;
  #isDue = false;

  constructor(
    world: ProtocolWorld<Config, Node, Message, Durable>,
    group: Group<Config, Node, Message, Durable>,
    members: readonly string[],
    liars: ReadonlySet<string>,
    fail: (rule: string, message: string) => void,
  ) {
    this.#world = world;
    this.#group = group;
    this.#members = members;
    this.#liars = liars;
    this.#fail = fail;
  }

  /** Looks whether they agree by now. From then on whatever parts them again starts it anew, and once it is due breaks the rule. */
  look(atMs: number): void {
    if (this.#sinceMs !== undefined) return;
    const views = this.#group.views(this.#liars);
    this.#leader = this.#agreedIn(views);
    if (this.#leader === undefined) {
      if (this.#isDue) this.#failAs("by now everybody has to agree", views);
      return;
    }
    this.#sinceMs = atMs;
    for (const [agent, view] of views) this.#shown.set(agent, standOf(view));
  }

  /** The bound is over. */
  due(atMs: number): void {
    this.#isDue = true;
    this.look(atMs);
  }

  /** How long they have agreed without a break, up to now. */
  heldMs(atMs: number): number {
    return this.#sinceMs === undefined ? 0 : atMs - this.#sinceMs;
  }

  stepped({ agent }: Stepped<Node, Message, Durable>): void {
    if (this.#sinceMs === undefined) return;
    const view = this.#group.hosts.get(agent)?.view;
    if (view === undefined || this.#shown.get(agent) === standOf(view)) return;
    this.#shown.set(agent, standOf(view));
    const views = this.#group.views(this.#liars);
    const leader = this.#agreedIn(views);
    if (leader !== undefined && (leader === this.#leader || this.#mayPass)) {
      this.#leader = leader;
      return;
    }
    this.#sinceMs = undefined;
    if (!this.#isDue) return;
    if (leader === undefined) this.#failAs("everybody did agree, and nothing has happened", views);
    else this.#fail("EL-46", `${this.#leader} led, nothing has happened, and now ${leader} does`);
  }

  /** Where leaders take turns, or a liar leads until it is given up, it is enough that all agree. */
  get #mayPass(): boolean {
    return this.#world.turns === true || this.#leader === "";
  }

  /** Who leads, by the word of all; nobody by name where a liar does. */
  #agreedIn(views: ReadonlyMap<string, NodeView>): string | undefined {
    const { agreed } = this.#world;
    const isAgreed = agreed === undefined ? agreedLeader(views) !== undefined : agreed(views, this.#members);
    if (!isAgreed) return undefined;
    return [...views]
      .filter(([, { role }]) => role === "leader")
      .map(([agent, { term }]) => `${agent} in term ${term}`)
      .join(", ");
  }

  #failAs(when: string, views: ReadonlyMap<string, NodeView>): void {
    this.#fail("EL-46", `${when}: ${[...views].map(([agent, view]) => `${agent} ${standOf(view)}`).join("; ")}`);
  }
}

function standOf({ role, term, leader }: NodeView): string {
  return `${role} in term ${term} under ${leader ?? "nobody"}`;
}
