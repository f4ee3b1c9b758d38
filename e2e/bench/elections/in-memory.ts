import { type CommandInput, SpaceHost } from "../../../shared/host/index.ts";
import type { Answer, Event } from "../../../shared/model/index.ts";
import { emptyState, toSnapshot } from "../../../shared/state/index.ts";
import { collect, type Spread, spread } from "../detectors/timing.ts";
import { median } from "../figures.ts";
import { groupAt } from "./client.ts";

/** What elections cost a space's host: decided, applied, followed up, watched by the detectors and put into notices; no disk, no socket. */

export interface InMemoryOptions {
  /** Groups; the same three agents campaign in all of them. */
  readonly groups: number;
  /** Measured changes of each kind. */
  readonly changes: number;
}

export interface InMemoryFigures {
  readonly groups: number;
  /** Microseconds of one command each. */
  readonly campaign: Spread;
  readonly resign: Spread;
  readonly handOver: Spread;
  readonly depose: Spread;
  readonly proclaim: Spread;
  readonly refused: Spread;
  /** Microseconds a group: a session that leads them all expires, in one command. */
  readonly expirePerGroup: number;
  readonly expireMs: number;
  readonly checkpointBytes: number;
  readonly checkpointMs: number;
  readonly heapBytes: number;
}

const candidates = ["a0", "a1", "a2"];
/** Its session takes part in no group beside them: it enters and leaves again to be measured. */
const guest = "guest";

class BenchHost {
  readonly state = emptyState("bench");
  nowMs = 1_700_000_000_000;
  readonly #host: SpaceHost<undefined>;
  #ids = 0;
  #answer: Answer | undefined;

  constructor() {
    let appended = () => {};
    this.#host = new SpaceHost(
      this.state,
      {
        append: () => queueMicrotask(() => appended()),
        answer: (_, answer) => {
          this.#answer = answer;
        },
        notify: () => {},
        publish: (events: readonly Event[]) => void events,
        stopped: (reason) => {
          throw new Error(reason);
        },
      },
      { nowMs: this.nowMs },
    );
    appended = () => this.#host.appended();
    for (const agent of [...candidates, guest])
      this.#host.submit(
        {
          from: "system",
          command: { type: "session.join", session: agent, agent, principal: "bench", roles: [], labels: {}, ttlMs: 15_000, resumeHash: "", replace: false },
        },
        this.nowMs,
        undefined,
      );
  }

  /** One command, its answer and all that leaves with it; microseconds. */
  async time(from: string, command: object): Promise<number> {
    const who = from === "operator" ? { from, actor: { principal: "bench", role: "operator" } } : { from: "agent", session: from };
    const input = { ...who, command: { id: `c${this.#ids++}`, ...command } } as CommandInput;
    this.#answer = undefined;
    const startMs = performance.now();
    this.#host.submit(input, this.nowMs, undefined);
    this.#host.flush();
    await Promise.resolve();
    const micros = (performance.now() - startMs) * 1_000;
    if (this.#answer === undefined) throw new Error("no answer");
    return micros;
  }

  renew(session: string): void {
    if (!this.#host.renew(session, this.nowMs).ok) throw new Error("no session");
  }

  wake(): void {
    this.#host.wake(this.nowMs);
    this.#host.flush();
  }
}

export async function measureInMemory({ groups, changes }: InMemoryOptions): Promise<InMemoryFigures> {
  const heapBefore = heapUsed();
  const host = await fullHost(groups);
  const heapBytes = heapUsed() - heapBefore;
  const { state } = host;
  const leaderOf = (group: string) => {
    const leader = state.elections.get(group)?.leader;
    if (leader === undefined) throw new Error(`nobody leads ${group}`);
    return leader;
  };
  const measure = async (step: (group: string, at: number) => Promise<number>): Promise<Spread> => {
    for (let at = 0; at < 500; at++) await step(groupAt((at * 7_919) % groups), at);
    const micros: number[] = [];
    for (let at = 0; at < changes; at++) {
      host.nowMs += 1;
      for (const session of [...candidates, guest]) host.renew(session);
      micros.push(await step(groupAt((at * 7_919) % groups), at));
    }
    return spread(micros);
  };
  const enter = (session: string, group: string) => host.time(session, { type: "election.campaign", group, priority: 0, weight: 1, value: "" });
  const reason = "bench";
  const campaign = await measure(async (group) => {
    const micros = await enter(guest, group);
    await host.time(guest, { type: "election.resign", group });
    return micros;
  });
  const resign = await measure(async (group) => {
    const { session } = leaderOf(group);
    const micros = await host.time(session, { type: "election.resign", group });
    await enter(session, group);
    return micros;
  });
  const handOver = await measure((group) => {
    const { session, term } = leaderOf(group);
    const to = candidates[(candidates.indexOf(session) + 1) % candidates.length];
    return host.time(session, { type: "election.handOver", group, term, to });
  });
  const depose = await measure(async (group) => {
    const { session, term } = leaderOf(group);
    const micros = await host.time("operator", { type: "election.depose", group, term, reason });
    await enter(session, group);
    return micros;
  });
  const proclaim = await measure((group, at) => {
    const { session, term } = leaderOf(group);
    return host.time(session, { type: "election.proclaim", group, term, value: `at ${at}` });
  });
  const refused = await measure((group) => host.time(guest, { type: "election.assert", group, term: "1" }));
  const startMs = performance.now();
  const checkpointBytes = Buffer.byteLength(JSON.stringify(toSnapshot(state)));
  const checkpointMs = performance.now() - startMs;
  const expireMs = await expire(host, groups);
  return {
    groups,
    campaign,
    resign,
    handOver,
    depose,
    proclaim,
    refused,
    checkpointBytes,
    checkpointMs,
    expireMs,
    expirePerGroup: (expireMs * 1_000) / groups,
    heapBytes,
  };
}

async function fullHost(groups: number): Promise<BenchHost> {
  const host = new BenchHost();
  for (let at = 0; at < groups; at++)
    for (const session of candidates)
      await host.time(session, { type: "election.campaign", group: groupAt(at), priority: 0, weight: 1, value: "http://10.0.0.1:8080" });
  return host;
}

export interface HeartbeatFigures {
  /** Nanoseconds of one heartbeat, medians of the rounds. */
  readonly withoutNs: number;
  readonly withNs: number;
  /** Median of the rounds' ratios. */
  readonly ratio: number;
}

/** Heartbeats of an agent that leads all groups and of one in a space without any, in turn: what else goes on meanwhile meets both. */
export async function measureHeartbeats({
  groups,
  heartbeats,
  rounds,
}: {
  readonly groups: number;
  readonly heartbeats: number;
  readonly rounds: number;
}): Promise<HeartbeatFigures> {
  const [empty, full] = [await fullHost(0), await fullHost(groups)];
  const pairs: { withoutNs: number; withNs: number }[] = [];
  for (let round = 0; round <= rounds; round++) {
    const [withoutNs, withNs] = [heartbeatNs(empty, heartbeats), heartbeatNs(full, heartbeats)];
    // The first round warms up.
    if (round > 0) pairs.push({ withoutNs, withNs });
  }
  return {
    withoutNs: median(pairs.map(({ withoutNs }) => withoutNs)),
    withNs: median(pairs.map(({ withNs }) => withNs)),
    ratio: median(pairs.map(({ withoutNs, withNs }) => withNs / withoutNs)),
  };
}

function heartbeatNs(host: BenchHost, heartbeats: number): number {
  const startMs = performance.now();
  for (let at = 0; at < heartbeats; at++) {
    // Every so often time goes on, as it does between heartbeats of a live fleet.
    if (at % 100 === 0) host.nowMs += 1;
    host.renew(candidates[at % candidates.length] as string);
  }
  return ((performance.now() - startMs) * 1e6) / heartbeats;
}

/** One comes to lead everything, and then its lease passes. */
async function expire(host: BenchHost, groups: number): Promise<number> {
  for (let at = 0; at < groups; at++) {
    const leader = host.state.elections.get(groupAt(at))?.leader;
    if (leader !== undefined && leader.session !== "a0")
      await host.time(leader.session, { type: "election.handOver", group: groupAt(at), term: leader.term, to: "a0" });
  }
  // Step by step: a jump would be taken for a server that stood still.
  for (const until = host.nowMs + 14_500; host.nowMs < until; host.nowMs += 500) for (const session of ["a1", "a2", guest]) host.renew(session);
  host.nowMs += 500;
  const startMs = performance.now();
  host.wake();
  await Promise.resolve();
  const ms = performance.now() - startMs;
  const led = [...host.state.elections.values()].filter(({ leader }) => leader !== undefined && leader.session !== "a0").length;
  if (led !== groups) throw new Error(`${led} of ${groups} groups have another leader`);
  return ms;
}

function heapUsed(): number {
  collect();
  return process.memoryUsage().heapUsed;
}
