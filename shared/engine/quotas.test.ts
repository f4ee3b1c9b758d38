import { expect, test } from "vitest";
import { toSnapshot } from "../state/index.ts";
import { TestSpace } from "./testing/space.ts";

test("OP-7 a quota binds all agents of a principal together, and nobody else", () => {
  const space = new TestSpace();
  space.join("a");
  space.join("b");
  space.join("other", { principal: "others" });
  space.acquire("a", "x");
  space.operator({ type: "quota.set", principal: "team", locks: 2, waits: 1, reason: "share" });
  space.acquire("b", "y");
  expect(space.acquire("b", "z").error).toMatchObject({ code: "limit", message: expect.stringContaining("quota is 2") });
  expect(space.acquire("other", "z").result?.status).toBe("granted");
  space.release("a", "x");
  expect(space.acquire("a", "w").result?.status).toBe("granted");
  expect(toSnapshot(space.restarted())).toEqual(toSnapshot(space.state));
  expect(space.restarted().tallies).toEqual(space.state.tallies);
});

test("OP-7 waits are counted too, and a quota can be taken away", () => {
  const space = new TestSpace();
  space.join("a");
  space.join("b");
  space.join("c", { principal: "others" });
  space.acquire("c", "x");
  space.operator({ type: "quota.set", principal: "team", locks: null, waits: 1, reason: "share" });
  expect(space.acquire("a", "x").result?.status).toBe("queued");
  expect(space.acquire("b", "x").error?.code).toBe("limit");
  space.operator({ type: "quota.set", principal: "team", locks: null, waits: null, reason: "no more" });
  expect(space.acquire("b", "x").result?.status).toBe("queued");
  expect(space.state.tallies.size).toBe(0);
});
