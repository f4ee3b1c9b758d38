import { type Event, type Finding, type LoopAct, limits } from "../../model/index.ts";
import type { State } from "../../state/index.ts";
import { formatDuration, plural } from "../words.ts";
import { type Detector, type Failure, findingId, keepNewest } from "./detector.ts";

/** Every member acted in vain at least so often, one round after the other, with nothing done in between ... */
const roundsAtLeast = 6;
/** ... and so many of these rounds were alike: it had the same and wanted the same. */
const alikeAtLeast = 3;
/** Rounds kept per session; the window is these, however fast or slow they went by. */
const roundsKept = 8;
const actsKept = 12;
/** A loop is over when no round came for this long, or for this many of its usual rounds. */
const overAfterMs = 10_000;
const overAfterRounds = 3;

interface Round {
  readonly atMs: number;
  /** What it had and what it wanted in vain: the state that recurs. */
  readonly signature: string;
  readonly because: readonly string[];
}

interface Member {
  readonly session: string;
  readonly agent: string;
  progress: number;
  readonly rounds: Round[];
  readonly acts: LoopAct[];
  /** Wants that failed in the round under way, with whose doing it was. */
  readonly outstanding: Map<string, readonly string[]>;
  had: string;
  /** Took or asked for something since the last round. */
  begun: boolean;
  recurs: boolean;
}

/**
 * Livelock, per set of agents: each acts and acts, none gets anything done, and the state recurs, each because of the
 * others. A round is what a session does from a failed request until it gives something back, asks for the same again, or
 * has nothing; it failed when what had failed in it was not granted after all. A round that got all it asked for, progress
 * that rose, a write that was first: any of these and the session starts from nothing. So a ping-pong in which things get
 * done is none, and neither is a crowd that retries behind one who works: that one fails at nothing. Memory: a few rounds
 * and acts for each session that has failed lately.
 */
export class LivelockDetector implements Detector {
  readonly #members = new Map<string, Member>();
  /** Those of them who have failed often enough to be looked at every time. */
  readonly #ripe = new Map<string, Member>();
  /** When those who failed no more were last forgotten. */
  #sweptMs = 0;

  get size(): number {
    return this.#members.size;
  }

  feed(event: Event, state: State): void {
    if (this.#members.size === 0) return;
    switch (event.type) {
      case "lock.queued":
        return this.#act(event.wait.session, "asked", event.wait.wants[0]?.resource, event.atMs);
      case "lock.granted": {
        const member = this.#members.get(event.session);
        if (member === undefined) return;
        for (const lock of event.locks) {
          member.outstanding.delete(lock.resource);
          this.#act(event.session, "took", lock.resource, event.atMs);
        }
        return;
      }
      case "lock.released":
        this.#act(event.session, "gaveBack", event.resource, event.atMs);
        return this.#gaveBack(event.session, event.atMs);
      case "lock.transferred":
        return this.#act(event.session, "handedOn", event.resource, event.atMs);
      case "intent.announced":
        return this.#act(event.intent.session, "announced", event.intent.uses[0]?.resource, event.atMs);
      case "session.declared": {
        const member = this.#members.get(event.session);
        if (member !== undefined && (event.progress > member.progress || event.state === "done")) this.#forget(event.session);
        return;
      }
      case "version.advanced":
      case "intent.committed":
      case "session.ended":
        this.#forget(event.session);
        return;
      case "intent.ended":
        if (event.why === "fulfilled") this.#forget(event.session);
        return;
      case "livelock.resolved":
        for (const agent of [event.agent, ...event.backOff.map((one) => one.agent)]) this.#forget(state.agents.get(agent) ?? "");
        return;
      default:
        return;
    }
  }

  failed(failure: Failure, state: State): void {
    const { session, agent, resources, because, how, atMs } = failure;
    let member = this.#members.get(session);
    if (member === undefined) {
      member = {
        session,
        agent,
        progress: state.sessions.get(session)?.progress ?? 0,
        rounds: [],
        acts: [],
        outstanding: new Map(),
        had: "",
        begun: false,
        recurs: false,
      };
      this.#members.set(session, member);
    }
    if (resources.some((resource) => member.outstanding.has(resource))) this.#close(member, atMs);
    const own = state.bySession.get(session);
    member.had = namesOf(state, own?.locks);
    for (const resource of resources) member.outstanding.set(resource, because);
    this.#act(session, how === "gaveUp" || how === "tooLate" ? "gaveUp" : how === "withdrew" ? "withdrew" : "wasRefused", resources[0], atMs);
    if (own === undefined || own.locks.size + own.waits.size === 0) this.#close(member, atMs);
  }

  findings(state: State, nowMs: number): Finding[] {
    const stuck = new Map<string, Member>();
    const sweeps = nowMs - this.#sweptMs >= overAfterMs;
    if (sweeps) this.#sweptMs = nowMs;
    for (const member of (sweeps ? this.#members : this.#ripe).values()) {
      const last = member.rounds.at(-1) ?? { atMs: member.acts.at(-1)?.atMs ?? 0 };
      const first = member.rounds[0] ?? last;
      const usualMs = (last.atMs - first.atMs) / Math.max(1, member.rounds.length - 1);
      if (nowMs - last.atMs > Math.max(overAfterMs, overAfterRounds * usualMs)) this.#forget(member.session);
      else if (member.rounds.length >= roundsAtLeast && member.recurs) stuck.set(member.agent, member);
    }
    // Whoever fails because of nobody who fails as well is in no ring; most are like that.
    for (const [agent, { rounds }] of stuck)
      if (!rounds.some(({ because }) => because.some((other) => other !== agent && stuck.has(other)))) stuck.delete(agent);
    if (stuck.size < 2) return [];
    return rings(stuck).flatMap((ring) => {
      const members = ring.map((agent) => stuck.get(agent) as Member);
      // Each mostly because of the others, not of somebody outside who works.
      const mutual = members.every(({ rounds }) => 2 * rounds.filter(({ because }) => because.some((agent) => ring.includes(agent))).length >= rounds.length);
      return mutual && this.#isWhole(ring, members, state) ? [describe(members, nowMs)] : [];
    });
  }

  /** Somebody whom they name and who fails as well may be the next of the ring: a little later it is known. */
  #isWhole(ring: readonly string[], members: readonly Member[], state: State): boolean {
    if (members.every(({ rounds }) => rounds.length >= roundsKept)) return true;
    return members.every(({ rounds }) =>
      rounds.every(({ because }) =>
        because.every((agent) => ring.includes(agent) || (this.#members.get(state.agents.get(agent) ?? "")?.rounds.length ?? 0) === 0),
      ),
    );
  }

  #forget(session: string): void {
    this.#members.delete(session);
    this.#ripe.delete(session);
  }

  #close(member: Member, atMs: number): void {
    close(member, atMs);
    if (member.recurs) this.#ripe.set(member.session, member);
  }

  #act(session: string, act: LoopAct["act"], resource: string | undefined, atMs: number): void {
    const member = this.#members.get(session);
    if (member === undefined) return;
    if (act === "asked" || act === "took") member.begun = true;
    keepNewest(member.acts, { agent: member.agent, act, resource: resource ?? "", atMs }, actsKept);
  }

  #gaveBack(session: string, atMs: number): void {
    const member = this.#members.get(session);
    if (member === undefined) return;
    if (member.outstanding.size > 0) return this.#close(member, atMs);
    // All it asked for it had, and now it gives something back: that was a piece of work.
    if (member.begun) this.#forget(session);
  }
}

function close(member: Member, atMs: number): void {
  if (member.outstanding.size === 0) return;
  const wanted = [...member.outstanding.keys()];
  const signature = `${member.had}\n>\n${wanted.length === 1 ? wanted[0] : wanted.sort().join("\n")}`;
  keepNewest(
    member.rounds,
    {
      atMs,
      signature,
      because: wanted.length === 1 ? (member.outstanding.get(wanted[0] as string) ?? []) : [...new Set([...member.outstanding.values()].flat())],
    },
    roundsKept,
  );
  member.outstanding.clear();
  member.recurs = member.rounds.length >= roundsAtLeast && recurs(member);
  member.begun = false;
}

/** What a session holds, as one name. */
function namesOf(state: State, fences: ReadonlySet<string> | undefined): string {
  if (fences === undefined || fences.size === 0) return "";
  const names: string[] = [];
  for (const fence of fences) {
    names.push(state.locks.get(fence)?.resource ?? "");
    if (names.length >= 8) break;
  }
  return names.length === 1 ? (names[0] as string) : names.sort().join("\n");
}

function recurs({ rounds }: Member): boolean {
  const counts = new Map<string, number>();
  for (const { signature } of rounds) counts.set(signature, (counts.get(signature) ?? 0) + 1);
  return Math.max(...counts.values()) >= alikeAtLeast;
}

/** Sets of at least two of whom each fails because of the others, directly or around (strong components, Tarjan 1972). */
function rings(stuck: ReadonlyMap<string, Member>): string[][] {
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const path: string[] = [];
  const onPath = new Set<string>();
  const found: string[][] = [];
  for (const start of stuck.keys()) {
    if (order.has(start)) continue;
    const open = [enter(start)];
    while (open.length > 0) {
      const frame = open.at(-1) as { agent: string; next: Iterator<string> };
      const step = frame.next.next();
      if (!step.done) {
        if (!order.has(step.value)) open.push(enter(step.value));
        else if (onPath.has(step.value)) low.set(frame.agent, Math.min(low.get(frame.agent) as number, order.get(step.value) as number));
        continue;
      }
      open.pop();
      const parent = open.at(-1);
      if (parent !== undefined) low.set(parent.agent, Math.min(low.get(parent.agent) as number, low.get(frame.agent) as number));
      if (low.get(frame.agent) !== order.get(frame.agent)) continue;
      const ring = path.splice(path.indexOf(frame.agent));
      for (const agent of ring) onPath.delete(agent);
      if (ring.length > 1) found.push(ring.sort());
    }
  }
  return found;

  function enter(agent: string): { agent: string; next: Iterator<string> } {
    order.set(agent, order.size);
    low.set(agent, order.get(agent) as number);
    path.push(agent);
    onPath.add(agent);
    const next = new Set((stuck.get(agent) as Member).rounds.flatMap((round) => round.because.filter((other) => other !== agent && stuck.has(other))));
    return { agent, next: next.values() };
  }
}

function describe(members: readonly Member[], nowMs: number): Finding {
  const agents = members.map((member) => member.agent).slice(0, limits.findingSubjects);
  const resources = new Set<string>();
  for (const { rounds } of members)
    for (const { signature } of rounds) for (const name of signature.split("\n")) if (name !== "" && name !== ">") resources.add(name);
  const sinceMs = Math.min(...members.map((member) => member.rounds[0]?.atMs ?? nowMs));
  const loop = members.flatMap((member) => member.acts).sort((a, b) => a.atMs - b.atMs);
  return {
    finding: findingId("livelock", agents),
    kind: "livelock",
    agents,
    resources: [...resources].sort().slice(0, limits.findingSubjects),
    because: [
      ...members
        .slice(0, 8)
        .map(({ agent, rounds }) => `${agent} tried in vain ${rounds.length} times in ${formatDuration(nowMs - (rounds[0]?.atMs ?? nowMs))}`),
      "each because of the others, and the same state comes again and again",
      `none of ${plural(members.length, "agent")} got anything done in that time`,
    ],
    sinceMs,
    loop: loop.slice(-limits.loopActs),
    plan: { act: "favour", agent: agents[0], why: `${agents[0]} goes first, because its id is the lowest; the others stand back, each for a time of its own.` },
  };
}
