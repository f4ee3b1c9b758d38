import { describe, expect, it } from "vitest";
import { operatorCommandSchema } from "../../../shared/model/index.ts";
import { fakeWorld } from "../../dev/fake-world.ts";
import { type ActDraft, releasable } from "./act-store.ts";
import { toAct, wordsOf } from "./act-words.ts";

const { state } = fakeWorld({ agents: 24 });
const locks = releasable(state, { kind: "resource", id: "repo/src/engine/locks.ts" });
const drafts: ActDraft[] = [
  { type: "lock.forceRelease", locks },
  { type: "session.expel", session: "s-w1", agent: "w1" },
  { type: "resource.freeze", resource: "infra" },
  { type: "resource.thaw", resource: "infra" },
  { type: "resource.configure", pattern: "gpu/*", settings: { capacity: 4 } },
  { type: "resource.configure", pattern: "gpu/*", settings: null },
];

describe("acts", () => {
  it("become commands that the server takes, with their reason (OP-1)", () => {
    for (const draft of drafts) {
      const command = operatorCommandSchema.parse({ id: "1", ...toAct(draft, "because") });
      expect(command).toMatchObject({ type: draft.type, reason: "because" });
    }
  });

  it("release the lock that was chosen, by resource and fence (OP-2)", () => {
    const mine = releasable(state, { kind: "agent", id: "w1" });
    expect(mine.map(({ agent }) => agent)).toEqual(["w1"]);
    expect(toAct({ type: "lock.forceRelease", locks: mine }, "hangs", mine[0]?.fence)).toMatchObject({ resource: mine[0]?.resource, fence: mine[0]?.fence });
    expect(toAct({ type: "lock.forceRelease", locks: [] }, "hangs")).toBeUndefined();
  });

  it("say what they do before they do it", () => {
    for (const draft of drafts) {
      const { title, meaning, confirm } = wordsOf(draft);
      for (const words of [title, meaning, confirm]) expect(words).not.toMatch(/undefined|null|\[object/);
      expect(meaning.length).toBeGreaterThan(20);
    }
    expect(drafts.map((draft) => wordsOf(draft).harmful)).toEqual([true, true, true, false, false, false]);
  });

  it("find nothing to release where nothing is held", () => {
    expect(releasable(state, { kind: "resource", id: "nowhere" })).toEqual([]);
    expect(releasable(state, { kind: "agent", id: "nobody" })).toEqual([]);
    expect(releasable(state, { kind: "intent", id: "i1" })).toEqual([]);
  });
});
