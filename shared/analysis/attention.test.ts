import { describe, expect, it } from "vitest";
import { type Event, type EventBody, electionSettingsSchema, type Lock, type Wait } from "../model/index.ts";
import { emptyState, evolve, type State } from "../state/index.ts";
import { attention } from "./attention.ts";
import { livenessOf } from "./liveness.ts";

const start = 1_000_000;
const second = 1_000;
const minute = 60_000;
const actor = { principal: "dana", role: "operator" } as const;

/** A space of which each test tells the story, with times counted from `start`. */
class Story {
  readonly state: State = emptyState("main");

  tell(atMs: number, body: EventBody): this {
    evolve(this.state, { ...body, position: this.state.position + 1, atMs: start + atMs } as Event);
    return this;
  }

  join(agent: string, atMs = 0): this {
    return this.tell(atMs, { type: "session.joined", session: `s-${agent}`, agent, principal: "fleet", roles: [], labels: {}, ttlMs: 15_000, resumeHash: "" });
  }

  declare(agent: string, atMs: number, progress: number, doing = "builds"): this {
    return this.tell(atMs, { type: "session.declared", session: `s-${agent}`, agent, state: "working", doing, progress });
  }

  grant(agent: string, resource: string, atMs: number, fence: string, more: Partial<Lock> = {}): this {
    const lock: Lock = {
      fence,
      resource,
      mode: "exclusive",
      weight: 1,
      level: "sequenced",
      guarded: false,
      session: `s-${agent}`,
      agent,
      command: fence,
      reason: "",
      grantedMs: start + atMs,
      waitedMs: 0,
      holds: 1,
      ...more,
    };
    return this.tell(atMs, { type: "lock.granted", session: lock.session, agent, command: fence, locks: [lock] });
  }

  queue(agent: string, resource: string, atMs: number): this {
    const wait: Wait = {
      request: this.state.lastRequest + 1,
      session: `s-${agent}`,
      agent,
      command: "c",
      wants: [{ resource, mode: "exclusive", weight: 1 }],
      priority: 0,
      rank: start + atMs,
      queuedMs: start + atMs,
      reason: "",
    };
    return this.tell(atMs, { type: "lock.queued", wait, blockers: [] });
  }

  needs(atMs: number, options = {}) {
    return attention(this.state, start + atMs, options);
  }
}

const stuck = () =>
  new Story()
    .join("w3")
    .join("w1")
    .join("w6")
    .declare("w3", second, 1)
    .grant("w3", "repo/a.ts", 2 * second, "7")
    .queue("w1", "repo/a.ts", 10 * second)
    .queue("w6", "repo/a.ts", 12 * second);

describe("attention", () => {
  it("finds a holder that keeps others waiting and shows no progress, and says why", () => {
    const [need, ...others] = stuck().needs(4 * minute, { renewedMs: () => start + 4 * minute - 2 * second });
    expect(others).toEqual([]);
    expect(need).toMatchObject({ kind: "stuckHolder", agent: "w3", fence: "7", waiting: 2, subject: { kind: "resource", id: "repo/a.ts" } });
    expect(need?.title).toBe("w3 holds repo/a.ts for 3 min 58 s and shows no progress.");
    expect(need?.because).toContain("heartbeat 2 s ago");
    expect(need?.because).toContain("last progress 3 min 59 s ago, usually every 1 s");
    expect(need?.because).toContain("2 agents wait behind it");
  });

  it("is silent on a long build that holds for an hour and reports progress", () => {
    const story = new Story()
      .join("build")
      .join("w1")
      .declare("build", second, 1)
      .grant("build", "repo", 2 * second, "7")
      .queue("w1", "repo", 10 * second);
    let progress = 1;
    for (let atMs = minute; atMs <= 60 * minute; atMs += minute) {
      story.declare("build", atMs, ++progress);
      // At its quietest, just before the next step.
      expect(story.needs(atMs + minute - 1)).toEqual([]);
    }
  });

  it("gives an agent the time it usually takes between two steps", () => {
    const story = new Story()
      .join("build")
      .join("w1")
      .declare("build", 5 * minute, 1)
      .declare("build", 10 * minute, 2)
      .grant("build", "repo", 10 * minute, "7")
      .queue("w1", "repo", 11 * minute);
    expect(story.needs(29 * minute)).toEqual([]);
    expect(story.needs(31 * minute)).toHaveLength(1);
  });

  it("lets one sign of progress veto: another lock taken, a new declaration", () => {
    expect(
      stuck()
        .grant("w3", "repo/b.ts", 4 * minute - second, "8")
        .needs(4 * minute),
    ).toEqual([]);
    expect(
      stuck()
        .declare("w3", 4 * minute - second, 1, "runs the tests")
        .needs(4 * minute),
    ).toEqual([]);
  });

  it("does not take a heartbeat for progress", () => {
    expect(stuck().needs(4 * minute, { renewedMs: () => start + 4 * minute })).toHaveLength(1);
  });

  it("is silent while nobody waits, and while the wait is short", () => {
    expect(
      new Story()
        .join("w3")
        .declare("w3", second, 1)
        .grant("w3", "repo", second, "7")
        .needs(30 * minute),
    ).toEqual([]);
    expect(
      new Story()
        .join("w3")
        .join("w1")
        .declare("w3", second, 1)
        .grant("w3", "repo", second, "7")
        .queue("w1", "repo", 10 * minute)
        .needs(10 * minute + second),
    ).toEqual([]);
  });

  it("keeps pointing at a stuck holder after those behind it gave up", () => {
    const story = stuck().tell(3 * minute, { type: "lock.dequeued", session: "s-w1", agent: "w1", request: 1, command: "c", why: "deadline" });
    story.tell(3 * minute, { type: "lock.dequeued", session: "s-w6", agent: "w6", request: 2, command: "c", why: "deadline" });
    expect(story.needs(4 * minute)).toEqual([]);
    const gaveUp = new Map([["7", new Set(["w1", "w6"])]]);
    expect(story.needs(4 * minute, { gaveUp })[0]).toMatchObject({
      kind: "stuckHolder",
      waiting: 0,
      because: expect.arrayContaining(["w1, w6 gave up waiting for it"]),
    });
    expect(story.declare("w3", 4 * minute - second, 2).needs(4 * minute, { gaveUp })).toEqual([]);
  });

  it("does not count a hold that is usual for the resource", () => {
    const usualHold = () => ({ medianMs: 3 * minute, p95Ms: 5 * minute });
    expect(stuck().needs(4 * minute, { usualHold })).toEqual([]);
    expect(stuck().needs(6 * minute, { usualHold })).toHaveLength(1);
  });

  it("finds a holder without a connection, after a moment to come back", () => {
    const story = stuck().tell(3 * minute, { type: "session.disconnected", session: "s-w3", agent: "w3" });
    expect(story.needs(3 * minute + second).filter(({ kind }) => kind === "lostHolder")).toEqual([]);
    const needs = story.needs(3 * minute + 6 * second);
    expect(needs.map(({ kind }) => kind)).toEqual(["lostHolder"]);
    expect(needs[0]?.waiting).toBe(2);
  });

  it("finds a frozen resource only while somebody waits for it (OP-3)", () => {
    const story = new Story().join("w1").tell(second, { type: "resource.frozen", resource: "infra", actor, reason: "release" });
    expect(story.needs(minute)).toEqual([]);
    expect(story.queue("w1", "infra/deploy", 2 * second).needs(minute)[0]).toMatchObject({
      kind: "frozenWaiters",
      waiting: 1,
      because: ["frozen by dana: release", "nobody is granted it until it is thawed"],
    });
  });

  it("finds a hold beyond its limit", () => {
    const story = new Story().join("w1").grant("w1", "gpu", second, "3", { holdUntilMs: start + minute });
    expect(story.needs(minute)).toEqual([]);
    expect(story.needs(2 * minute)[0]).toMatchObject({ kind: "overLimit", fence: "3" });
  });

  it("groups refused writes and forgets them after a while", () => {
    const refused = (position: number, atMs: number) =>
      ({ type: "guard.refused", position, atMs: start + atMs, session: "s-w3", agent: "w3", resource: "repo/a.ts", fence: "7", highest: "9" }) as const;
    const refusals = [refused(1, second), refused(2, 2 * second)];
    expect(new Story().needs(minute, { refusals })).toMatchObject([{ kind: "refusedWrites", agent: "w3" }]);
    expect(new Story().needs(10 * minute, { refusals })).toEqual([]);
  });
});

describe("liveness", () => {
  it("does not suspect an agent that has nothing and is idle", () => {
    const { state } = new Story().join("w1");
    expect(livenessOf(state, state.sessions.get("s-w1")!, start + 60 * minute).verdict).toBe("alive");
  });

  it("names the sign that cleared it", () => {
    const { state } = stuck().declare("w3", 4 * minute - second, 2);
    const { verdict, veto } = livenessOf(state, state.sessions.get("s-w3")!, start + 4 * minute, {}, state.locks.get("7"));
    expect(verdict).toBe("alive");
    expect(veto?.name).toBe("progress");
  });
});

describe("groups that nobody leads", () => {
  const set = (story: Story, settings: object) =>
    story.tell(0, { type: "election.configured", group: "roles/a", settings: electionSettingsSchema.parse(settings), actor, reason: "a test" });
  const campaign = (story: Story, agent: string, atMs: number) =>
    story.join(agent).tell(atMs, {
      type: "candidate.entered",
      group: "roles/a",
      candidate: { session: `s-${agent}`, agent, priority: 0, weight: 1, value: "", enteredMs: start + atMs },
    });
  const vacant = (story: Story, atMs: number) => attention(story.state, start + atMs).filter(({ kind }) => kind === "vacantGroup");

  it("need somebody once they stand vacant for a while and somebody would lead", () => {
    const story = set(new Story(), { policy: "operator" });
    expect(vacant(story, minute)).toEqual([]);
    campaign(story, "w1", second);
    expect(vacant(story, 5 * second)).toEqual([]);
    expect(vacant(story, minute)).toMatchObject([
      { id: "vacant roles/a", subject: { kind: "group", id: "roles/a" }, title: "Nobody leads roles/a for 1 min.", waiting: 1 },
    ]);
    expect(vacant(story, minute)[0]?.because).toEqual(["an operator appoints here", "1 agent campaigns: w1"]);
  });

  it("are no trouble while they cool down for as long as somebody set", () => {
    const story = campaign(set(new Story(), { delayMs: 30_000 }), "w1", 0);
    const ended = { type: "leader.ended", group: "roles/a", session: "s-w9", agent: "w9", term: "1", why: "expired", ledMs: 1 } as const;
    story.tell(second, { ...ended, coolingUntilMs: start + 31 * second });
    expect(vacant(story, 20 * second)).toEqual([]);
    story.tell(31 * second, { type: "leader.delayEnded", group: "roles/a" });
    expect(vacant(story, 40 * second)).toHaveLength(1);
  });
});
