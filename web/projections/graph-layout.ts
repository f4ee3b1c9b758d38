import { type Box, Packing } from "./graph-packing.ts";
import { byName } from "./names.ts";

/** Sizes in the graph's own units: one is a pixel at zoom 1. */
export const sizes = { sectionWidth: 158, sectionHeight: 44, lamp: 46, cellWidth: 190, cellHeight: 138, yardCell: 72, padding: 18, title: 34 } as const;

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A node that wants a place. `near` is a section: an agent stands by what it holds or waits for. */
export interface Placement {
  readonly id: string;
  readonly group: string;
  readonly near?: string;
}

/** A block of places that belong to one group. A group that outgrows its block gets another; nothing moves for it. */
export interface Plot extends Box {
  readonly key: string;
  readonly group: string;
  readonly kind: "sections" | "yard";
}

/** Places in one plot: `columns` cells a line; each cell has one place for a section and two below it for lamps. */
interface Block {
  readonly plot: Plot;
  readonly columns: number;
  readonly cells: number;
  /** What stands in each place; undefined is free. */
  readonly sections: (string | undefined)[];
  readonly lamps: (string | undefined)[];
  freeSections: number;
  freeLamps: number;
}

interface Place {
  readonly block: Block;
  readonly lamp: boolean;
  readonly index: number;
}

const ringsAtMost = 4;
const folderCells = 6;
/** Plots are wider than high, as screens are. */
const plotAspect = 2.4;

/**
 * Where everything stands: sections in a grid by path group, agents in reserved places by the section they first had to do
 * with, idle ones in a yard by role. Incremental: a place once given is kept until its node goes, so no node moves because
 * another came. Costs what came and went.
 */
export class GraphLayout {
  readonly #packing = new Packing();
  readonly #blocks = new Map<string, Block[]>();
  readonly #places = new Map<string, Place>();
  readonly #plots: Plot[] = [];

  get plots(): readonly Plot[] {
    return this.#plots;
  }

  /** The middle of a node, or undefined when it has no place. */
  at(id: string): Point | undefined {
    const place = this.#places.get(id);
    return place === undefined ? undefined : pointOf(place);
  }

  /** Gives places to sections, then to agents. Whoever has one already keeps it, but for an agent that leaves the yard. */
  place(sections: readonly Placement[], agents: readonly Placement[]): void {
    const fresh = sections.filter(({ id }) => !this.#places.has(id));
    const idle = agents.filter(({ id, near }) => near === undefined && !this.#places.has(id));
    const busy = agents.filter(({ id, near }) => near !== undefined && (!this.#places.has(id) || this.#places.get(id)?.block.plot.kind === "yard"));
    const lampsOf = countBy(busy, ({ near }) => this.#groupOfSection(near, fresh));
    const bySection = countBy(fresh, ({ group }) => group);
    const byRole = countBy(idle, ({ group }) => group);
    const wanted = [...bySection]
      .sort(([one], [other]) => byName(one, other))
      .map(([group, count]) => this.#missing("sections", group, count, Math.ceil((lampsOf.get(group) ?? 0) / 2)));
    for (const [role, count] of byRole) wanted.push(this.#missing("yard", role, 0, count));
    const blocks = wanted.filter(({ cells }) => cells > 0);
    this.#packing.expect(blocks.map(({ kind, cells }) => shapeOf(kind, cells)));
    for (const { kind, group, cells } of blocks) this.#addBlock(kind, group, cells);
    for (const { id, group } of fresh) this.#takeSection(id, group);
    for (const { id, group } of idle) this.#takeLamp(id, "yard", group, undefined);
    for (const { id, group, near } of busy) {
      const section = this.#places.get(near ?? "");
      if (section === undefined) {
        if (!this.#places.has(id)) this.#takeLamp(id, "yard", group, undefined);
        continue;
      }
      this.remove([id]);
      this.#takeLamp(id, "sections", section.block.plot.group, section);
    }
  }

  /** Frees the places of nodes that went. */
  remove(ids: Iterable<string>): void {
    for (const id of ids) {
      const place = this.#places.get(id);
      if (place === undefined) continue;
      this.#places.delete(id);
      const { block, lamp, index } = place;
      (lamp ? block.lamps : block.sections)[index] = undefined;
      if (lamp) block.freeLamps += 1;
      else block.freeSections += 1;
    }
  }

  #groupOfSection(near: string | undefined, fresh: readonly Placement[]): string {
    return this.#places.get(near ?? "")?.block.plot.group ?? (fresh.length === 0 ? "" : (freshGroups(fresh).get(near ?? "") ?? ""));
  }

  /** How many more cells a group should have, with some room to spare; 0 when what it has will do. */
  #missing(kind: Plot["kind"], group: string, sections: number, lamps: number): { kind: Plot["kind"]; group: string; cells: number } {
    const blocks = this.#blocks.get(blockKey(kind, group)) ?? [];
    const freeSections = blocks.reduce((sum, block) => sum + block.freeSections, 0);
    const freeLamps = blocks.reduce((sum, block) => sum + block.freeLamps, 0);
    const missing = kind === "yard" ? lamps - freeLamps : Math.max(sections - freeSections, lamps - Math.floor(freeLamps / 2));
    return { kind, group, cells: missing > 0 ? roomFor(missing, blocks, group) : 0 };
  }

  #addBlock(kind: Plot["kind"], group: string, cells: number): Block {
    const key = blockKey(kind, group);
    const blocks = this.#blocks.get(key) ?? [];
    const { columns, rows, width, height } = shapeOf(kind, cells);
    const plot: Plot = { ...this.#packing.place(width, height), key: `${key}#${blocks.length}`, group, kind };
    const places = columns * rows;
    const free = <T>(count: number) => new Array<T | undefined>(count).fill(undefined);
    const block: Block = {
      plot,
      columns,
      cells: places,
      sections: kind === "yard" ? [] : free<string>(places),
      lamps: free<string>(kind === "yard" ? places : 2 * places),
      freeSections: kind === "yard" ? 0 : places,
      freeLamps: kind === "yard" ? places : 2 * places,
    };
    this.#plots.push(plot);
    this.#blocks.set(key, [...blocks, block]);
    return block;
  }

  #takeSection(id: string, group: string): void {
    const blocks = this.#blocks.get(blockKey("sections", group)) ?? [];
    const block = blocks.find(({ freeSections }) => freeSections > 0) ?? this.#addBlock("sections", group, roomFor(1, blocks, group));
    const index = block.sections.indexOf(undefined);
    block.sections[index] = id;
    block.freeSections -= 1;
    this.#places.set(id, { block, lamp: false, index });
  }

  #takeLamp(id: string, kind: Plot["kind"], group: string, near: Place | undefined): void {
    const blocks = this.#blocks.get(blockKey(kind, group)) ?? [];
    const close = near === undefined || near.block.freeLamps === 0 ? undefined : near.block;
    const block = close ?? blocks.find(({ freeLamps }) => freeLamps > 0) ?? this.#addBlock(kind, group, roomFor(1, blocks, group));
    const index = (near !== undefined && near.block === block ? freeAround(block, near.index) : undefined) ?? block.lamps.indexOf(undefined);
    block.lamps[index] = id;
    block.freeLamps -= 1;
    this.#places.set(id, { block, lamp: true, index });
  }
}

/** Wider than high, without empty lines. */
function shapeOf(kind: Plot["kind"], cells: number): { columns: number; rows: number; width: number; height: number } {
  const [cellWidth, cellHeight] = kind === "yard" ? [sizes.yardCell, sizes.yardCell] : [sizes.cellWidth, sizes.cellHeight];
  const rows = Math.ceil(cells / Math.ceil(Math.sqrt((cells * plotAspect * cellHeight) / cellWidth)));
  const columns = Math.ceil(cells / rows);
  return { columns, rows, width: columns * cellWidth + 2 * sizes.padding, height: rows * cellHeight + sizes.title + sizes.padding };
}

const blockKey = (kind: Plot["kind"], group: string): string => `${kind}:${group}`;

/**
 * Some more for those to come. At the top level stand single things, such as pools; a folder that has grown at all gets
 * room for more files, and then as much again as it has.
 */
function roomFor(count: number, blocks: readonly Block[], group: string): number {
  const before = blocks.reduce((sum, { cells }) => sum + cells, 0);
  const isFolder = group.includes("/") && (count > 1 || before > 0);
  return Math.max(count + Math.floor((count - 1) * 0.34), before, isFolder ? folderCells : 1);
}

function countBy<T>(items: readonly T[], key: (item: T) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(key(item), (counts.get(key(item)) ?? 0) + 1);
  return counts;
}

const groupsOf = new WeakMap<readonly Placement[], Map<string, string>>();
function freshGroups(fresh: readonly Placement[]): Map<string, string> {
  const known = groupsOf.get(fresh) ?? new Map(fresh.map(({ id, group }) => [id, group]));
  groupsOf.set(fresh, known);
  return known;
}

/** A free place for a lamp in rings around a cell: below it first, then beside, then farther. */
function freeAround(block: Block, cell: number): number | undefined {
  const [column, row] = [cell % block.columns, Math.floor(cell / block.columns)];
  const rows = Math.ceil(block.cells / block.columns);
  for (let ring = 0; ring <= ringsAtMost; ring++) {
    for (let dy = -ring; dy <= ring; dy++) {
      for (let dx = -ring; dx <= ring; dx++) {
        if (Math.max(Math.abs(dx), Math.abs(dy)) !== ring) continue;
        const [x, y] = [column + dx, row + dy];
        if (x < 0 || y < 0 || x >= block.columns || y >= rows) continue;
        const first = 2 * (y * block.columns + x);
        if (block.lamps[first] === undefined) return first;
        if (block.lamps[first + 1] === undefined) return first + 1;
      }
    }
  }
  return undefined;
}

function pointOf({ block: { plot, columns }, lamp, index }: Place): Point {
  const left = plot.x + sizes.padding;
  const top = plot.y + sizes.title;
  if (plot.kind === "yard") return { x: left + ((index % columns) + 0.5) * sizes.yardCell, y: top + (Math.floor(index / columns) + 0.5) * sizes.yardCell };
  const cell = lamp ? index >> 1 : index;
  const x = left + (cell % columns) * sizes.cellWidth;
  const y = top + Math.floor(cell / columns) * sizes.cellHeight;
  // Lamps of neighbouring lines stand a little apart in height, so that fewer lines run along each other.
  if (lamp) return { x: x + sizes.cellWidth * (index % 2 === 0 ? 0.28 : 0.74), y: y + (index % 2 === 0 ? 94 : 104) };
  return { x: x + sizes.cellWidth / 2, y: y + 26 };
}
