import { expect, it } from "vitest";
import { operatorCommandSchema } from "../../../shared/model/index.ts";
import { actStore } from "../acts/act-store.ts";
import { boundsInWords, openQuota } from "./quota-acts.ts";

it("a quota is said in words", () => {
  expect(boundsInWords({ locks: 20, waits: 1 })).toBe("20 locks, 1 wait at most");
  expect(boundsInWords({ locks: null, waits: 5 })).toBe("5 waits at most");
  expect(boundsInWords({ locks: null, waits: null })).toBe("no bound");
});

it.each([
  { locks: 2, waits: null, title: "Quota of team" },
  { locks: null, waits: null, title: "Take the quota of team away" },
])("asks for a reason for a command that the server takes: $title", ({ title, ...bounds }) => {
  openQuota({ principal: "team", ...bounds });
  const { draft } = actStore.getState();
  if (draft?.type !== "ready") throw new Error("no act was opened");
  expect(draft.words.title).toBe(title);
  expect(operatorCommandSchema.parse({ ...draft.act, id: "o1", reason: "share" })).toMatchObject({ type: "quota.set", principal: "team", ...bounds });
});
