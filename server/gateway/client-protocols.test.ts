import { appendFileSync, rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { bully, bullyDefaults } from "../../shared/agents/election/bully/index.ts";
import { raft } from "../../shared/agents/election/raft/index.ts";
import { type Box, connect, type NodeStore, type RunningNode } from "../../shared/client/index.ts";
import { fileNodeStore } from "../../shared/client/protocol/file-store.ts";
import type { App } from "../app.ts";
import { closeServers, startServer, until } from "../test-server.ts";

afterEach(closeServers);

/** Protocols that agents run among themselves, over real sockets: the machines of the simulator, told to operators as they go. */

const boxes: Box[] = [];
afterEach(() => {
  for (const box of boxes.splice(0)) box.close();
});
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const group = "fleet/plan";
const members = ["a1", "a2", "a3", "a4", "a5"];

interface Member {
  readonly agent: string;
  readonly box: Box;
  readonly node: RunningNode;
  readonly applied: string[];
}

async function memberOf(app: App, agent: string, run: (box: Box, applied: string[]) => Promise<RunningNode>): Promise<Member> {
  const box = await connect({ url: app.url, agent, ttlMs: 2_000 });
  boxes.push(box);
  const applied: string[] = [];
  return { agent, box, node: await run(box, applied), applied };
}

function runRaft(box: Box, applied: string[], store?: NodeStore): Promise<RunningNode> {
  return box.run(raft, {
    group,
    config: { id: box.agent, members, heartbeatMs: 100, electionMs: 1_000 },
    ...(store && { store }),
    apply: (_, value) => void applied.push(value),
  });
}

const runBully = (box: Box): Promise<RunningNode> =>
  box.run(bully, { group, config: { ...bullyDefaults, agent: box.agent, members, heartbeatMs: 100, timeoutMs: 500, answerMs: 150, coordinatorMs: 400 } });

/** The one whom all of these follow, in one term. */
function leaderOf(those: readonly Member[]): Member {
  const leaders = those.filter(({ node }) => node.view.role === "leader");
  expect(leaders.map(({ agent }) => agent)).toHaveLength(1);
  const [leader] = leaders as [Member];
  for (const { node } of those) expect([node.view.leader, node.view.term]).toEqual([leader.agent, leader.node.view.term]);
  return leader;
}

const nodesOf = (app: App) => [...app.spaces.get("main")!.state.nodes.values()];

describe("agents' own protocols, live", () => {
  it("Raft: five elect a leader, agree on values, and elect another when it dies; operators see all of it", async () => {
    const app = await startServer();
    const all = await Promise.all(members.map((agent) => memberOf(app, agent, (box, applied) => runRaft(box, applied))));
    const first = await until(() => leaderOf(all));
    await first.node.propose("one");
    await until(() => expect(all.map(({ applied }) => applied)).toEqual(members.map(() => ["one"])));
    await until(() => expect(nodesOf(app).map(({ view }) => view.leader)).toEqual(members.map(() => first.agent)));
    expect(nodesOf(app).find(({ agent }) => agent === first.agent)?.view).toMatchObject({ protocol: "raft", role: "leader", term: first.node.view.term });
    const follower = all.find((member) => member !== first) as Member;
    const index = await follower.node.propose("by a follower", { id: "mine" });
    expect(follower.applied).toEqual(["one", "by a follower"]);
    expect(await first.node.propose("by a follower", { id: "mine" })).toBe(index);
    await expect(follower.node.read()).rejects.toMatchObject({ code: "unavailable", message: expect.stringContaining(`${first.agent} does`) });

    first.box.close();
    expect(first.node.stoppedWhy).toMatchObject({ code: "closed" });
    const rest = all.filter((member) => member !== first);
    const second = await until(() => leaderOf(rest));
    expect(second.node.view.term).toBeGreaterThan(first.node.view.term);
    await second.node.propose("two");
    await until(() => expect(rest.map(({ applied }) => applied)).toEqual(rest.map(() => ["one", "by a follower", "two"])));
    expect(JSON.parse(await second.node.read())).toBeDefined();
  });

  it("Raft: a node that died comes back with what its file has, and catches up", async () => {
    const app = await startServer();
    const folder = await mkdtemp(join(tmpdir(), "signalbox-nodes-"));
    folders.push(folder);
    const fileOf = (agent: string) => join(folder, `${agent}.json`);
    const start = (agent: string) => memberOf(app, agent, (box, applied) => runRaft(box, applied, fileNodeStore(fileOf(agent))));
    const all = await Promise.all(members.map(start));
    const leader = await until(() => leaderOf(all));
    await leader.node.propose("one");
    const follower = all.find((member) => member !== leader) as Member;
    await until(() => expect(follower.applied).toEqual(["one"]));
    const { term } = follower.node.view;
    await follower.box.leave();
    await leader.node.propose("two");
    // It died while it wrote a record.
    appendFileSync(fileOf(follower.agent), '6b86b273ff34fce1 [{"at":["term"],"set":99');
    const back = await start(follower.agent);
    expect(back.node.view.term).toBeGreaterThanOrEqual(term);
    await until(() => expect(back.applied.slice(-1)).toEqual(["two"]));
    await until(() => expect(back.node.view.leader).not.toBeNull());
  });

  it("bully: the highest leads; when it dies the next one does, and it takes over when it comes back", async () => {
    const app = await startServer();
    const all = await Promise.all(members.map((agent) => memberOf(app, agent, runBully)));
    const first = await until(() => leaderOf(all));
    expect(first.agent).toBe("a5");
    await first.box.leave();
    const rest = all.filter((member) => member !== first);
    expect((await until(() => leaderOf(rest))).agent).toBe("a4");
    await until(() => expect(nodesOf(app).map(({ agent, view }) => [agent, view.leader])).toEqual(rest.map(({ agent }) => [agent, "a4"])));
    const back = await memberOf(app, "a5", runBully);
    expect((await until(() => leaderOf([...rest, back]))).agent).toBe("a5");
  });
});

describe("messages between agents", () => {
  it("EL-18: reach the one they are for, in order; whoever is not here is not found", async () => {
    const app = await startServer();
    const [a, b, c] = await Promise.all(["a", "b", "c"].map(async (agent) => connect({ url: app.url, agent })));
    boxes.push(a!, b!, c!);
    const heard: string[] = [];
    const others: string[] = [];
    b!.messages(group).onMessage(({ from, kind, body }) => heard.push(`${from} ${kind} ${body}`));
    b!.messages("another").onMessage(({ body }) => others.push(body));
    c!.messages(group).onMessage(({ body }) => others.push(body));
    const iterated: string[] = [];
    const mailbox = b!.messages(group);
    const over = (async () => {
      for await (const { body } of mailbox) {
        iterated.push(body);
        if (iterated.length === 100) return;
      }
    })();
    const bodies = Array.from({ length: 100 }, (_, n) => `${n}`);
    await Promise.all(bodies.map((body) => a!.send(group, "b", "task", body)));
    await over;
    expect(heard).toEqual(bodies.map((body) => `a task ${body}`));
    expect([iterated, others]).toEqual([bodies, []]);
    await expect(a!.send(group, "nobody", "task", "x")).rejects.toMatchObject({ code: "notFound" });
  });
});
