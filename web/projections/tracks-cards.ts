import type { GraphModel } from "./graph-model.ts";
import { isCooling, type ResourceNode } from "./graph-nodes.ts";
import type { Heat } from "./tracks-heat.ts";

/** More rows of a card than this stand behind a line "+188 more" until somebody opens it. */
export const rowsPerCard = 12;

/** The sections of one path group: which stand as rows and how many stand behind a line. */
export interface Card {
  readonly group: string;
  /** Paths in order. */
  readonly rows: readonly string[];
  readonly more: CardCounts | undefined;
  /** How many quiet sections are folded away. */
  readonly folded: number;
  readonly sections: number;
  readonly agents: number;
  readonly opened: boolean;
}

export interface CardCounts {
  readonly rows: number;
  readonly held: number;
  readonly waitedFor: number;
}

export interface CardOptions {
  readonly nowMs: number;
  /** All rows stand, however many. */
  readonly opened: boolean;
  /** Quiet rows stand too. */
  readonly unfolded: boolean;
  /** Stands whatever the bounds say: it is selected. */
  readonly selected?: string;
  /** Only these; a filter also unfolds what it finds. */
  readonly shows?: (node: ResourceNode) => boolean;
}

/** `paths` come in order; the card keeps it within its bands. */
export function makeCard(model: GraphModel, group: string, paths: Iterable<string>, heat: Heat, options: CardOptions): Card {
  const front: string[] = [];
  const plain: string[] = [];
  let folded = 0;
  const agents = new Set<string>();
  let sections = 0;
  for (const path of paths) {
    const node = model.resources.get(path);
    if (node === undefined || options.shows?.(node) === false) continue;
    sections += 1;
    for (const lock of node.locks) if (!isCooling(lock)) agents.add(lock.agent);
    for (const { wait } of node.queue) agents.add(wait.agent);
    const band = heat.band(node, options.nowMs);
    if (band === "front") front.push(path);
    else if (band === "plain" || options.unfolded || options.shows !== undefined || path === options.selected) plain.push(path);
    else folded += 1;
  }
  const standing = [...front, ...plain];
  const first = options.opened ? standing : standing.slice(0, rowsPerCard);
  const late = standing.slice(first.length).filter((path) => path === options.selected);
  const rows = [...first, ...late];
  return {
    group,
    rows,
    more:
      rows.length < standing.length
        ? count(
            model,
            standing.slice(first.length).filter((path) => path !== options.selected),
          )
        : undefined,
    folded,
    sections,
    agents: agents.size,
    opened: options.opened,
  };
}

function count(model: GraphModel, paths: readonly string[]): CardCounts {
  let held = 0;
  let waitedFor = 0;
  for (const path of paths) {
    const node = model.resources.get(path);
    if (node !== undefined && node.locks.length > 0) held += 1;
    if (node !== undefined && node.queue.length > 0) waitedFor += 1;
  }
  return { rows: paths.length, held, waitedFor };
}
