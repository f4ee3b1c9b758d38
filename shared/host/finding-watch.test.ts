import { expect, test } from "vitest";
import type { Answer, Event } from "../model/index.ts";
import type { Notice } from "../protocol/index.ts";
import { emptyState, fromSnapshot, type State, toSnapshot } from "../state/index.ts";
import { SpaceHost } from "./space-host.ts";

/** A host on a journal that never fails, with what left it. */
class Space {
  readonly events: Event[] = [];
  readonly notices: { session: string; notice: Notice }[] = [];
  readonly answers: Answer[] = [];
  nowMs = 1_000;
  readonly host: SpaceHost<undefined>;
  #ids = 0;

  constructor(state: State = emptyState("test"), nowMs = 1_000) {
    this.nowMs = nowMs;
    const ports = {
      append: (_expected: number, events: readonly Event[]) => void this.events.push(...events),
      answer: (_ticket: undefined, answer: Answer) => void this.answers.push(answer),
      notify: (session: string, notices: readonly Notice[]) => void this.notices.push(...notices.map((notice) => ({ session, notice }))),
      publish: () => undefined,
      stopped: () => undefined,
    };
    this.host = new SpaceHost<undefined>(state, ports, { nowMs });
  }

  join(agent: string): void {
    const join = { session: `s-${agent}`, agent, principal: "team", roles: [], labels: {}, ttlMs: 3_600_000, resumeHash: "", replace: false };
    this.host.submit({ from: "system", command: { type: "session.join", ...join } }, this.nowMs, undefined);
    this.#flush();
  }

  try(agent: string, resource: string): void {
    const wants = [{ resource, mode: "exclusive" as const, weight: 1 }];
    this.host.submit(
      { from: "agent", session: `s-${agent}`, command: { id: `c${this.#ids++}`, type: "lock.acquire", wants, waitMs: 0, priority: 0 } },
      this.nowMs,
      undefined,
    );
    this.#flush();
  }

  release(agent: string, resource: string): void {
    const fence = this.host.state.index.locks.at(resource).find((lock) => lock.agent === agent)?.fence;
    if (fence === undefined) return;
    this.host.submit(
      { from: "agent", session: `s-${agent}`, command: { id: `c${this.#ids++}`, type: "lock.release", resource, fence, wrote: false } },
      this.nowMs,
      undefined,
    );
    this.#flush();
  }

  pass(ms: number): void {
    const endMs = this.nowMs + ms;
    for (let wakeMs = this.host.nextWakeMs(); wakeMs !== undefined && wakeMs <= endMs; wakeMs = this.host.nextWakeMs()) {
      this.nowMs = Math.max(this.nowMs, wakeMs);
      this.host.wake(this.nowMs);
      this.#flush();
    }
    this.nowMs = endMs;
  }

  politeRound(): void {
    this.try("a", "x");
    this.try("b", "y");
    this.try("a", "y");
    this.try("b", "x");
    this.pass(100);
    this.release("a", "x");
    this.release("b", "y");
    this.pass(100);
  }

  #flush(): void {
    this.host.flush();
    this.host.appended();
  }
}

test("LV-2 LV-3 a livelock becomes an event within a second, and those who are to stand back are told", () => {
  const space = new Space();
  space.join("a");
  space.join("b");
  for (let round = 0; round < 12; round++) space.politeRound();
  expect(space.events.find((event) => event.type === "finding.raised")).toMatchObject({ found: { kind: "livelock", agents: ["a", "b"] } });
  expect(space.notices).toMatchObject([{ session: "s-b", notice: { type: "backOff", resources: ["x", "y"] } }]);
});

test("LV-11 findings are part of the state: a restart keeps them while the detectors learn anew, and clears what is over", () => {
  const before = new Space();
  before.join("a");
  before.join("b");
  for (let round = 0; round < 12; round++) before.politeRound();
  const after = new Space(fromSnapshot(toSnapshot(before.host.state)), before.nowMs);
  expect(after.host.state.findings.size).toBe(1);
  after.pass(30_000);
  expect(after.host.state.findings.size).toBe(1);
  after.pass(40_000);
  expect(after.events.map((event) => event.type)).toEqual(["finding.cleared"]);
});

test("a space in which nothing happens is not looked at", () => {
  const space = new Space();
  space.join("a");
  space.try("a", "x");
  space.pass(10_000);
  // Nothing but the lease is left to wake for.
  expect(space.host.nextWakeMs()).toBeGreaterThan(3_600_000);
});
