import { setTimeout as sleep } from "node:timers/promises";
import type { Leader } from "../../../shared/model/index.ts";
import type { Notice } from "../../../shared/protocol/index.ts";
import { SignalboxServer } from "../../support/signalbox-server.ts";
import { type Spread, spread } from "../detectors/timing.ts";
import { median } from "../figures.ts";
import { cpuSeconds, memoryMb } from "../usage.ts";
import { Client, groupAt } from "./client.ts";

/** What elections cost a real server with a durable journal, seen from its sockets: three candidates, a follower and an operator. */

export interface OverSocketsOptions {
  readonly groups: number;
  readonly changes: number;
  /** Heartbeats in each of the rounds with and without groups. */
  readonly heartbeats: number;
  readonly rounds: number;
}

export interface OverSocketsFigures {
  readonly campaignsPerSecond: number;
  /** Microseconds of the server's processor time for one heartbeat: in a space without groups, of an agent in none, of one in all of them. */
  readonly heartbeatCpu: { readonly empty: number; readonly inNone: number; readonly inAll: number };
  /** Median of the rounds' ratios. */
  readonly heartbeatRatio: number;
  /** Milliseconds from the command to the moment at which a follower knows the next leader. */
  readonly depose: Spread;
  readonly handOver: Spread;
  /** A session that leads all groups ends for want of heartbeats: milliseconds beyond its lease until the follower knows the first and the last of the next leaders. */
  readonly expire: { readonly firstMs: number; readonly lastMs: number };
  readonly memoryMb: { readonly empty: number; readonly full: number };
}

const ttlMs = 3_000;

/** Observes all groups and knows who leads each. */
class Follower {
  readonly leaders = new Map<string, Leader | null>();
  #heard: (group: string, leader: Leader | null) => void = () => {};

  static async of(client: Client, groups: number): Promise<Follower> {
    const follower = new Follower();
    client.socket.on("notices", (notices: Notice[]) => {
      for (const notice of notices) if (notice.type === "leader") follower.#hears(notice.group, notice.leader);
    });
    const results = await client.sendAll(Array.from({ length: groups }, (_, at) => ({ type: "election.observe", group: groupAt(at) })));
    for (const [at, result] of results.entries()) if (result.status === "leads") follower.leaders.set(groupAt(at), result.leader);
    return follower;
  }

  /** Resolves when so many groups have another leader than this agent, with the times of the first and the last of them that were its own. */
  ends(agent: string): Promise<{ firstMs: number; lastMs: number }> {
    const left = new Set([...this.leaders].filter(([, leader]) => leader?.agent === agent).map(([group]) => group));
    let firstMs: number | undefined;
    return new Promise((resolve) => {
      this.#heard = (group, leader) => {
        if (leader === null || leader.agent === agent || !left.delete(group)) return;
        firstMs ??= performance.now();
        if (left.size === 0) resolve({ firstMs, lastMs: performance.now() });
      };
    });
  }

  /** Resolves when this group has a leader of a later term. */
  next(group: string): Promise<void> {
    return new Promise((resolve) => {
      this.#heard = (changed, leader) => {
        if (changed === group && leader !== null) resolve();
      };
    });
  }

  #hears(group: string, leader: Leader | null): void {
    this.leaders.set(group, leader);
    this.#heard(group, leader);
  }
}

export async function measureOverSockets(options: OverSocketsOptions): Promise<OverSocketsFigures> {
  const { groups, changes, heartbeats, rounds } = options;
  const server = await SignalboxServer.start();
  const clients: Client[] = [];
  const operator = new Client(server.url, "operators");
  const open = async (agent: string, lease = 60_000): Promise<Client> => {
    const client = await new Client(server.url, "agents").join(agent, lease);
    clients.push(client);
    return client;
  };
  const beatCpu = async (client: Client): Promise<number> => {
    const before = cpuSeconds(server.pid);
    // The server lets one principal send 20,000 a second.
    for (let sent = 0; sent < heartbeats; sent += 100) await Promise.all([sleep(10), ...Array.from({ length: 100 }, () => client.beat())]);
    return ((cpuSeconds(server.pid) - before) * 1e6) / heartbeats;
  };
  const beating = setInterval(() => {
    for (const client of clients) if (client.socket.connected) void client.beat().catch(() => undefined);
  }, ttlMs / 3);
  try {
    const [one, two, three, none] = [await open("a0", ttlMs), await open("a1"), await open("a2"), await open("none")];
    await operator.connected();
    await beatCpu(none);
    const empty = median(await inTurn(rounds, () => beatCpu(none)));
    const memory = memoryMb(server.pid);

    const startMs = performance.now();
    for (const client of [one, two, three])
      await client.sendAll(Array.from({ length: groups }, (_, at) => ({ type: "election.campaign", group: groupAt(at) })));
    const campaignsPerSecond = (groups * 3 * 1_000) / (performance.now() - startMs);
    const heard = await Follower.of(await open("follower"), groups);

    const pairs = await inTurn(rounds, async () => ({ inNone: await beatCpu(none), inAll: await beatCpu(one) }));
    const byName = new Map([one, two, three].map((client, at) => [`a${at}`, client]));
    const change = async (at: number, act: (group: string, leader: Leader) => Promise<unknown>): Promise<number> => {
      const group = groupAt((at * 7_919) % groups);
      const leader = heard.leaders.get(group);
      if (!leader) throw new Error(`nobody leads ${group}`);
      const next = heard.next(group);
      const sentMs = performance.now();
      await act(group, leader);
      await next;
      return performance.now() - sentMs;
    };
    const depose = await inTurn(changes, (at) => change(at, (group, { term }) => operator.send([{ type: "election.depose", group, term, reason: "bench" }])));
    const handOver = await inTurn(changes, (at) =>
      change(at, async (group, { agent, term }) => byName.get(agent)?.send([{ type: "election.handOver", group, term, to: agent === "a1" ? "a2" : "a1" }])),
    );
    const full = memoryMb(server.pid);
    const over = heard.ends("a0");
    await one.beat();
    const silentMs = performance.now();
    one.socket.disconnect();
    const { firstMs, lastMs } = await over;
    return {
      campaignsPerSecond,
      heartbeatCpu: { empty, inNone: median(pairs.map(({ inNone }) => inNone)), inAll: median(pairs.map(({ inAll }) => inAll)) },
      heartbeatRatio: median(pairs.map(({ inNone, inAll }) => inAll / inNone)),
      depose: spread(depose),
      handOver: spread(handOver),
      expire: { firstMs: firstMs - silentMs - ttlMs, lastMs: lastMs - silentMs - ttlMs },
      memoryMb: { empty: memory, full },
    };
  } finally {
    clearInterval(beating);
    for (const client of [...clients, operator]) client.socket.disconnect();
    await server.remove();
  }
}

async function inTurn<T>(times: number, work: (at: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let at = 0; at < times; at++) results.push(await work(at));
  return results;
}
