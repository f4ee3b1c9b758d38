import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bruteForce } from "./brute-force.ts";
import { checkHistory, keyValueModel, lockModel, type Model, type Operation, registerModel } from "./index.ts";
import type { Call, ModelChoice, Value } from "./operation.ts";

const value = fc.constantFrom<Value>(null, 1, 2);
const text = fc.constantFrom("a", "b");
const told = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: undefined, freq: 8 });

const registerCalls: fc.Arbitrary<{ call: Call; value?: Value | undefined }> = fc.oneof(
  fc.record({ call: fc.constant({ f: "read" } as const), value: told(value) }),
  fc.record({ call: fc.record({ f: fc.constant("write" as const), value }) }),
  fc.record({ call: fc.record({ f: fc.constant("cas" as const), from: value, to: value }), value: fc.constantFrom(undefined, undefined, false) }),
);
const keyValueCalls: fc.Arbitrary<{ call: Call; value?: Value | undefined }> = fc.oneof(
  fc.record({ call: fc.constant({ f: "get" } as const), value: told(fc.constantFrom<Value>("", "a", "b", "ab", "ba", "aa")) }),
  fc.record({ call: fc.record({ f: fc.constantFrom("put" as const, "append" as const), value: text }) }),
);
const lockCalls = (units: boolean): fc.Arbitrary<{ call: Call; value?: undefined }> =>
  fc.oneof(
    fc.record({
      call: units
        ? fc.record({ f: fc.constant("acquire" as const), units: fc.integer({ min: 1, max: 2 }) })
        : fc.record({ f: fc.constant("acquire" as const), mode: fc.constantFrom("exclusive" as const, "shared" as const) }),
    }),
    fc.record({ call: fc.constant({ f: "release" } as const) }),
  );

/** Any calls at any times, most of them answered. */
const history = (calls: fc.Arbitrary<{ call: Call; value?: Value | undefined }>): fc.Arbitrary<Operation[]> =>
  fc.array(
    fc
      .record({
        what: calls,
        process: fc.constantFrom("p", "q", "r"),
        at: fc.nat(12),
        lasts: fc.nat(6),
        outcome: fc.constantFrom("ok", "ok", "ok", "unknown", "failed"),
      })
      .map(
        ({ what, process, at, lasts, outcome }) =>
          ({
            process,
            key: "",
            call: what.call,
            value: what.value,
            invokedAt: at,
            completedAt: outcome === "unknown" ? null : at + lasts,
            outcome,
          }) as Operation,
      ),
    { maxLength: 7 },
  );

const same = <S>(calls: Parameters<typeof history>[0], model: Model<S>, choice: ModelChoice) =>
  fc.assert(
    fc.property(history(calls), (operations) => {
      const verdict = checkHistory(operations, choice);
      expect(verdict.ok).toBe(bruteForce(operations, model));
      for (const one of verdict.keys) {
        if (one.ok === true) expect(follows(one.witness, operations, model)).toBe(true);
        // Up to that answer, without it, an order exists; with it, none.
        if (one.ok === false)
          expect([knownBy(operations, one.counterexample.at, false, model), knownBy(operations, one.counterexample.at, true, model)]).toEqual([true, false]);
      }
    }),
    { numRuns: 3_000 },
  );

/** Does the brute force find an order of what was seen before (or up to and with) a place? What was open then may have happened. */
function knownBy<S>(operations: readonly Operation[], at: number, with_: boolean, model: Model<S>): boolean {
  const seen = operations
    .filter((one) => one.invokedAt <= at)
    .map((one): Operation => {
      const answered = one.completedAt !== null && (with_ ? one.completedAt <= at : one.completedAt < at);
      return answered || one.outcome !== "ok" ? one : { ...one, outcome: "unknown", completedAt: null, value: one.value };
    });
  return bruteForce(seen, model);
}

function follows<S>(order: readonly Operation[], operations: readonly Operation[], model: Model<S>): boolean {
  let state: S | undefined = model.initial;
  for (const [at, one] of order.entries()) {
    if (state === undefined || order.slice(at).some((later) => later.outcome === "ok" && (later.completedAt as number) < one.invokedAt)) return false;
    state = model.step(state, one);
  }
  return state !== undefined && operations.filter((one) => one.outcome === "ok").every((one) => order.includes(one));
}

describe("the search says what trying everything says", () => {
  it("of a register", () => same(registerCalls, registerModel, { model: "register" }));
  it("of a key-value store", () => same(keyValueCalls, keyValueModel, { model: "keyValue" }));
  it("of a lock", () => same(lockCalls(false), lockModel(), { model: "lock" }));
  it("of a semaphore", () => same(lockCalls(true), lockModel(3), { model: "semaphore", capacity: 3 }));
});
