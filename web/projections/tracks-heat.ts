import type { ResourceNode } from "./graph-nodes.ts";
import { byName } from "./names.ts";

/** Comes forward once somebody has been waiting for so long, goes back once nobody has for so long. */
export interface HeatRule {
  readonly forwardAfterMs: number;
  readonly backAfterMs: number;
}

/**
 * Which rows stand in front. The rule: a row comes forward in its card once somebody has been waiting before it for 3
 * seconds, and goes back once nobody has for 15; a card comes forward after 20 and goes back after 60. A row folds once it
 * has been quiet for 20 seconds. In each band all stand by name. So order follows what lasts, not every grant.
 */
export const rowRule: HeatRule = { forwardAfterMs: 3_000, backAfterMs: 15_000 };
export const cardRule: HeatRule = { forwardAfterMs: 20_000, backAfterMs: 60_000 };
export const foldAfterMs = 20_000;
/** The same, said to whoever looks at a card. */
export const ruleWords = `Rows stand by name. One that has been waited for ${rowRule.forwardAfterMs / 1_000} s comes forward until nobody has waited for ${rowRule.backAfterMs / 1_000} s; a quiet one folds after ${foldAfterMs / 1_000} s.`;

export type Band = "front" | "plain" | "quiet";

interface Warmth {
  readonly sinceMs: number;
  lastMs: number;
  front: boolean;
}

/** Remembers since when rows are waited for. Only rows with a queue, or in front, cost anything. */
export class Heat {
  readonly #warm = new Map<string, Warmth>();
  readonly #rule: HeatRule;

  constructor(rule: HeatRule) {
    this.#rule = rule;
  }

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
    if (warmth.front && nowMs - warmth.lastMs < this.#rule.backAfterMs) return false;
    this.#warm.delete(node.path);
    return warmth.front;
  }

  #come(path: string, nowMs: number): boolean {
    const warmth = this.#warm.get(path);
    if (warmth === undefined || warmth.front || nowMs - warmth.sinceMs < this.#rule.forwardAfterMs) return false;
    warmth.front = true;
    return true;
  }

  forget(path: string): void {
    this.#warm.delete(path);
  }

  /** Looks at all rows whose band may change with time alone. */
  lookAgain(nodes: ReadonlyMap<string, ResourceNode>, nowMs: number): void {
    for (const path of [...this.#warm.keys()]) {
      const node = nodes.get(path);
      if (node !== undefined) this.look(node, nowMs);
    }
  }

  /** Paths that stand in front, by name. */
  front(): string[] {
    return [...this.#warm]
      .filter(([, warmth]) => warmth.front)
      .map(([path]) => path)
      .sort(byName);
  }

  band(node: ResourceNode, nowMs: number): Band {
    if (this.#warm.get(node.path)?.front === true) return "front";
    return node.quietSinceMs !== undefined && nowMs - node.quietSinceMs >= foldAfterMs ? "quiet" : isUntouched(node) ? "quiet" : "plain";
  }
}

/** Known from a rule only: nobody has used it yet. A guarded or counted one is worth a row all the same. */
function isUntouched(node: ResourceNode): boolean {
  const used = node.locks.length > 0 || node.queue.length > 0 || node.intents.length > 0 || node.freeze !== undefined;
  return !used && node.quietSinceMs === undefined && node.settings.capacity === 1;
}
