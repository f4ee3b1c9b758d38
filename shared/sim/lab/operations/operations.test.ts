import { describe, expect, test } from "vitest";
import { measuredRules, type OperationRule, operationsPerSeed, runOperations, summariseOperations } from "./measure.ts";

function measured(rule: OperationRule, members: number, delayMs: number, loss = 0) {
  const cell = { rule, members, delayMs, loss };
  return summariseOperations(
    cell,
    [1, 2, 3].map((seed) => runOperations(cell, seed)),
  );
}

test.each(measuredRules)("EL-47 the same seed gives the same figures: %s", (rule) => {
  expect(measured(rule, 5, 50, 0.1)).toEqual(measured(rule, 5, 50, 0.1));
});

describe("what one operation costs", () => {
  test("a rule of hashes takes no message and no time", () => {
    expect(measured("hash", 9, 250)).toMatchObject({ operations: 3 * operationsPerSeed, messages: 0, p50Ms: 0, maxMs: 0 });
  });

  test("a leader with a lease takes a round trip to it, and two messages", () => {
    const { messages, maxMs, p50Ms } = measured("lease", 9, 100);
    expect(messages).toBeGreaterThan(1.5);
    expect(messages).toBeLessThanOrEqual(2);
    expect(p50Ms).toBeGreaterThan(50);
    expect(maxMs).toBeLessThanOrEqual(200);
  });

  test.each([3, 9, 33])("a vote of all %i on each takes as many messages as there are pairs: each asks or votes to each other", (members) => {
    expect(measured("vote", members, 20).messages).toBe(members * (members - 1));
  });

  test("the 100 to 500 ms that are told of such a vote are those of a network that takes 100 to 250 ms one way, not of voting", () => {
    const p50 = (delayMs: number) => measured("vote", 9, delayMs).p50Ms;
    expect(p50(5)).toBeLessThan(10);
    expect(p50(20)).toBeLessThan(40);
    expect(p50(100)).toBeGreaterThan(100);
    expect(p50(250)).toBeGreaterThan(250);
    expect(p50(250)).toBeLessThan(500);
  });

  test("a log by Raft takes a round trip from its leader to a majority, and messages there and back", () => {
    const { messages, p50Ms, operations } = measured("raft", 9, 100);
    expect(operations).toBe(3 * operationsPerSeed);
    expect(p50Ms).toBeGreaterThan(80);
    expect(p50Ms).toBeLessThan(200);
    expect(messages).toBeGreaterThan(2);
    expect(messages).toBeLessThan(3 * 16);
  });

  test("what is lost is asked for again", () => {
    const { operations, p95Ms } = measured("lease", 9, 20, 0.3);
    expect(operations).toBe(3 * operationsPerSeed);
    expect(p95Ms).toBeGreaterThan(80);
  });
});
