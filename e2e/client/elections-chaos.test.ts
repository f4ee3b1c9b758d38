import { setTimeout } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import type { App } from "../../server/app.ts";
import { closeNetworks, networkTo } from "../../server/test-network.ts";
import { closeServers, command, connectOperator, type OperatorClient, startServer, until } from "../../server/test-server.ts";
import { type Box, type Candidacy, connect, SignalboxError } from "../../shared/client/index.ts";
import { Random } from "../../shared/sim/random.ts";

afterEach(closeServers);
afterEach(closeNetworks);

/**
 * Candidates over networks that break again and again, leaders that are deposed, blocked, cut off beyond their lease, that
 * hand over, resign and leave. With a delay as long as a lease no two of them ever believe that they lead, and in the
 * calm one does, of whom the server says the same.
 */
const group = "fleet/merger";
const agents = ["w1", "w2", "w3", "w4"];
const leaseMs = 1_000;
const acts = 30;

class Candidate {
  readonly agent: string;
  readonly #network: { url: string; cut(): void };
  box: Box | undefined;
  candidacy: Candidacy | undefined;

  constructor(agent: string, network: { url: string; cut(): void }) {
    this.agent = agent;
    this.#network = network;
  }

  get leads(): boolean {
    return this.candidacy?.leadership?.state === "leading";
  }

  cut(): void {
    this.#network.cut();
  }

  async enter(): Promise<void> {
    this.box ??= await connect({ url: this.#network.url, agent: this.agent, ttlMs: leaseMs });
    if (this.candidacy !== undefined && this.candidacy.endedWhy === undefined) return;
    this.candidacy = await this.box.campaign(group, { settings: { delayMs: leaseMs } });
  }

  async leave(): Promise<void> {
    await this.box?.leave();
    this.box = undefined;
    this.candidacy = undefined;
  }
}

async function act(random: Random, candidate: Candidate, { operator, app }: { operator: OperatorClient; app: App }): Promise<void> {
  const leader = app.spaces.get("main")?.state.elections.get(group)?.leader;
  const leadership = candidate.candidacy?.leadership;
  const reason = "chaos";
  const block = { group, agent: candidate.agent, reason };
  await random.weighted<() => unknown>([
    [() => candidate.cut(), 6],
    [() => leader && command(operator, { type: "election.depose", group, term: leader.term, reason }), 3],
    [() => command(operator, { type: "fault.inject", kind: "cut", target: leader?.agent ?? candidate.agent, durationMs: leaseMs * 2, reason }), 2],
    [() => command(operator, { type: "fault.inject", kind: "pause", target: leader?.agent ?? candidate.agent, durationMs: leaseMs, reason }), 1],
    [() => leadership?.handOver(random.pick(agents)), 4],
    [() => leadership?.resign(), 1],
    [() => candidate.leave(), 1],
    [() => command(operator, { type: "election.block", ...block }).then(() => command(operator, { type: "election.unblock", ...block })), 1],
  ])();
}

/** What may be refused in such a turmoil; anything else is a fault. */
function expected(error: unknown): void {
  const codes = ["notLeader", "notFound", "conflict", "lost", "uncertain", "cancelled", "closed", "agentPresent", "unavailable", "invalid"];
  if (!(error instanceof SignalboxError) || !codes.includes(error.code)) throw error;
}

test.each([1, 2])("EL-10 EL-16 no two clients ever believe that they lead, seed %i", { timeout: 90_000 }, async (seed) => {
  const random = new Random(seed);
  const app = await startServer({ allowFaults: true });
  const operator = await connectOperator(app);
  const candidates = await Promise.all(agents.map(async (agent) => new Candidate(agent, await networkTo(app.url))));
  const terms: number[] = [];
  let over = false;
  const watch = (async () => {
    for (; !over; await setTimeout(2)) {
      const leading = candidates.filter(({ leads }) => leads);
      expect(leading.map(({ agent }) => agent).length, `seed ${seed}: ${leading.map(({ agent }) => agent).join(" and ")} lead`).toBeLessThan(2);
      const term = Number(leading[0]?.candidacy?.leadership?.term ?? terms.at(-1) ?? 0);
      if (term !== terms.at(-1)) terms.push(term);
    }
  })();
  watch.catch(() => undefined);
  // What was asked of a connection that broke is answered when it is back: nobody stands still for that.
  const under: Promise<unknown>[] = [];
  for (let n = 0; n < acts; n++) {
    for (const candidate of candidates) under.push(candidate.enter().catch(expected));
    under.push(act(random, random.pick(candidates), { operator, app }).catch(expected));
    await setTimeout(random.between(10, 400));
  }
  await command(operator, { type: "fault.stopAll", reason: "calm" });
  await Promise.all(under);
  await until(async () => {
    await Promise.all(candidates.map((candidate) => candidate.enter().catch(expected)));
    const leading = candidates.filter(({ leads }) => leads);
    expect(leading).toHaveLength(1);
    const { session, term } = app.spaces.get("main")?.state.elections.get(group)?.leader ?? {};
    expect([leading[0]?.box?.session, leading[0]?.candidacy?.leadership?.term]).toEqual([session, term]);
  });
  over = true;
  await watch;
  expect(terms.length, "it had leaders").toBeGreaterThan(3);
  expect(terms).toEqual([...new Set(terms)].sort((x, y) => x - y));
  await Promise.all(candidates.map((candidate) => candidate.leave()));
});
