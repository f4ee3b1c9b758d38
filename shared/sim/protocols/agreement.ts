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

  begin(): void {
    const views = this.#group.views(this.#liars);
    for (const [agent, view] of views) this.#shown.set(agent, standOf(view));
    this.#leader = this.#look(views, "by now everybody has to agree");
  }

  stepped({ agent }: Stepped<Node, Message, Durable>): void {
    if (this.#leader === undefined) return;
    const view = this.#group.hosts.get(agent)?.view;
    if (view === undefined || this.#shown.get(agent) === standOf(view)) return;
    this.#shown.set(agent, standOf(view));
    const leader = this.#look(this.#group.views(this.#liars), "everybody did agree, and nothing has happened");
    if (leader === undefined || leader === this.#leader) return;
    // Where leaders take turns, or a liar leads until it is given up, it is enough that all agree.
    if (this.#world.turns === true || this.#leader === "") this.#leader = leader;
    else this.#fail("EL-46", `${this.#leader} led, nothing has happened, and now ${leader} does`);
  }

  #look(views: ReadonlyMap<string, NodeView>, when: string): string | undefined {
    const { agreed } = this.#world;
    const isAgreed = agreed === undefined ? agreedLeader(views) !== undefined : agreed(views, this.#members);
    const leaders = [...views].filter(([, { role }]) => role === "leader").map(([agent, { term }]) => `${agent} in term ${term}`);
    const leader = isAgreed ? leaders.join(", ") : undefined;
    if (leader === undefined) this.#fail("EL-46", `${when}: ${[...views].map(([agent, view]) => `${agent} ${standOf(view)}`).join("; ")}`);
    return leader;
  }
}

function standOf({ role, term, leader }: NodeView): string {
  return `${role} in term ${term} under ${leader ?? "nobody"}`;
}
