import type { Random } from "../../shared/sim/random.ts";
import type { Call, ModelChoice, Value } from "../../shared/trace/histories/index.ts";

/** A real object: one process at a time changes it, so every history of it is linearizable. */
export interface RealObject {
  /** What a process asks next; its own holds decide whether it acquires or releases. */
  ask(process: string): Call;
  /** Does it: what the caller is told, or "wait" when it is not yet its turn. */
  apply(process: string, call: Call): { readonly value?: Value } | "wait";
  /** May a process vanish in the middle of this? One that holds a lock would keep all others waiting to the end. */
  mayVanish(call: Call): boolean;
}

export interface Subject {
  readonly choice: ModelChoice;
  readonly keys: number;
  readonly make: () => RealObject;
}

/** One of the four kinds. Values are drawn from few (`unique` false: reads are then ambiguous) or never repeat. */
export function drawSubject(random: Random, unique: boolean): Subject {
  let last = 0;
  const value = () => (unique ? ++last : random.between(1, 3));
  const kind = random.pick(["register", "keyValue", "lock", "semaphore"] as const);
  if (kind === "register") return { choice: { model: kind }, keys: random.between(1, 2), make: () => register(random, value) };
  if (kind === "keyValue") return { choice: { model: kind }, keys: random.between(1, 2), make: () => keyValue(random, value) };
  const capacity = kind === "lock" ? 1 : random.between(2, 4);
  return { choice: kind === "lock" ? { model: kind } : { model: kind, capacity }, keys: 1, make: () => lock(random, capacity) };
}

function register(random: Random, value: () => number): RealObject {
  let now: Value = null;
  return {
    ask() {
      const f = random.weighted([["read", 5] as const, ["write", 3] as const, ["cas", 2] as const]);
      if (f === "read") return { f };
      return f === "write" ? { f, value: value() } : { f, from: random.chance(0.7) ? now : value(), to: value() };
    },
    apply(_, call) {
      if (call.f === "write") now = call.value;
      else if (call.f === "cas") {
        if (now !== call.from) return { value: false };
        now = call.to;
      } else return { value: now };
      return {};
    },
    mayVanish: () => true,
  };
}

function keyValue(random: Random, value: () => number): RealObject {
  let now = "";
  // Without puts, every get tells the whole past.
  const puts = random.chance(0.5) ? 1 : 0;
  return {
    ask() {
      const f = random.weighted([["get", 5] as const, ["append", 4] as const, ["put", puts] as const]);
      return f === "get" ? { f } : { f, value: `<${value()}>` };
    },
    apply(_, call) {
      if (call.f === "put") now = call.value;
      else if (call.f === "append") now += call.value;
      else return { value: now };
      return {};
    },
    mayVanish: () => true,
  };
}

function lock(random: Random, capacity: number): RealObject {
  const holds = new Map<string, { shared: boolean; units: number }>();
  return {
    ask(process) {
      if (holds.has(process)) return { f: "release" };
      if (capacity > 1) return { f: "acquire", units: random.between(1, capacity) };
      return random.chance(0.3) ? { f: "acquire", mode: "shared" } : { f: "acquire" };
    },
    apply(process, call) {
      if (call.f === "release") {
        holds.delete(process);
        return {};
      }
      if (call.f !== "acquire") throw new Error(`A lock has no ${call.f}.`);
      const shared = call.mode === "shared";
      const units = call.units ?? 1;
      const others = [...holds.values()];
      const free = capacity > 1 ? others.reduce((sum, one) => sum + one.units, units) <= capacity : others.every((one) => shared && one.shared);
      if (!free) return "wait";
      holds.set(process, { shared, units });
      return {};
    },
    mayVanish: () => random.chance(0.2),
  };
}
