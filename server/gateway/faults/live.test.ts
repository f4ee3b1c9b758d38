import { describe, expect, test } from "vitest";
import { connect } from "../../../shared/client/index.ts";
import type { Event, FaultKind } from "../../../shared/model/index.ts";
import type { App } from "../../app.ts";
import {
  type AgentClient,
  acquire,
  collect,
  command,
  connectAgent,
  connectOperator,
  join,
  joined,
  type OperatorClient,
  startServer,
  subscribe,
  until,
} from "../../test-server.ts";

/** Every fault that can be injected into a live fleet, felt by real connections. */

interface Drill {
  readonly app: App;
  readonly operator: OperatorClient;
  readonly events: () => Event[];
}

async function drill(): Promise<Drill> {
  const app = await startServer({ allowFaults: true });
  const operator = await connectOperator(app);
  const frames = collect<{ events: Event[] }>(operator, "frame");
  await subscribe(operator);
  return { app, operator, events: () => frames.flatMap((frame) => frame.events) };
}

async function inject({ operator }: Drill, kind: FaultKind, more: object = {}): Promise<void> {
  const answer = await command(operator, { type: "fault.inject", kind, target: "w1", durationMs: 60_000, reason: "drill", ...more });
  expect(answer).toMatchObject({ ok: true });
}

async function stopAll({ operator }: Drill): Promise<void> {
  expect(await command(operator, { type: "fault.stopAll", reason: "enough" })).toMatchObject({ ok: true });
}

/** Sends a command that nobody may ever answer. */
function send(socket: AgentClient, id: string): { answered: boolean } {
  const state = { answered: false };
  void socket.emitWithAck("commands", [{ id, type: "session.declare", doing: id }]).then(() => {
    state.answered = true;
  });
  return state;
}

const doing = ({ app }: Drill) => [...(app.spaces.get("main")?.state.sessions.values() ?? [])].find((session) => session.agent === "w1")?.doing;
/** What other traffic of the same server shows: whatever was to arrive has arrived. */
const roundTrips = async (socket: AgentClient) => {
  for (let n = 0; n < 20; n++) await command(socket, { type: "intent.check", uses: [{ resource: "x" }], lastsMs: 1 });
};

describe("rights", () => {
  test("FI-6 without --allow-faults nothing can be injected, but everything can be stopped", async () => {
    const app = await startServer();
    const operator = await connectOperator(app);
    await joined(app, "w1");
    const refused = await command(operator, { type: "fault.inject", kind: "pause", target: "w1", durationMs: 1_000, reason: "drill" });
    expect(refused).toMatchObject({ ok: false, error: { code: "unauthorized", message: expect.stringContaining("--allow-faults") } });
    expect(await command(operator, { type: "fault.stopAll", reason: "to be sure" })).toMatchObject({ ok: true });
  });
});

describe("messages", () => {
  test.each(["cut", "cutIn", "drop"] as const)("%s: what it sends does not arrive, until all is stopped", async (kind) => {
    const it = await drill();
    const w1 = await joined(it.app, "w1");
    const other = await joined(it.app, "other");
    await inject(it, kind);
    const lost = send(w1, "lost");
    await roundTrips(other);
    expect(doing(it)).toBe("");
    expect(lost.answered).toBe(false);
    await stopAll(it);
    expect(await command(w1, { type: "session.declare", doing: "back" })).toMatchObject({ ok: true });
    expect(doing(it)).toBe("back");
  });

  test.each(["cutOut", "dropAnswers"] as const)("%s: what it sends arrives, the answer does not", async (kind) => {
    const it = await drill();
    const w1 = await joined(it.app, "w1");
    await inject(it, kind);
    const sent = send(w1, "unheard");
    await until(() => expect(doing(it)).toBe("unheard"));
    await roundTrips(await joined(it.app, "other"));
    expect(sent.answered).toBe(false);
  });

  test.each(["slow", "delay", "reorder"] as const)("%s: it takes longer and arrives", async (kind) => {
    const it = await drill();
    const w1 = await joined(it.app, "w1");
    await inject(it, kind, { delayMs: 300 });
    const begun = performance.now();
    await command(w1, { type: "session.declare", doing: "late" });
    expect(doing(it)).toBe("late");
    // Never a bound from above: only that it was held back at all.
    if (kind === "slow") expect(performance.now() - begun).toBeGreaterThan(500);
  });

  test("reorder: a later message overtakes an earlier one", async () => {
    const it = await drill();
    const w1 = await joined(it.app, "w1");
    await inject(it, "reorder", { delayMs: 500, seed: 3 });
    await Promise.all(Array.from({ length: 12 }, (_, n) => w1.emitWithAck("commands", [{ id: `n${n}`, type: "session.declare", doing: `n${n}` }])));
    const said = await until(() => {
      const arrived = it.events().flatMap((event) => (event.type === "session.declared" ? [event.doing] : []));
      expect(arrived).toHaveLength(12);
      return arrived;
    });
    expect(said).not.toEqual([...said].sort((a, b) => Number(a.slice(1)) - Number(b.slice(1))));
  });

  test("duplicate: what arrives twice applies once", async () => {
    const it = await drill();
    const w1 = await joined(it.app, "w1");
    await inject(it, "duplicate");
    await acquire(w1, "x");
    await roundTrips(await joined(it.app, "other"));
    expect([...(it.app.spaces.get("main")?.state.locks.values() ?? [])]).toMatchObject([{ resource: "x", holds: 1 }]);
  });

  test("pause: it stands still, and then everything arrives at once", async () => {
    const it = await drill();
    const w1 = await joined(it.app, "w1");
    await inject(it, "pause", { durationMs: 400 });
    const sent = send(w1, "after");
    await roundTrips(await joined(it.app, "other"));
    expect(doing(it)).toBe("");
    await until(() => expect(sent.answered).toBe(true));
    expect(doing(it)).toBe("after");
  });
});

describe("sessions", () => {
  test("stopRenewing: it works on, and its lease ends", async () => {
    const it = await drill();
    const box = await connect({ url: it.app.url, agent: "w1", ttlMs: 1_000, rejoin: false });
    const lock = await box.lock("x");
    await inject(it, "stopRenewing");
    await until(() => expect(it.events().some((event) => event.type === "session.ended" && event.why === "expired")).toBe(true));
    expect(lock.state).toBe("lost");
    box.close();
  });

  test("crash: its connection breaks and it cannot come back before it is over", async () => {
    const it = await drill();
    const w1 = await joined(it.app, "w1");
    await inject(it, "crash");
    await until(() => expect(w1.connected).toBe(false));
    const again = await connectAgent(it.app);
    let back = false;
    void join(again, "w1", { replace: true }).then(() => {
      back = true;
    });
    await roundTrips(await joined(it.app, "other"));
    expect(back).toBe(false);
    await stopAll(it);
    await join(await connectAgent(it.app), "w1", { replace: true });
  });

  test.each(["flap", "reconnectStorm"] as const)("%s: connections break and sessions live on", async (kind) => {
    const it = await drill();
    const box = await connect({ url: it.app.url, agent: "w1" });
    const lock = await box.lock("x");
    await inject(it, kind, { delayMs: 200, durationMs: 700 });
    await until(() => expect(it.events().some((event) => event.type === "session.disconnected")).toBe(true));
    await until(() => expect(it.events().some((event) => event.type === "session.connected")).toBe(true));
    await until(() => expect(it.events().some((event) => event.type === "fault.ended" && event.why === "healed")).toBe(true));
    await until(() => expect(box.status).toBe("connected"));
    expect(lock.state).toBe("held");
    await box.leave();
  });

  test("holdForever: what it gives back stays held", async () => {
    const it = await drill();
    const w1 = await joined(it.app, "w1");
    const fence = await acquire(w1, "x");
    await inject(it, "holdForever");
    expect(await command(w1, { type: "lock.release", resource: "x", fence })).toMatchObject({ ok: true });
    expect(it.app.spaces.get("main")?.state.locks.has(fence)).toBe(true);
  });
});

test("clockDrift: a client whose clock runs fast doubts its lease before the server ends it", async () => {
  const it = await drill();
  const box = await connect({ url: it.app.url, agent: "w1", ttlMs: 3_000 });
  const lock = await box.lock("x");
  await inject(it, "clockDrift", { strength: 1 });
  await inject(it, "stopRenewing");
  await until(() => expect(lock.state).toBe("lost"));
  expect(it.events().some((event) => event.type === "session.ended")).toBe(false);
  box.close();
});

describe("bad company", () => {
  test("FI-5 lie: false claims are refused and written down, and change nothing", async () => {
    const it = await drill();
    await joined(it.app, "w1");
    const honest = await joined(it.app, "honest");
    const fence = await acquire(honest, "x");
    await inject(it, "lie");
    await until(() => expect(it.events()).toContainEqual(expect.objectContaining({ type: "claim.refused", agent: "w1", holder: "honest", resource: "x" })));
    expect(it.app.spaces.get("main")?.state.locks.get(fence)?.agent).toBe("honest");
  });

  test("flood: one who floods is limited, the others go on", async () => {
    const it = await drill();
    await joined(it.app, "w1");
    const other = await joined(it.app, "other");
    await inject(it, "flood");
    await roundTrips(other);
    const { measures } = it.app.spaces.get("main") ?? {};
    await until(() => expect(measures?.commands).toBeGreaterThan(200));
    await roundTrips(other);
  });

  test("stallServer: after a stall nobody has lost his lease", async () => {
    const it = await drill();
    const box = await connect({ url: it.app.url, agent: "w1", ttlMs: 1_000 });
    const lock = await box.lock("x");
    await inject(it, "stallServer", { durationMs: 2_500 });
    await until(() => expect(it.events().some((event) => event.type === "fault.ended")).toBe(true));
    await until(() => expect(box.status).toBe("connected"));
    expect(it.app.spaces.get("main")?.state.locks.has(lock.fence ?? "")).toBe(true);
    await box.leave();
  });

  test("slowViewer: it is taken off and begins anew from a snapshot", async () => {
    const it = await drill();
    const w1 = await joined(it.app, "w1");
    const lagged = collect<unknown>(it.operator, "lagged");
    await inject(it, "slowViewer", { target: "*" });
    let n = 0;
    await until(async () => {
      await command(w1, { type: "session.declare", doing: `n${n++}` });
      expect(lagged.length).toBeGreaterThan(0);
    });
    await stopAll(it);
    expect((await subscribe(it.operator)).snapshot).not.toBeNull();
  });
});
