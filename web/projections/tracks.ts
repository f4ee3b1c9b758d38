import { groupOf } from "./graph-groups.ts";
import type { GraphChange, GraphModel } from "./graph-model.ts";
import type { AgentNode, GroupNode, ResourceNode } from "./graph-nodes.ts";
import { byName } from "./names.ts";
import { type Card, type CardCounts, type CardOptions, makeCard } from "./tracks-cards.ts";
import { cardRule, Heat, rowRule } from "./tracks-heat.ts";
import { SortedNames } from "./tracks-names.ts";

/** One line of the panel. A card is its head, its rows and its foot, so that any number of rows can be virtual. */
export type TracksItem =
  | { readonly kind: "head"; readonly key: string; readonly group: string; readonly sections: number; readonly agents: number; readonly opened: boolean }
  | { readonly kind: "row"; readonly key: string; readonly group: string; readonly path: string }
  | { readonly kind: "more"; readonly key: string; readonly group: string; readonly counts: CardCounts }
  | { readonly kind: "folded"; readonly key: string; readonly group: string; readonly sections: number }
  | { readonly kind: "quiet"; readonly key: string; readonly groups: readonly string[]; readonly more: number; readonly sections: number }
  | { readonly kind: "groupsHead"; readonly key: string; readonly groups: number }
  | { readonly kind: "group"; readonly key: string; readonly group: string }
  | { readonly kind: "agentsHead"; readonly key: string; readonly agents: number; readonly opened: boolean; readonly foldable: boolean }
  | { readonly kind: "lamps"; readonly key: string; readonly agents: readonly string[]; readonly perRow: number }
  | { readonly kind: "moreAgents"; readonly key: string; readonly counts: AgentCounts }
  | { readonly kind: "foot"; readonly key: string };

export interface AgentCounts {
  readonly agents: number;
  readonly waiting: number;
  readonly holding: number;
}

/** Heights in pixels: given beforehand, so that the scroll bar is right without measuring. */
export const itemHeights: Record<TracksItem["kind"], number> = {
  head: 40,
  row: 46,
  more: 32,
  folded: 32,
  quiet: 84,
  groupsHead: 40,
  group: 46,
  agentsHead: 40,
  lamps: 60,
  moreAgents: 32,
  foot: 26,
};

/** So many quiet groups are named on their one line. */
const namedGroups = 6;
/** Name of the preference that quiet rows stand too; key E changes it. */
export const quietGroup = "tracks:quiet";
/** The card of the groups of agents; no path has a blank at its beginning. */
const groupsCard = " groups";
/** Lines of lamps before the rest is counts: fewer where they stand above the sections. */
const lampRows = { 1: 2, 2: 6 } as const;

export interface TracksOptions {
  readonly nowMs: number;
  readonly columns: 1 | 2;
  readonly lampsPerRow: number;
  /** Groups whose rows all stand; `agents` for the lamps. */
  readonly opened: ReadonlySet<string>;
  /** Quiet rows stand too. */
  readonly unfolded: boolean;
  /** Agents that need a person stand first. */
  readonly alerts: ReadonlySet<string>;
  /** Stands though its card or its line of lamps is full, or folded. */
  readonly selected?: { readonly kind: string; readonly id: string };
  readonly filter?: { agent(node: AgentNode): boolean; resource(node: ResourceNode): boolean; group(node: GroupNode): boolean };
}

/** The tracks layout as a list of lines for each column. It remembers what must be stable: bands, and each card's column. */
export class TracksPanel {
  readonly #heat = new Heat(rowRule);
  /** Cards come forward by a slower rule: a whole card that moves is more to look at than a row. */
  readonly #cardHeat = new Heat(cardRule);
  readonly #groups = new Map<string, SortedNames>();
  readonly #groupNames = new SortedNames();
  readonly #agents = new SortedNames();
  readonly #columnOf = new Map<string, number>();
  #columns = 0;
  #items = new Map<string, TracksItem>();

  /** Follows the model: which rows there are and which are waited for. True when rows came, went or changed their band. */
  follow(model: GraphModel, change: GraphChange, nowMs: number): boolean {
    let moved = change.added.size > 0 || change.removed.size > 0;
    for (const id of change.removed) {
      if (id.startsWith("agent:")) this.#agents.delete(id.slice("agent:".length));
      else if (id.startsWith("resource:")) this.#drop(id.slice("resource:".length));
    }
    for (const id of change.added) this.#add(model, id);
    for (const ids of [change.added, change.changed]) {
      for (const id of ids) {
        const node = model.node(id);
        if (node?.kind !== "resource") continue;
        this.#cardHeat.look(node, nowMs);
        if (this.#heat.look(node, nowMs)) moved = true;
      }
    }
    return moved;
  }

  /** The lines of each column. An unchanged line is the same object as before. */
  arrange(model: GraphModel, options: TracksOptions): readonly (readonly TracksItem[])[] {
    for (const heat of [this.#heat, this.#cardHeat]) heat.lookAgain(model.resources, options.nowMs);
    const front = new Set([...this.#cardHeat.front()].map(groupOf));
    const before = this.#items;
    this.#items = new Map();
    const keep = (item: TracksItem): TracksItem => {
      const known = before.get(item.key);
      const kept = known !== undefined && sameItem(known, item) ? known : item;
      this.#items.set(item.key, kept);
      return kept;
    };
    const columns: TracksItem[][] = Array.from({ length: options.columns }, () => []);
    columns.at(-1)?.push(...this.#agentItems(model, options).map(keep));

    const quiet: Card[] = [];
    const standing: Card[] = [];
    for (const group of [...front, ...[...this.#groupNames].filter((name) => !front.has(name))]) {
      const card = makeCard(model, group, this.#groups.get(group) ?? [], this.#heat, cardOptions(group, options));
      if (card.sections === 0) continue;
      (card.rows.length === 0 ? quiet : standing).push(card);
    }
    const groups = groupItems(model, options).map(keep);
    this.#assignColumns(groups, standing, options.columns, columns.map(heightOf));
    columns[this.#columnOf.get(groupsCard) ?? 0]?.push(...groups);
    for (const card of standing) columns[this.#columnOf.get(card.group) ?? 0]?.push(...cardItems(card).map(keep));
    if (quiet.length > 0) {
      const sections = quiet.reduce((sum, card) => sum + card.sections, 0);
      columns[0]?.push(
        keep({
          kind: "quiet",
          key: "quiet",
          groups: quiet.slice(0, namedGroups).map((card) => card.group),
          more: Math.max(0, quiet.length - namedGroups),
          sections,
        }),
        keep({ kind: "foot", key: "foot:quiet" }),
      );
    }
    return columns;
  }

  #agentItems(model: GraphModel, options: TracksOptions): TracksItem[] {
    const names = [...options.alerts, ...[...this.#agents].filter((agent) => !options.alerts.has(agent))];
    const shown = names.flatMap((agent) => model.agents.get(agent) ?? []).filter((node) => options.filter?.agent(node) !== false);
    bringIn(shown, options.lampsPerRow * lampRows[options.columns] - 1, options.selected?.kind === "agent" ? options.selected.id : undefined);
    const opened = options.opened.has("agents");
    const room = opened ? shown.length : lampRows[options.columns] * options.lampsPerRow;
    const items: TracksItem[] = [
      { kind: "agentsHead", key: "agents", agents: shown.length, opened, foldable: shown.length > lampRows[options.columns] * options.lampsPerRow },
    ];
    for (let from = 0; from < Math.min(room, shown.length); from += options.lampsPerRow) {
      const agents = shown.slice(from, Math.min(room, from + options.lampsPerRow)).map((node) => node.agent);
      items.push({ kind: "lamps", key: `lamps:${from}`, agents, perRow: options.lampsPerRow });
    }
    const rest = shown.slice(room);
    if (rest.length > 0) {
      const counts = {
        agents: rest.length,
        waiting: rest.filter((node) => node.waits.length > 0).length,
        holding: rest.filter((node) => node.locks.length > 0).length,
      };
      items.push({ kind: "moreAgents", key: "moreAgents", counts });
    }
    return [...items, { kind: "foot", key: "foot:agents" }];
  }

  /** A card keeps its column. A new one goes where it is shortest. */
  #assignColumns(groups: readonly TracksItem[], sections: readonly Card[], columns: number, heights: number[]): void {
    if (columns !== this.#columns) {
      this.#columnOf.clear();
      this.#columns = columns;
    }
    const cards = sections.map((card) => ({ name: card.group, height: heightOf(cardItems(card)) }));
    if (groups.length > 0) cards.unshift({ name: groupsCard, height: heightOf(groups) });
    for (const { name, height } of cards) {
      const known = this.#columnOf.get(name);
      if (known !== undefined) heights[known] = (heights[known] ?? 0) + height;
    }
    for (const { name, height } of cards) {
      if (this.#columnOf.has(name)) continue;
      const shortest = heights.indexOf(Math.min(...heights));
      this.#columnOf.set(name, shortest);
      heights[shortest] = (heights[shortest] ?? 0) + height;
    }
  }

  #add(model: GraphModel, id: string): void {
    const node = model.node(id);
    if (node?.kind === "agent") this.#agents.add(node.agent);
    if (node?.kind !== "resource") return;
    const { group } = node;
    let paths = this.#groups.get(group);
    if (paths === undefined) {
      paths = new SortedNames();
      this.#groups.set(group, paths);
      this.#groupNames.add(group);
    }
    paths.add(node.path);
  }

  #drop(path: string): void {
    const group = groupOf(path);
    const paths = this.#groups.get(group);
    paths?.delete(path);
    if (paths?.size === 0) {
      this.#groups.delete(group);
      this.#groupNames.delete(group);
      this.#columnOf.delete(group);
    }
    this.#heat.forget(path);
    this.#cardHeat.forget(path);
  }
}

/** The groups that the model shows, in their order. */
function groupItems(model: GraphModel, { filter }: TracksOptions): TracksItem[] {
  const groups = [...model.groups.values()].filter((node) => filter?.group(node) !== false).map(({ name }) => name);
  if (groups.length === 0) return [];
  return [
    { kind: "groupsHead", key: "groups", groups: groups.length },
    ...groups.sort(byName).map((group): TracksItem => ({ kind: "group", key: `group:${group}`, group })),
    { kind: "foot", key: "foot:groups" },
  ];
}

function cardOptions(group: string, { nowMs, opened, unfolded, selected, filter }: TracksOptions): CardOptions {
  return {
    nowMs,
    opened: opened.has(group),
    unfolded,
    ...(selected?.kind === "resource" ? { selected: selected.id } : {}),
    ...(filter === undefined ? {} : { shows: (node) => filter.resource(node) }),
  };
}

/** Puts the selected agent on the last place of the lamps that are shown, when it would stand beyond them. */
function bringIn(shown: AgentNode[], last: number, selected: string | undefined): void {
  const index = selected === undefined ? -1 : shown.findIndex((node) => node.agent === selected);
  if (index > last) shown.splice(last, 0, ...shown.splice(index, 1));
}

const heightOf = (items: readonly TracksItem[]): number => items.reduce((sum, item) => sum + itemHeights[item.kind], 0);

function cardItems(card: Card): TracksItem[] {
  const { group } = card;
  return [
    { kind: "head", key: `head:${group}`, group, sections: card.sections, agents: card.agents, opened: card.opened },
    ...card.rows.map((path): TracksItem => ({ kind: "row", key: `row:${path}`, group, path })),
    ...(card.more === undefined ? [] : [{ kind: "more" as const, key: `more:${group}`, group, counts: card.more }]),
    ...(card.folded === 0 ? [] : [{ kind: "folded" as const, key: `folded:${group}`, group, sections: card.folded }]),
    { kind: "foot", key: `foot:${group}` },
  ];
}

/** Lines are small: equal when they say the same. */
function sameItem(a: TracksItem, b: TracksItem): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
