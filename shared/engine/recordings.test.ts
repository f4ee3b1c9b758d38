import { expect, test } from "vitest";
import { type CommandOf, limits, type OperatorCommand } from "../model/index.ts";
import { toSnapshot } from "../state/index.ts";
import { execute } from "./execute.ts";
import { TestSpace } from "./testing/space.ts";

type Given<T extends OperatorCommand["type"]> = Omit<CommandOf<OperatorCommand, T>, "id">;
const begin: Given<"recording.begin"> = { type: "recording.begin", name: "before lunch", from: 1, lastsMs: 10_000, tags: ["slow"], reason: "to look into it" };

function space(): TestSpace {
  const space = new TestSpace();
  space.join("w1");
  space.acquire("w1", "a");
  return space;
}

function system(space: TestSpace, command: Extract<Parameters<typeof execute>[1], { from: "system" }>["command"]) {
  return execute(space.state, { from: "system", nowMs: space.nowMs, command });
}

test("RC-1 a span of what has happened is a recording at once", () => {
  const here = space();
  here.operator({ ...begin, to: 2 });
  expect(here.state.recordings.get("r1")).toMatchObject({ from: 1, to: 2, by: "dana", why: "operator", tags: ["slow"], pinned: false });
});

test.each([
  [{ from: 9 }, "from"],
  [{ from: 2, to: 1 }, "to"],
  [{ from: 1, to: 9 }, "to"],
])("RC-1 what has not happened cannot be recorded: %j", (span, field) => {
  const here = space();
  expect(here.operator({ ...begin, ...span }).error).toMatchObject({ code: "invalid", field });
  expect(here.state.recordings.size).toBe(0);
});

test("RC-2 a recording ends by itself, at the last event of its time", () => {
  const here = space();
  here.operator(begin);
  here.release("w1", "a");
  const last = here.state.position;
  here.pass(9_999);
  expect(here.state.recordings.get("r1")?.to).toBeUndefined();
  here.pass(1);
  expect(here.state.recordings.get("r1")?.to).toBe(last);
  expect(here.events.at(-1)).toMatchObject({ type: "recording.ended", why: "over" });
  expect(toSnapshot(here.restarted())).toEqual(toSnapshot(here.state));
});

test("RC-2 more of the same makes it longer, never longer than an hour", () => {
  const here = space();
  system(here, { type: "recording.begin", name: "deadlock", from: 1, lastsMs: 10_000, why: "deadlock", about: ["w1"] });
  here.nowMs += 5_000;
  system(here, { type: "recording.extend", recording: "r1", lastsMs: 10_000, about: ["w1", "a"] });
  expect(here.state.recordings.get("r1")).toMatchObject({ endsMs: 16_000, about: ["w1", "a"] });
  system(here, { type: "recording.extend", recording: "r1", lastsMs: limits.recordingMs, about: [] });
  expect(here.state.recordings.get("r1")?.endsMs).toBe(1_000 + limits.recordingMs);
});

test("RC-3 the retention rule leaves what is pinned and what goes on", () => {
  const here = space();
  here.operator(begin);
  const forget = { type: "recording.forget", recording: "r1", because: "older than a week" } as const;
  expect(system(here, forget).events).toEqual([]);
  here.operator({ type: "recording.end", recording: "r1", reason: "seen enough" });
  here.operator({ type: "recording.change", recording: "r1", pinned: true, name: "the case", reason: "for the report" });
  expect(system(here, forget).events).toEqual([]);
  here.operator({ type: "recording.change", recording: "r1", pinned: false, reason: "reported" });
  expect(system(here, forget).events).toMatchObject([{ type: "recording.deleted", name: "the case", why: "retention" }]);
  expect(here.state.recordings.size).toBe(0);
});

test("RC-3 an operator deletes with a reason; what is gone is refused", () => {
  const here = space();
  here.operator({ ...begin, to: 2 });
  here.operator({ type: "recording.delete", recording: "r1", reason: "private data" });
  expect(here.events.at(-1)).toMatchObject({ type: "recording.deleted", why: "operator", actor: { principal: "dana" }, reason: "private data" });
  expect(here.operator({ type: "recording.delete", recording: "r1", reason: "again" }).error?.code).toBe("notFound");
});

test("JR-10 there is a limit of recordings", () => {
  const here = space();
  for (let n = 0; n < limits.recordings; n++) here.operator({ ...begin, to: 2 });
  expect(here.operator({ ...begin, to: 2 }).error?.code).toBe("limit");
});
