import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "../support/child.ts";
import { SignalboxServer } from "../support/signalbox-server.ts";
import { Worker } from "../support/worker.ts";
import { Operator } from "./operator.ts";

const group = "fleet/leader";
const resource = "repo/refs/main";
/** How often each writes that leads or ever led; the ones that do no more are what the guard is for. */
const writeEveryMs = 100;
const agents = ["c1", "c2", "c3"];
/** However slow the machine is: then something is broken. */
const giveUpMs = 120_000;

/** What may happen to a leader. The first three it cannot help. */
export const blows = ["kill", "pause", "cut", "depose", "resign", "handOver"] as const;
export type Blow = (typeof blows)[number];

export interface Round {
  readonly blow: Blow;
  /** From the blow until a follower knows the next leader. */
  readonly tookMs: number;
  /** How long before that the old one ceased to take itself for the leader; undefined when it could not be asked. */
  readonly stoppedBeforeMs: number | undefined;
  /** Writes of the old one under its old term that the guard refused. */
  readonly refused: number;
}

/** A real server, three processes that would lead and write without asking whether they may, and one that follows. */
export class Fleet implements AsyncDisposable {
  readonly #ttlMs: number;
  readonly #folder: string;
  readonly #server: SignalboxServer;
  readonly #operator: Operator;
  readonly #candidates = new Map<string, Worker>();
  #follower: Worker | undefined;
  #term: string | null = null;

  private constructor(ttlMs: number, folder: string, server: SignalboxServer, operator: Operator) {
    this.#ttlMs = ttlMs;
    this.#folder = folder;
    this.#server = server;
    this.#operator = operator;
  }

  static async start(ttlMs: number): Promise<Fleet> {
    const folder = await mkdtemp(join(tmpdir(), "signalbox-failover-"));
    const config = join(folder, "signalbox.json");
    await writeFile(config, JSON.stringify({ allowFaults: true }));
    const server = await SignalboxServer.start({ args: ["--config", config], dataFolder: join(folder, "data") });
    const fleet = new Fleet(ttlMs, folder, server, await Operator.connect(server.url));
    try {
      fleet.#follower = await Worker.start({ url: server.url, agent: "follower", folder });
      await fleet.#follower.do("follow", group);
      for (const agent of agents) await fleet.#join(agent);
      return fleet;
    } catch (error) {
      await fleet[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Strikes whoever leads and waits for the next one; then all is healed, and the old one was seen to be kept out. */
  async round(blow: Blow): Promise<Round> {
    const { agent, term } = await this.#follow().do("nextLeader", group, this.#term);
    this.#term = term;
    const leader = this.#candidate(agent);
    await until(
      undefined,
      `${agent} writes as leader`,
      async () => ((await leader.do("termIn", group)) === term && (await this.#hasWritten(term)) ? true : undefined),
      giveUpMs,
    );
    const before = await leader.do("careless", group);
    const blowMs = Date.now();
    await this.#strike(blow, leader, term);
    const next = await this.#follow().do("nextLeader", group, term);
    await until(undefined, `${next.agent} has written`, () => this.#hasWritten(next.term), giveUpMs);
    const stoppedMs = blow === "kill" || blow === "pause" ? undefined : await leader.do("stoppedLeading", group);
    const refused = await this.#heal(blow, leader, before.refused);
    return { blow, tookMs: next.atMs - blowMs, stoppedBeforeMs: stoppedMs == null ? undefined : next.atMs - stoppedMs, refused };
  }

  /** Writes that were accepted after one of a later term was: there must be none. */
  async overwrites(): Promise<number> {
    let highest = 0;
    let count = 0;
    for (const line of await this.#follow().do("written", resource)) {
      const term = Number(line.split(" ")[0]);
      if (term < highest) count += 1;
      highest = Math.max(highest, term);
    }
    return count;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#operator.close();
    await Promise.all([...this.#candidates.values(), ...(this.#follower ? [this.#follower] : [])].map((worker) => worker.kill()));
    await this.#server.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #strike(blow: Blow, leader: Worker, term: string | null): Promise<void> {
    switch (blow) {
      case "kill":
        return leader.kill();
      case "pause":
        return leader.pause();
      case "cut":
        return this.#operator.do({ type: "fault.inject", kind: "cut", target: leader.agent, durationMs: 600_000 });
      case "depose":
        return this.#operator.do({ type: "election.depose", group, term });
      case "resign":
        return leader.do("resign", group);
      case "handOver":
        return leader.do("handOver", group, agents[(agents.indexOf(leader.agent) + 1) % agents.length] as string);
    }
  }

  /** Brings the old one back among the candidates. Gives how many of its late writes were refused. */
  async #heal(blow: Blow, old: Worker, before: number): Promise<number> {
    if (blow === "kill") {
      await this.#join(old.agent);
      return 0;
    }
    if (blow === "pause") old.resume();
    if (blow === "cut") await this.#operator.do({ type: "fault.stopAll" });
    const refused = await until(
      undefined,
      `a late write of ${old.agent} is refused`,
      async () => {
        const { refused } = await old.do("careless", group);
        return refused > before ? refused - before : undefined;
      },
      giveUpMs,
    );
    if (blow === "resign") await old.do("campaign", group);
    if (blow === "depose") await old.do("campaignAnew", group);
    await until(undefined, `${old.agent} is here again`, async () => ((await old.do("status")) === "connected" ? true : undefined), giveUpMs);
    return refused;
  }

  async #join(agent: string): Promise<void> {
    const worker = await Worker.start({ url: this.#server.url, agent, folder: this.#folder, ttlMs: this.#ttlMs });
    this.#candidates.set(agent, worker);
    await worker.do("campaign", group);
    await worker.do("writeCarelessly", group, resource, writeEveryMs);
  }

  async #hasWritten(term: string | null): Promise<true | undefined> {
    const lines = await this.#follow()
      .do("written", resource)
      .catch(() => []);
    return lines.at(-1)?.startsWith(`${term} `) ? true : undefined;
  }

  #follow(): Worker {
    if (this.#follower === undefined) throw new Error("the follower did not start");
    return this.#follower;
  }

  #candidate(agent: string | null): Worker {
    const worker = this.#candidates.get(agent ?? "");
    if (worker === undefined) throw new Error(`${agent} is none of the candidates`);
    return worker;
  }
}
