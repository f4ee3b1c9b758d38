import type { Random } from "../../shared/sim/random.ts";
import type { Call, ModelChoice, Operation, Value } from "../../shared/trace/histories/index.ts";
import { drawSubject, type RealObject } from "./objects.ts";

export interface Generated {
  readonly choice: ModelChoice;
  readonly operations: readonly Operation[];
}

interface Pending {
  readonly process: string;
  readonly key: string;
  readonly call: Call;
  readonly invokedAt: number;
  /** Set once it took effect. */
  told?: { readonly value?: Value };
}

/**
 * What processes that use a real object see of it: each asks, its operation takes effect some time later, it is answered
 * some time after that. Some are told that it failed, and it did; some are never answered, and theirs takes effect now,
 * later or never. Correct by construction.
 */
export function generate(random: Random, size: number, processes: number, unique: boolean): Generated {
  const { choice, keys, make } = drawSubject(random, unique);
  const objects = new Map<string, RealObject>(Array.from({ length: keys }, (_, at) => [keys === 1 && random.chance(0.5) ? "" : `k${at + 1}`, make()]));
  const slots: (Pending | undefined)[] = Array.from({ length: processes }, () => undefined);
  const names = slots.map((_, at) => `p${at + 1}`);
  const late: Pending[] = [];
  const operations: Operation[] = [];
  let asked = 0;
  let at = 0;
  const objectOf = (one: Pending) => objects.get(one.key) as RealObject;
  const close = (slot: number, outcome: Operation["outcome"]) => {
    const { told, ...one } = slots[slot] as Pending;
    slots[slot] = undefined;
    operations.push({ ...one, outcome, completedAt: outcome === "unknown" ? null : ++at, ...(outcome === "ok" ? told : {}) });
  };
  // Waiting for a lock that nobody gives back can go on for ever.
  for (let turn = 0; turn < size * 40 && (asked < size || slots.some((one) => one !== undefined)); turn++) {
    if (late.length > 0 && random.chance(0.1)) {
      const one = random.pick(late);
      if (objectOf(one).apply(one.process, one.call) !== "wait") late.splice(late.indexOf(one), 1);
    }
    const slot = random.between(0, processes - 1);
    const pending = slots[slot];
    if (pending === undefined) {
      if (asked === size) continue;
      asked += 1;
      const process = names[slot] as string;
      const key = random.pick([...objects.keys()]);
      slots[slot] = { process, key, call: (objects.get(key) as RealObject).ask(process), invokedAt: ++at };
    } else if (pending.told !== undefined) close(slot, "ok");
    else if (random.chance(0.04)) close(slot, "failed");
    else if (random.chance(0.05) && objectOf(pending).mayVanish(pending.call)) {
      if (random.chance(0.6)) late.push(pending);
      close(slot, "unknown");
      // Who was never answered does not go on under the same name.
      names[slot] = `p${names.length + operations.length}`;
    } else {
      const told = objectOf(pending).apply(pending.process, pending.call);
      if (told !== "wait") pending.told = told;
    }
  }
  for (const [slot, one] of slots.entries()) if (one !== undefined) close(slot, "unknown");
  return { choice, operations };
}
