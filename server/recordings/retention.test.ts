import { expect, test } from "vitest";
import type { Recording } from "../../shared/model/index.ts";
import { type Kept, toForget } from "./retention.ts";

const day = 86_400_000;
const rule = { maxAgeMs: 7 * day, maxBytes: 1_000, maxCount: 3 };
const kept = (recording: string, begunMs: number, bytes = 1, more: Partial<Recording> = {}): Kept => ({
  recording: { recording, name: recording, from: 1, to: 2, begunMs, endsMs: begunMs, why: "operator", about: [], by: "dana", tags: [], pinned: false, ...more },
  bytes,
});
const names = (all: readonly Kept[], nowMs = 8 * day) => toForget(all, rule, nowMs).map(({ recording }) => recording);

test("RC-3 what is too old goes, what is pinned or goes on stays", () => {
  const pinned = kept("pinned", 0, 1, { pinned: true });
  const running: Kept = { ...kept("running", 0), recording: { ...kept("running", 0).recording, to: undefined } };
  expect(names([kept("old", 0), kept("young", 2 * day), pinned, running])).toEqual(["old"]);
});

test("RC-3 the oldest go until the rest is few enough; pinned ones count, and stay", () => {
  expect(names([kept("c", 5 * day), kept("a", 3 * day, 1, { pinned: true }), kept("b", 4 * day), kept("d", 6 * day), kept("e", 7 * day)])).toEqual(["b", "c"]);
});

test("RC-3 the oldest go until the rest is small enough", () => {
  expect(toForget([kept("a", 5 * day, 600), kept("b", 6 * day, 600), kept("c", 7 * day, 100)], rule, 8 * day)).toEqual([
    { recording: "a", because: "more than 0 MB of recordings" },
  ]);
});
