import { anchorOf, isGlob, overlaps } from "./patterns.ts";
import { plants } from "./plants.ts";

type Order<T> = (a: T, b: T) => number;

interface Glob<T> {
  readonly resource: string;
  readonly item: T;
}

interface Node<T> {
  readonly path: string;
  readonly parent: Node<T> | undefined;
  /** By path. */
  readonly children: Node<T>[];
  /** Items whose resource is exactly this path. */
  readonly items: T[];
  /** Items whose resource is a glob that begins here, by resource. */
  readonly globs: Glob<T>[];
  /** How many items stand here and below. */
  total: number;
  /** It is among the empty nodes that are kept for a while. */
  idle: boolean;
}

/**
 * Emptied nodes that are kept, the last ones emptied. A lock that is taken and given back again and again would otherwise
 * take its key out of the map and put it in each time; a JavaScript Map keeps such a removed entry in its bucket until it
 * is rehashed, so that after thousands of turns every look at that key walks past thousands of them.
 */
const idleNodes = 256;

/**
 * Items by resource, found by overlap. A resource meets what stands on its way up, what stands below it, and globs that
 * begin on either; only globs need a pattern test. Looking up costs the depth of the path plus what is found. What is
 * found comes in an order that depends on what is there alone, not on how it came there: a state that was lived, restored
 * or replayed tells the same.
 */
export class PathTree<T> {
  readonly #nodes = new Map<string, Node<T>>();
  /** Oldest first. */
  readonly #idle = new Set<Node<T>>();
  readonly #order: Order<T>;
  readonly #globOrder: Order<Glob<T>>;

  /** @param order of the items at one resource; without it they stay in the order in which they came. */
  constructor(order: Order<T> = () => 0) {
    this.#order = order;
    this.#globOrder = (a, b) => (a.resource === b.resource ? order(a.item, b.item) : a.resource < b.resource ? -1 : 1);
  }

  get size(): number {
    return this.#nodes.get("")?.total ?? 0;
  }

  /** Items whose resource is exactly this plain path, in order. */
  at(path: string): readonly T[] {
    return this.#nodes.get(path)?.items ?? [];
  }

  add(resource: string, item: T): void {
    const node = this.#node(anchorOf(resource));
    if (isGlob(resource)) insert(node.globs, { resource, item }, this.#globOrder);
    else insert(node.items, item, this.#order);
    for (let up: Node<T> | undefined = node; up !== undefined; up = up.parent) up.total += 1;
  }

  /** Takes an item out; false when it was not there. */
  delete(resource: string, item: T): boolean {
    const node = this.#nodes.get(anchorOf(resource));
    if (node === undefined) return false;
    const list: unknown[] = isGlob(resource) ? node.globs : node.items;
    const index = isGlob(resource) ? node.globs.findIndex((glob) => glob.item === item && glob.resource === resource) : node.items.indexOf(item);
    if (index < 0) return false;
    if (index === list.length - 1) list.pop();
    else list.splice(index, 1);
    for (let up: Node<T> | undefined = node; up !== undefined; up = up.parent) up.total -= 1;
    if (node.total === 0 && !node.idle) this.#retire(node);
    return true;
  }

  /** Calls `visit` for every item that overlaps until it returns true; returns whether it did. */
  some(resource: string, visit: (item: T) => boolean): boolean {
    return this.someList(resource, (items) => items.some(visit));
  }

  /**
   * As `some`, but in lists: the items of one plain path together and in order, every glob by itself.
   * `at` is the resource they stand at. For queues, where the rest of a list can be passed over at once.
   */
  someList(resource: string, visit: (items: readonly T[], at: string) => boolean): boolean {
    if (this.size === 0) return false;
    const glob = isGlob(resource);
    const anchor = anchorOf(resource);
    // Up: what stands on an ancestor covers the anchor and so the whole of it; globs there may or may not.
    const nearest = this.#nearest(anchor);
    for (let node: Node<T> | undefined = nearest; node !== undefined; node = node.parent) {
      if (node.items.length > 0 && visit(node.items, node.path)) return true;
      for (const one of node.globs) if (overlaps(one.resource, resource) && visit([one.item], one.resource)) return true;
    }
    const isThere = nearest?.path === anchor;
    return isThere && !plants.belowMissed && nearest.children.length > 0 && someBelow(nearest, glob ? resource : undefined, visit);
  }

  /** Keeps an emptied node for now and drops the one that has been empty longest, unless it is in use again. */
  #retire(node: Node<T>): void {
    node.idle = true;
    this.#idle.add(node);
    if (this.#idle.size <= idleNodes) return;
    const oldest = this.#idle.values().next().value as Node<T>;
    this.#idle.delete(oldest);
    oldest.idle = false;
    for (let up: Node<T> | undefined = oldest; up !== undefined && up.total === 0 && up.children.length === 0 && !up.idle; up = up.parent) {
      this.#nodes.delete(up.path);
      remove(up.parent?.children, up);
    }
  }

  /** The node of a path, or of the nearest above it that has one: all above that have one too. */
  #nearest(path: string): Node<T> | undefined {
    for (let at: string | undefined = path; at !== undefined; at = above(at)) {
      const node = this.#nodes.get(at);
      if (node !== undefined) return node;
    }
    return undefined;
  }

  #node(path: string): Node<T> {
    const known = this.#nodes.get(path);
    if (known !== undefined) return known;
    const up = above(path);
    const parent = up === undefined ? undefined : this.#node(up);
    const node: Node<T> = { path, parent, children: [], items: [], globs: [], total: 0, idle: false };
    this.#nodes.set(path, node);
    if (parent !== undefined) insert(parent.children, node, byPath);
    return node;
  }
}

/** One up, the root "" above all; undefined above the root. */
function above(path: string): string | undefined {
  if (path === "") return undefined;
  const slash = path.lastIndexOf("/");
  return slash < 0 ? "" : path.slice(0, slash);
}

/** Everything below a plain path overlaps with it; below a glob's anchor each has to be tested. */
function someBelow<T>(node: Node<T>, glob: string | undefined, visit: (items: readonly T[], at: string) => boolean): boolean {
  for (const child of node.children) {
    if (child.total === 0) continue;
    if (child.items.length > 0 && (glob === undefined || overlaps(child.path, glob)) && visit(child.items, child.path)) return true;
    for (const one of child.globs) if ((glob === undefined || overlaps(one.resource, glob)) && visit([one.item], one.resource)) return true;
    if (child.children.length > 0 && someBelow(child, glob, visit)) return true;
  }
  return false;
}

function byPath(a: { readonly path: string }, b: { readonly path: string }): number {
  return a.path === b.path ? 0 : a.path < b.path ? -1 : 1;
}

/** Takes a node out of its parent's children. */
function remove<T>(children: Node<T>[] | undefined, node: Node<T>): void {
  if (children !== undefined) children.splice(placeAfter(children, node, byPath) - 1, 1);
}

function insert<T>(items: T[], item: T, order: Order<T>): void {
  const last = items.at(-1);
  if (last === undefined || order(last, item) <= 0) {
    items.push(item);
    return;
  }
  items.splice(placeAfter(items, item, order), 0, item);
}

/** Where the item goes, or the place after it where it is there already. */
function placeAfter<T>(items: readonly T[], item: T, order: Order<T>): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (order(items[middle] as T, item) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
