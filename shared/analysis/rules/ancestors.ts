import type { EffectiveMode, Lock } from "../../model/index.ts";
import type { CheckerFactory } from "./checker.ts";
import type { Ledger } from "./ledger.ts";
import { isGlob } from "./match.ts";
import { settingsOf } from "./uses.ts";

/** Gray, Lorie, Putzolu, Traiger 1976, table 1: what goes together with what on one node. */
const compatible: Readonly<Record<EffectiveMode, readonly EffectiveMode[]>> = {
  IS: ["IS", "IX", "S", "SIX"],
  IX: ["IS", "IX"],
  S: ["IS", "S"],
  SIX: ["IS"],
  X: [],
};

/** LK-2: on every node from the root to a granted lock, the sessions' effective modes go together. */
export const ancestors: CheckerFactory = (fail) => ({
  step({ events }, after) {
    for (const event of events) {
      if (event.type !== "lock.granted") continue;
      for (const { fence } of event.locks) {
        const lock = after.locks.get(fence);
        if (lock === undefined || lock.level !== "sequenced") continue;
        for (const node of nodesOf(lock.resource)) {
          const problem = incompatibleAt(after, node, lock);
          if (problem !== undefined) fail("LK-2", problem);
        }
      }
    }
  },
});

/** The path and its ancestors; of a glob, the part before its first wildcard. */
function nodesOf(resource: string): string[] {
  const segments = resource.split("/");
  const literal = segments.findIndex(isGlob);
  const upTo = literal < 0 ? segments.length : literal;
  return Array.from({ length: upTo }, (_, index) => segments.slice(0, index + 1).join("/"));
}

function incompatibleAt(ledger: Ledger, node: string, granted: Lock): string | undefined {
  if (granted.resource === node && settingsOf(ledger, node).capacity > 1) return undefined;
  const own = modeAt(granted, node);
  if (own === undefined) return undefined;
  const modes = new Map<string, EffectiveMode>();
  // Intentions go together; against one speaks only what covers the node itself.
  const intention = own === "IS" || own === "IX";
  for (const lock of intention ? ledger.locks.above(node) : ledger.locks.near(node)) {
    if (lock.level !== "sequenced" || (lock.resource === node && settingsOf(ledger, node).capacity > 1)) continue;
    const mode = modeAt(lock, node);
    // A cooling lock stands for itself: it keeps its former session out as well.
    const owner = lock.coolingUntilMs === undefined ? lock.session : `cooling ${lock.fence}`;
    if (mode !== undefined && owner !== granted.session) modes.set(owner, joined(modes.get(owner), mode));
  }
  for (const [other, mode] of modes) {
    if (!compatible[own].includes(mode)) return `${granted.agent} was granted ${own} on ${node}, where ${other} has ${mode}`;
  }
  return undefined;
}

function modeAt(lock: Lock, node: string): EffectiveMode | undefined {
  const nodes = nodesOf(lock.resource);
  const whole = !isGlob(lock.resource) && (lock.resource === node || node.startsWith(`${lock.resource}/`));
  if (whole) return lock.mode === "shared" ? "S" : "X";
  return nodes.includes(node) ? (lock.mode === "shared" ? "IS" : "IX") : undefined;
}

function joined(a: EffectiveMode | undefined, b: EffectiveMode): EffectiveMode {
  if (a === undefined || a === b) return b;
  const both = new Set([a, b]);
  if (both.has("X")) return "X";
  if (both.has("SIX") || (both.has("S") && both.has("IX"))) return "SIX";
  return both.has("S") ? "S" : "IX";
}
