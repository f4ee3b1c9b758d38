import { expect, test } from "vitest";
import type { Answer } from "../model/index.ts";
import { emptyState } from "../state/index.ts";
import { SpaceHost } from "./space-host.ts";

test("JR-10 more commands than may wait for the disk are put off, with the time after which to try again; nothing of them is done", () => {
  const answers: Answer[] = [];
  const ports = { append() {}, answer: (_ticket: number, answer: Answer) => void answers.push(answer), notify() {}, publish() {}, stopped() {} };
  const host = new SpaceHost<number>(emptyState("test"), ports, { nowMs: 1_000, maxPending: 2 });
  const actor = { principal: "dana", role: "operator" as const };
  const freeze = (id: string) => host.submit({ from: "operator", actor, command: { id, type: "resource.freeze", resource: id, reason: "test" } }, 1_000, 0);
  for (const id of ["a", "b", "c"]) freeze(id);
  expect(answers).toMatchObject([{ id: "c", ok: false, error: { code: "unavailable", retryMs: 250, message: expect.stringContaining("250 ms") } }]);
  expect([...host.state.freezes.keys()]).toEqual(["a", "b"]);
  host.flush();
  host.appended();
  freeze("c");
  expect([...host.state.freezes.keys()]).toEqual(["a", "b", "c"]);
});
