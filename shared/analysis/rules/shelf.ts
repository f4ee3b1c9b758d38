import { isGlob } from "./match.ts";

/** What every record on a shelf tells. */
interface Shelved {
  readonly session: string;
}

const none: ReadonlySet<never> = new Set();

/**
 * A map that also finds its records by session and by resource, so that a checker looks at what may matter and not at
 * everything there is. Plain sets by path, apart from the engine's index: one mistake should not hide in both.
 */
export class Shelf<Key, Item extends Shelved> extends Map<Key, Item> {
  readonly #resourcesOf: (item: Item) => readonly string[];
  readonly #bySession = new Map<string, Set<Item>>();
  /** By path: what names it itself; and what names it or something below it. Globs stand apart. */
  readonly #at = new Map<string, Set<Item>>();
  readonly #below = new Map<string, Set<Item>>();
  readonly #globs = new Set<Item>();

  constructor(resourcesOf: (item: Item) => readonly string[]) {
    super();
    this.#resourcesOf = resourcesOf;
  }

  override set(key: Key, item: Item): this {
    this.delete(key);
    super.set(key, item);
    put(this.#bySession, item.session, item);
    for (const resource of this.#resourcesOf(item)) {
      if (isGlob(resource)) {
        this.#globs.add(item);
        continue;
      }
      put(this.#at, resource, item);
      put(this.#below, resource, item);
      for (const above of ancestorsOf(resource)) put(this.#below, above, item);
    }
    return this;
  }

  override delete(key: Key): boolean {
    const item = this.get(key);
    if (item === undefined) return false;
    take(this.#bySession, item.session, item);
    this.#globs.delete(item);
    for (const resource of this.#resourcesOf(item)) {
      if (isGlob(resource)) continue;
      take(this.#at, resource, item);
      take(this.#below, resource, item);
      for (const above of ancestorsOf(resource)) take(this.#below, above, item);
    }
    return super.delete(key);
  }

  /** What a session has. */
  of(session: string): ReadonlySet<Item> {
    return this.#bySession.get(session) ?? none;
  }

  /** Whatever may overlap with a resource, some of it twice, and things beside that do not. */
  near(resource: string): readonly Item[] {
    const literal = literalPart(resource);
    const found = literal === "" ? [...this.values()] : [...(this.#below.get(literal) ?? none)];
    for (const above of ancestorsOf(literal)) found.push(...(this.#at.get(above) ?? none));
    found.push(...this.#globs);
    return found;
  }

  /** What names a path or something above it; and every glob. */
  above(path: string): readonly Item[] {
    const found = [...(this.#at.get(path) ?? none)];
    for (const above of ancestorsOf(path)) found.push(...(this.#at.get(above) ?? none));
    found.push(...this.#globs);
    return found;
  }
}

/** The paths above a path, the nearest first. */
export function ancestorsOf(path: string): string[] {
  const found: string[] = [];
  for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) found.push(path.slice(0, at));
  return found;
}

/** A path itself; of a glob, the part before its first segment with a wildcard. */
function literalPart(resource: string): string {
  if (!isGlob(resource)) return resource;
  const segments = resource.split("/");
  return segments.slice(0, segments.findIndex(isGlob)).join("/");
}

function put<Item>(sets: Map<string, Set<Item>>, name: string, item: Item): void {
  const known = sets.get(name);
  if (known === undefined) sets.set(name, new Set([item]));
  else known.add(item);
}

function take<Item>(sets: Map<string, Set<Item>>, name: string, item: Item): void {
  const known = sets.get(name);
  known?.delete(item);
  if (known?.size === 0) sets.delete(name);
}
