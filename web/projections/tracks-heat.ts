import type { ResourceNode } from "./graph-nodes.ts";

/**
 * Which rows stand in front. The rule: a row comes forward once somebody has been waiting before it for 3 seconds, and
 * goes back once nobody has for 15; it folds once it has been quiet for 20. In each band rows stand by name. So order
 * follows what lasts, not every grant.
 */
export const heatRule = { forwardAfterMs: 3_000, backAfterMs: 15_000, foldAfterMs: 20_000 } as const;

export type Band = "front" | "plain" | "quiet";

interface Warmth {
  readonly sinceMs: number;
  lastMs: number;
  front: boolean;
}

/** Remembers since when rows are waited for. Only rows with a queue, or in front, cost anything. */
export class Heat {
  readonly #warm = new Map<string, Warmth>();

  /** Looks at one row anew; true when it changed its band's side. */
  look(node: ResourceNode, nowMs: number): boolean {
    const warmth = this.#warm.get(node.path);
    if (node.queue.length > 0) {
      if (warmth === undefined) {
        this.#warm.set(node.path, { sinceMs: Math.min(nowMs, ...node.queue.slice(0, 1).map(({ wait }) => wait.queuedMs)), lastMs: nowMs, front: false });
        return this.#come(node.path, nowMs);
      }
      warmth.lastMs = nowMs;
      return this.#come(node.path, nowMs);
    }
    if (warmth === undefined) return false;
    if (warmth.front && nowMs - warmth.lastMs < heatRule.backAfterMs) return false;
    this.#warm.delete(node.path);
    return warmth.front;
  }

  #come(path: string, nowMs: number): boolean {
    const warmth = this.#warm.get(path);
    if (warmth === undefined || warmth.front || nowMs - warmth.sinceMs < heatRule.forwardAfterMs) return false;
    warmth.front = true;
    return true;
  }

  forget(path: string): void {
    this.#warm.delete(path);
  }

  /** Rows whose band may change with time alone. */
  pending(): Iterable<string> {
    return this.#warm.keys();
  }

  band(node: ResourceNode, nowMs: number): Band {
    if (this.#warm.get(node.path)?.front === true) return "front";
    return node.quietSinceMs !== undefined && nowMs - node.quietSinceMs >= heatRule.foldAfterMs ? "quiet" : isUntouched(node) ? "quiet" : "plain";
  }
}

/** Known from a rule only: nobody has used it yet. A guarded or counted one is worth a row all the same. */
function isUntouched(node: ResourceNode): boolean {
  const used = node.locks.length > 0 || node.queue.length > 0 || node.intents.length > 0 || node.freeze !== undefined;
  return !used && node.quietSinceMs === undefined && node.settings.capacity === 1;
}
