import { type Event, type Finding, type LoopAct, limits } from "../../model/index.ts";
import type { State } from "../../state/index.ts";
import { strongComponents } from "../strong-components.ts";
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
  /** What it had and what it wanted in vain: the state that recurs. */
  readonly had: string;
  readonly wanted: string;
  readonly because: readonly string[];
}

interface Member {
  readonly session: string;
  readonly agent: string;
  progress: number;
  /** The last ones; the same again is the same object. */
  readonly rounds: Round[];
  /** When each of them ended. */
  readonly roundsMs: number[];
  /** Whose doing these rounds were, each once. */
  because: readonly string[];
  /** How many of the last rounds were the same. */
  alike: number;
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
  /** By agent: those of them whose state recurs. */
  readonly #ripe = new Map<string, Member>();
  /** Agents to start from at the next look: whose state recurred since the last one, or who looked stuck then. */
  #suspects = new Set<string>();
  /** When those who failed no more were last forgotten. */
  #sweptMs = 0;

  get size(): number {
    return this.#members.size;
  }

  feed(event: Event, state: State): void {
    if (this.#members.size === 0) return;
    switch (event.type) {
      case "lock.queued":
        return act(this.#members.get(event.wait.session), "asked", event.wait.wants[0]?.resource, event.atMs);
      case "lock.granted": {
        const member = this.#members.get(event.session);
        if (member === undefined) return;
        for (const lock of event.locks) {
          member.outstanding.delete(lock.resource);
          act(member, "took", lock.resource, event.atMs);
        }
        return;
      }
      case "lock.released": {
        const member = this.#members.get(event.session);
        act(member, "gaveBack", event.resource, event.atMs);
        if (member !== undefined) this.#gaveBack(member, event.atMs);
        return;
      }
      case "lock.transferred":
        return act(this.#members.get(event.session), "handedOn", event.resource, event.atMs);
      case "intent.announced":
        return act(this.#members.get(event.intent.session), "announced", event.intent.uses[0]?.resource, event.atMs);
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
        roundsMs: [],
        because: [],
        alike: 0,
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
    act(member, how === "gaveUp" || how === "tooLate" ? "gaveUp" : how === "withdrew" ? "withdrew" : "wasRefused", resources[0], atMs);
    if (own === undefined || own.locks.size + own.waits.size === 0) this.#close(member, atMs);
  }

  findings(state: State, nowMs: number): Finding[] {
    if (nowMs - this.#sweptMs >= overAfterMs) {
      this.#sweptMs = nowMs;
      for (const member of this.#members.values()) if (isOver(member, nowMs)) this.#forget(member.session);
    }
    const stuck = this.#stuck(nowMs);
    this.#suspects = new Set(stuck.keys());
    if (stuck.size < 2) return [];
    return rings(stuck).flatMap((ring) => {
      const members = ring.map((agent) => stuck.get(agent) as Member);
      // Each mostly because of the others, not of somebody outside who works.
      const mutual = members.every(({ rounds }) => 2 * rounds.filter(({ because }) => because.some((agent) => ring.includes(agent))).length >= rounds.length);
      return mutual && this.#isWhole(ring, members, state) ? [describe(members, nowMs)] : [];
    });
  }

  /** Who fails again and again because of others who do, found from those who did lately: of most nobody else fails. */
  #stuck(nowMs: number): Map<string, Member> {
    const stuck = new Map<string, Member>();
    for (const agent of this.#suspects) {
      const member = this.#ripe.get(agent);
      if (member === undefined || isOver(member, nowMs)) continue;
      const others = member.because.filter((other) => other !== agent && this.#ripe.has(other));
      if (others.length > 0) stuck.set(agent, member);
      for (const other of others) this.#suspects.add(other);
    }
    for (const [agent, { because }] of stuck) if (!because.some((other) => other !== agent && stuck.has(other))) stuck.delete(agent);
    return stuck;
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
    const member = this.#members.get(session);
    if (member === undefined) return;
    this.#members.delete(session);
    this.#unripe(member);
  }

  #unripe(member: Member): void {
    if (this.#ripe.get(member.agent) !== member) return;
    this.#ripe.delete(member.agent);
    this.#suspects.delete(member.agent);
  }

  #close(member: Member, atMs: number): void {
    close(member, atMs);
    if (member.recurs) {
      this.#ripe.set(member.agent, member);
      this.#suspects.add(member.agent);
    } else this.#unripe(member);
  }

  #gaveBack(member: Member, atMs: number): void {
    if (member.outstanding.size > 0) return this.#close(member, atMs);
    // All it asked for it had, and now it gives something back: that was a piece of work.
    if (member.begun) this.#forget(member.session);
  }
}

function act(member: Member | undefined, what: LoopAct["act"], resource: string | undefined, atMs: number): void {
  if (member === undefined) return;
  if (what === "asked" || what === "took") member.begun = true;
  keepNewest(member.acts, { agent: member.agent, act: what, resource: resource ?? "", atMs }, actsKept);
}

function close(member: Member, atMs: number): void {
  if (member.outstanding.size === 0) return;
  const last = member.rounds.at(-1);
  const round = roundOf(member);
  // Mostly it is the same again: then there is nothing to compare with the rounds before.
  const isAlike = last !== undefined && last.had === round.had && last.wanted === round.wanted && isSame(last.because, round.because);
  member.alike = isAlike ? member.alike + 1 : 1;
  keepNewest(member.rounds, isAlike ? last : round, roundsKept);
  keepNewest(member.roundsMs, atMs, roundsKept);
  if (member.alike < member.rounds.length) member.because = [...new Set(member.rounds.flatMap((round) => round.because))];
  else member.because = (member.rounds[0] as Round).because;
  member.outstanding.clear();
  member.recurs = member.rounds.length >= roundsAtLeast && (member.alike >= alikeAtLeast || recurs(member.rounds));
  member.begun = false;
}

function roundOf({ had, outstanding }: Member): Round {
  if (outstanding.size === 1) for (const [wanted, because] of outstanding) return { had, wanted, because };
  return { had, wanted: [...outstanding.keys()].sort().join("\n"), because: [...new Set([...outstanding.values()].flat())] };
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, at) => name === b[at]);
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

/** Was the state of enough of the rounds the same? */
function recurs(rounds: readonly Round[]): boolean {
  return rounds.some(({ had, wanted }, at) => {
    let alike = 0;
    for (let other = at; other < rounds.length; other++) if (rounds[other]?.wanted === wanted && rounds[other]?.had === had) alike += 1;
    return alike >= alikeAtLeast;
  });
}

function isOver({ roundsMs, acts }: Member, nowMs: number): boolean {
  const lastMs = roundsMs.at(-1) ?? acts.at(-1)?.atMs ?? 0;
  const usualMs = (lastMs - (roundsMs[0] ?? lastMs)) / Math.max(1, roundsMs.length - 1);
  return nowMs - lastMs > Math.max(overAfterMs, overAfterRounds * usualMs);
}

/** Sets of at least two of whom each fails because of the others, directly or around. */
function rings(stuck: ReadonlyMap<string, Member>): string[][] {
  const found = strongComponents(stuck.keys(), (agent) => stuck.get(agent)?.because.filter((other) => other !== agent && stuck.has(other)) ?? []);
  return found.map((ring) => ring.sort());
}

function describe(members: readonly Member[], nowMs: number): Finding {
  const agents = members.map((member) => member.agent).slice(0, limits.findingSubjects);
  const resources = new Set<string>();
  for (const { rounds } of members)
    for (const { had, wanted } of rounds) for (const name of `${had}\n${wanted}`.split("\n")) if (name !== "") resources.add(name);
  const sinceMs = Math.min(...members.map((member) => member.roundsMs[0] ?? nowMs));
  const loop = members.flatMap((member) => member.acts).sort((a, b) => a.atMs - b.atMs);
  return {
    finding: findingId("livelock", agents),
    kind: "livelock",
    agents,
    resources: [...resources].sort().slice(0, limits.findingSubjects),
    because: [
      ...members
        .slice(0, 8)
        .map(({ agent, roundsMs }) => `${agent} tried in vain ${roundsMs.length} times in ${formatDuration(nowMs - (roundsMs[0] ?? nowMs))}`),
      "each because of the others, and the same state comes again and again",
      `none of ${plural(members.length, "agent")} got anything done in that time`,
    ],
    sinceMs,
    loop: loop.slice(-limits.loopActs),
    plan: { act: "favour", agent: agents[0], why: `${agents[0]} goes first, because its id is the lowest; the others stand back, each for a time of its own.` },
  };
}
