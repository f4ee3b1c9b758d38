import { afterEach, describe, expect, it } from "vitest";
import { type Box, type ConnectOptions, connect, createGuard, memoryFenceStore, StaleFence } from "../../shared/client/index.ts";
import type { App } from "../app.ts";
import { closeNetworks, networkTo } from "../test-network.ts";
import { closeServers, command, connectOperator, startServer, until } from "../test-server.ts";

afterEach(closeServers);
afterEach(closeNetworks);

/** Elections through the client library, against a whole server over real sockets. */

const boxes: Box[] = [];
afterEach(() => {
  for (const box of boxes.splice(0)) box.close();
});

async function boxOf({ url }: { url: string }, agent: string, options: Partial<ConnectOptions> = {}): Promise<Box> {
  const box = await connect({ url, agent, ...options });
  boxes.push(box);
  return box;
}

const group = "fleet/merger";
const electionOf = (app: App) => app.spaces.get("main")!.state.elections.get(group);

describe("the client in elections", () => {
  it("EL-1, EL-5: one leads at a time; when it leaves, the next one does, and the guard keeps the first one out", async () => {
    const app = await startServer();
    const [a, b, c] = [await boxOf(app, "a"), await boxOf(app, "b"), await boxOf(app, "c")];
    const seen: (string | undefined)[] = [];
    const observation = await c.observe(group);
    observation.onChange((leader) => seen.push(leader?.agent));
    const first = await (await a.campaign(group, { value: "address of a" })).elected();
    const waiting = (await b.campaign(group)).elected();
    const guard = createGuard({ store: memoryFenceStore() });
    await guard.check("repo/main", first.term);
    await first.confirm();
    await first.proclaim("another address");
    await until(() => expect(observation.leader?.value).toBe("another address"));
    await a.leave();
    expect(first.state).not.toBe("leading");
    const second = await waiting;
    await guard.check("repo/main", second.term);
    await expect(guard.check("repo/main", first.term)).rejects.toBeInstanceOf(StaleFence);
    await until(() => expect(seen).toEqual(["a", "a", undefined, "b"]));
  });

  it("EL-9, EL-12: hands over, and is told when an operator deposes it and why", async () => {
    const app = await startServer();
    const [a, b] = [await boxOf(app, "a"), await boxOf(app, "b")];
    const operator = await connectOperator(app, { principal: "olaf" });
    const [candidacyA, candidacyB] = [await a.campaign(group), await b.campaign(group)];
    const first = await candidacyA.elected();
    await first.handOver("b");
    expect(first.state).toBe("resigned");
    const second = await candidacyB.elected();
    expect(Number(second.term)).toBeGreaterThan(Number(first.term));
    const stopped = new Promise((resolve) => second.signal.addEventListener("abort", () => resolve(second.signal.reason)));
    expect(await command(operator, { type: "election.depose", group, term: second.term, reason: "merges nothing" })).toMatchObject({ ok: true });
    expect(await stopped).toMatchObject({ code: "lost", message: expect.stringContaining("deposed by olaf: merges nothing") });
    expect(Number((await candidacyA.elected()).term)).toBeGreaterThan(Number(second.term));
    await expect(second.confirm()).rejects.toMatchObject({ code: "lost" });
    await command(operator, { type: "election.block", group, agent: "b", reason: "bad build" });
    await until(() => expect(candidacyB.endedWhy?.message).toMatch(/blocked by olaf: bad build/));
    await expect(b.campaign(group)).rejects.toMatchObject({ code: "conflict" });
  });

  it("EL-11: members that campaign or observe confirm a leader by default", async () => {
    const app = await startServer();
    const [a, b, c] = [await boxOf(app, "a"), await boxOf(app, "b"), await boxOf(app, "c")];
    b.onBallot(({ agent }) => agent !== "a");
    await Promise.all([b.observe(group), c.observe(group)]);
    const settings = { policy: "quorum" as const, members: ["a", "b", "c"], confirmMs: 60_000 };
    const leadership = await (await a.campaign(group, { settings })).elected();
    expect(leadership.because).toContain("2 of 3 members confirmed it");
    expect(leadership.because).toMatch(/a, c\.$/);
    expect(electionOf(app)?.leader?.term).toBe(leadership.term);
    const next = await b.campaign(group);
    for (const box of [a, c]) box.onBallot(() => false);
    await expect(leadership.handOver("b")).rejects.toMatchObject({ code: "cancelled" });
    await leadership.confirm();
    expect(leadership.state).toBe("leading");
    c.onBallot(() => true);
    await leadership.handOver("b");
    expect([leadership.state, (await next.elected()).state]).toEqual(["resigned", "leading"]);
  });

  it("EL-15, EL-5: goes on over a broken connection, and campaigns anew after a lost session", async () => {
    const app = await startServer();
    const network = await networkTo(app.url);
    const [a, b] = [await boxOf(network, "a"), await boxOf(app, "b")];
    const candidacy = await a.campaign(group);
    const first = await candidacy.elected();
    const observation = await b.observe(group);
    network.cut();
    await until(() => expect(a.status).toBe("connecting"));
    await until(() => expect(a.status).toBe("connected"));
    expect([first.state, observation.leader?.agent]).toEqual(["leading", "a"]);
    await first.confirm();
    app.spaces.get("main")!.submit({ from: "system", command: { type: "tick", silent: [{ session: a.session ?? "", renewedMs: 0 }] } });
    await until(() => expect(first.state).toBe("lost"));
    const second = await candidacy.elected();
    expect(Number(second.term)).toBeGreaterThan(Number(first.term));
    await until(() => expect(observation.leader?.term).toBe(second.term));
  });

  it("who leads by convention is the same for everybody, and what a group of that policy elects", async () => {
    const app = await startServer();
    const [a, b] = [await boxOf(app, "a"), await boxOf(app, "b")];
    const settings = { policy: "rendezvous", windowMs: 3_600_000 } as const;
    const candidacies = [await a.campaign(group, { settings }), await b.campaign(group)];
    await until(() => expect(electionOf(app)?.candidates.length).toBe(2));
    const nowMs = app.spaces.get("main")!.nowMs();
    const byConvention = [a, b].map((box) => box.leaderOf({ group, windowMs: 3_600_000 }, ["b", "a"], nowMs));
    const elected = electionOf(app)?.leader?.agent;
    expect(byConvention).toEqual([elected, elected]);
    await Promise.all(candidacies.map((candidacy) => candidacy.resign()));
    await until(() => expect(electionOf(app)).toBeUndefined());
  });
});
