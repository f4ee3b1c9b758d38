import { setTimeout as sleep } from "node:timers/promises";
import type { Leader } from "../../../shared/model/index.ts";
import type { Notice } from "../../../shared/protocol/index.ts";
import { Client, groupAt } from "./client.ts";

const ttlMs = 60_000;
const candidatesEach = 3;

/** Agents that campaign in many groups of a real server, three in each, and hand leaderships over as long as they are asked to. */
export class GroupFleet {
  readonly #clients: readonly Client[];
  readonly #groups: number;
  readonly #leaders = new Map<string, Leader>();
  /** The groups at the top of a list by name. */
  readonly #first: readonly number[];
  #beating: ReturnType<typeof setInterval> | undefined;

  private constructor(clients: readonly Client[], groups: number) {
    this.#clients = clients;
    this.#groups = groups;
    this.#first = Array.from({ length: groups }, (_, at) => at)
      .sort((one, other) => (groupAt(one) < groupAt(other) ? -1 : 1))
      .slice(0, 10);
    for (const { socket } of clients)
      socket.on("notices", (notices: Notice[]) => {
        for (const notice of notices) if (notice.type === "leader" && notice.leader !== null) this.#leaders.set(notice.group, notice.leader);
      });
  }

  static async start(url: string, { groups, agents }: { readonly groups: number; readonly agents: number }): Promise<GroupFleet> {
    const clients: Client[] = [];
    for (let at = 0; at < agents; at++) clients.push(await new Client(url, "agents").join(`a${at}`, ttlMs));
    const fleet = new GroupFleet(clients, groups);
    fleet.#beating = setInterval(() => {
      for (const client of clients) void client.beat().catch(() => undefined);
    }, ttlMs / 6);
    for (let turn = 0; turn < candidatesEach; turn++)
      for (const [index, client] of clients.entries()) {
        const mine = Array.from({ length: groups }, (_, at) => at).filter((at) => (at + turn) % agents === index);
        await client.sendAll(mine.map((at) => ({ type: "election.campaign", group: groupAt(at), priority: 0, weight: 1, value: `10.0.0.${index}:7000` })));
      }
    return fleet;
  }

  /** So many changes a second, half of them in ten groups at the top of the list, the others anywhere. Returns how to stop it. */
  changeLeaders(perSecond: number): () => Promise<void> {
    let stopped = false;
    const changing = (async () => {
      const beganMs = performance.now();
      for (let change = 0; !stopped; change++) {
        await sleep(Math.max(0, beganMs + (change * 1_000) / perSecond - performance.now()));
        await this.#handOver(change % 2 === 0 ? (this.#first[(change / 2) % this.#first.length] ?? 0) : (change * 7_919) % this.#groups);
      }
    })();
    return async () => {
      stopped = true;
      await changing;
    };
  }

  close(): void {
    clearInterval(this.#beating);
    for (const { socket } of this.#clients) socket.disconnect();
  }

  async #handOver(at: number): Promise<void> {
    const group = groupAt(at);
    const leader = this.#leaders.get(group);
    if (leader === undefined) throw new Error(`nobody is known to lead ${group}`);
    const agents = this.#clients.length;
    const turn = [0, 1, 2].find((turn) => `a${(at + turn) % agents}` === leader.agent) ?? 0;
    await this.#clients[(at + turn) % agents]?.send([
      { type: "election.handOver", group, term: leader.term, to: `a${(at + ((turn + 1) % candidatesEach)) % agents}` },
    ]);
  }
}
