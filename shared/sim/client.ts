import type { AgentCommand, Answer, Ballot } from "../model/index.ts";
import type { Notice } from "../protocol/index.ts";
import { plants } from "../state/index.ts";
import type { Clock } from "./clock.ts";
import type { Felt } from "./felt.ts";
import { Knowledge } from "./knowledge.ts";
import { type Connection, isFrom, type ToClient, type ToServer } from "./messages.ts";
import type { Link } from "./network.ts";
import type { Random } from "./random.ts";
import type { Server } from "./server.ts";
import type { Witness } from "./witness.ts";

interface Pending {
  readonly command: AgentCommand;
  tries: number;
  /** Counts the times it was sent, so that only the last one waits for its answer. */
  turn: number;
}

const answerMs = 400;
/** So many tries without an answer, and the connection counts as lost. */
const triesAtMost = 4;
/** A wait this long without a word is looked up: its notice may be lost. */
const doubtMs = 4_000;
/** Who stands still looks up this often whether it is over: a fault may be stopped. */
const lookMs = 1_000;

/** When a message was sent, by several clocks; the client decides by the first two. */
export interface Sent {
  readonly atMs: number;
  /** By its own time of day. */
  readonly wallMs: number;
  /** By the server's, which the client cannot know: for the witness. */
  readonly serverMs: number;
}

/**
 * What a real client does, in virtual time: joins, renews, repeats what was not answered under the same id, notices that a
 * connection is dead, resumes, believes the server's holdings, and is certain of its locks only as long as its lease lasts.
 */
export class Client {
  readonly agent: string;
  readonly link: Link;
  readonly known = new Knowledge();
  session: string | undefined;
  ttlMs: number;
  /** Called with each answer that was waited for. */
  onAnswer: (command: AgentCommand, answer: Answer) => void = () => {};
  /** Called with the id of a command whose wait was given up to break or to prevent a deadlock. */
  onGaveWay: (command: string) => void = () => {};
  /** Called with each ballot that this agent is asked about. */
  onBallot: (group: string, ballot: Ballot) => void = () => {};
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #server: Server;
  readonly #witness: Witness;
  readonly #felt: Felt;
  readonly #pending = new Map<string, Pending>();
  #connection: Connection | undefined;
  #welcome = false;
  #lastHeardMs = 0;
  /** When the present connection's join or resume was sent: its lease counts from then. */
  #sent: Sent = { atMs: 0, wallMs: 0, serverMs: 0 };
  /** The last renewal that was answered. */
  #renewed: Sent | undefined;
  /** So long after it was sent it relies on it. */
  #certainMs = 0;
  /** By so much its time of day is ahead of virtual time. */
  #wallAheadMs = 0;
  #commands = 0;
  #life = 0;
  #over = false;
  #leaving = false;

  constructor(agent: string, ttlMs: number, parts: { clock: Clock; random: Random; server: Server; witness: Witness; link: Link; felt: Felt }) {
    this.agent = agent;
    this.ttlMs = ttlMs;
    this.#clock = parts.clock;
    this.#random = parts.random;
    this.#server = parts.server;
    this.#witness = parts.witness;
    this.#felt = parts.felt;
    this.link = parts.link;
  }

  get ready(): boolean {
    return this.#welcome && !this.paused && !this.#over;
  }

  get paused(): boolean {
    return this.link.troubles.of("pause") !== undefined;
  }

  get outstanding(): number {
    return this.#pending.size;
  }

  connect(replace = this.#random.chance(0.5)): void {
    if (this.#over) return;
    if (this.#leaving && this.session === undefined) return this.#end();
    this.#drop();
    const connection: Connection = {
      open: true,
      session: undefined,
      send: (message) => {
        const passed = this.#cutOff(message);
        this.link.send("down", () => this.#awake(() => this.#heard(connection, passed)), message.type === "answer" ? "answer" : "other");
      },
    };
    this.#connection = connection;
    this.#lastHeardMs = this.#clock.nowMs;
    this.#sent = this.#now();
    if (this.session === undefined) this.#send({ type: "join", agent: this.agent, ttlMs: this.ttlMs, replace });
    else this.#send({ type: "resume", session: this.session });
    this.#later(1_000 + this.#random.between(0, 500), () => {
      if (this.#connection === connection && !this.#welcome) this.connect();
    });
  }

  /** Sends a command and repeats it until it is answered. Returns its id. */
  send(make: (id: string) => AgentCommand): string {
    const id = `${this.#life}-${++this.#commands}`;
    this.#pending.set(id, { command: make(id), tries: 0, turn: 0 });
    this.#try(id);
    return id;
  }

  /** The term in which it leads a group for sure: it was told so, and its lease cannot be over. */
  leads(group: string): string | undefined {
    const { session } = this;
    const leader = this.known.groups.get(group)?.leader;
    const renewed = this.#renewed;
    if (session === undefined || renewed === undefined || leader?.session !== session) return undefined;
    const elapsedMs = this.#clock.nowMs - renewed.atMs;
    if (elapsedMs >= this.#certainMs && !plants.leadershipTrusted) return undefined;
    this.#witness.fact({ kind: "leads", session, agent: this.agent, group, term: leader.term, atMs: renewed.serverMs + elapsedMs });
    return leader.term;
  }

  /** Sends something that no retry stands behind: a command of old, a copy. */
  sendRaw(commands: readonly AgentCommand[]): void {
    if (this.#welcome) this.#send({ type: "commands", commands });
  }

  /** Sends what need not be a command at all. */
  sendHostile(commands: readonly unknown[]): void {
    if (this.#welcome) this.#send({ type: "raw", commands });
  }

  /** Its time of day is set ahead, or back. */
  jump(byMs: number): void {
    this.#wallAheadMs += byMs;
    this.#felt.add("clockJump", byMs < 0 ? "a client's time of day set back" : "a client's time of day set ahead");
    this.#reckon();
    // A doubt is settled by the next answered heartbeat.
    if (this.#welcome) this.#send({ type: "heartbeat", sent: this.#now() });
  }

  /** Loses its connection; the server may notice it or not. */
  disconnect(): void {
    this.#drop();
    this.#later(this.#random.between(20, 1_500), () => {
      if (this.#connection === undefined) this.connect();
    });
  }

  /** The process dies and forgets everything. */
  crash(): void {
    this.#drop();
    this.#forget();
    this.#life++;
  }

  /** Leaves for good. */
  leave(): void {
    this.#leaving = true;
    if (this.session === undefined) this.#end();
    else this.send((id) => ({ id, type: "session.leave" }));
  }

  #forget(): void {
    this.#renewed = undefined;
    this.session = undefined;
    this.known.forget();
    this.#pending.clear();
  }

  #drop(): void {
    const connection = this.#connection;
    this.#connection = undefined;
    this.#welcome = false;
    if (connection === undefined) return;
    connection.open = false;
    if (this.#random.chance(0.7)) this.#clock.after(this.#random.between(1, 3_000), () => this.#server.disconnected(connection));
  }

  #send(message: ToServer): void {
    const connection = this.#connection;
    if (connection === undefined) return;
    this.link.send("up", () => this.#server.receive(connection, message));
  }

  #try(id: string): void {
    const pending = this.#pending.get(id);
    if (pending === undefined || this.#over) return;
    if (this.#welcome) {
      pending.tries++;
      this.#send({ type: "commands", commands: [pending.command] });
    }
    const turn = ++pending.turn;
    this.#later(answerMs + this.#random.between(0, answerMs), () => {
      if (this.#pending.get(id)?.turn !== turn) return;
      if (pending.tries >= triesAtMost) {
        pending.tries = 0;
        this.connect();
      } else this.#try(id);
    });
  }

  #heard(connection: Connection, message: ToClient): void {
    if (connection !== this.#connection || this.#over) return;
    this.#lastHeardMs = this.#clock.nowMs;
    switch (message.type) {
      case "closed":
        return this.disconnect();
      case "unwelcome":
        return this.#refused(message.error.code);
      case "welcome":
        return this.#welcomed(message.holdings);
      case "answer":
        return this.#answered(message.answer);
      case "beat":
        if (message.ok) this.#certainFrom(message.sent);
        else this.#lost();
        return;
      case "notices":
        // Before the welcome they tell what its holdings tell as well.
        if (this.#welcome) for (const notice of message.notices) this.#noticed(notice);
        return;
    }
  }

  #welcomed(holdings: Extract<ToClient, { type: "welcome" }>["holdings"]): void {
    if (this.#welcome) return;
    this.session = holdings.session;
    this.#welcome = true;
    this.#certainFrom(this.#sent);
    this.known.believe(holdings, this.#clock.nowMs);
    for (const id of this.#pending.keys()) this.#try(id);
    this.#beat(this.#connection);
  }

  #refused(code: string): void {
    if (code === "noSession") return this.#lost();
    this.#drop();
    this.#later(this.#random.between(200, 2_000), () => {
      if (this.#connection === undefined) this.connect();
    });
  }

  #beat(connection: Connection | undefined): void {
    if (connection === undefined || connection !== this.#connection || this.#over) return;
    const nowMs = this.#clock.nowMs;
    if (nowMs - this.#lastHeardMs > this.ttlMs) return this.connect();
    const doubtful = [...this.known.waits.values()].some((sinceMs) => nowMs - sinceMs > doubtMs);
    if (doubtful && this.#random.chance(0.3)) return this.connect();
    if (this.link.troubles.of("stopRenewing") === undefined) this.#send({ type: "heartbeat", sent: this.#now() });
    else this.#felt.add("stopRenewing");
    this.#later(Math.floor(this.ttlMs / 3 / this.#haste), () => this.#beat(connection));
  }

  /** The lease counts from when its renewal was sent: the server got it later, if at all. */
  #certainFrom(sent: Sent): void {
    if (this.#renewed !== undefined && sent.atMs < this.#renewed.atMs) return;
    this.#renewed = sent;
    this.#reckon();
  }

  /**
   * By which time it may be over, with the margin of a clock that runs fast. Elapsed time decides; a time of day that says
   * that the lease is over makes it doubt at once, for a machine that slept knows it from nothing else.
   */
  #reckon(): void {
    const renewed = this.#renewed;
    if (renewed === undefined || this.session === undefined) return;
    const { atMs, wallMs } = this.#now();
    const lastsMs = Math.floor(this.ttlMs / this.#haste);
    if (lastsMs < this.ttlMs) this.#felt.add("clockDrift");
    const [elapsedMs, byWallMs] = [atMs - renewed.atMs, wallMs - renewed.wallMs];
    const doubts = byWallMs >= lastsMs;
    const heldMs = plants.wallTrusted ? elapsedMs + lastsMs - byWallMs : doubts ? Math.min(elapsedMs, lastsMs) : lastsMs;
    this.#certainMs = heldMs;
    this.#witness.fact({ kind: "certain", session: this.session, untilMs: renewed.serverMs + heldMs });
  }

  #now(): Sent {
    const atMs = this.#clock.nowMs;
    return { atMs, wallMs: atMs + this.#wallAheadMs, serverMs: this.#server.nowMs };
  }

  /** A cut between two takes out what the other one caused. */
  #cutOff(message: ToClient): ToClient {
    if (message.type !== "notices") return message;
    const notices = message.notices.filter((notice) => !isFrom(notice, (peer) => this.link.troubles.isCutFrom(peer)));
    for (let lost = message.notices.length - notices.length; lost > 0; lost--) this.#felt.add("cutPair");
    return { ...message, notices };
  }

  /** How much faster its clock runs than the server's: it lets go early, never late. */
  get #haste(): number {
    return 1 + (this.link.troubles.of("clockDrift")?.strength ?? 0);
  }

  /** The session is over: whatever it held is gone. */
  #lost(): void {
    this.#forget();
    this.#life++;
    if (this.#leaving) this.#end();
    else this.connect();
  }

  #end(): void {
    this.#over = true;
    this.#drop();
  }

  #answered(answer: Answer): void {
    const pending = this.#pending.get(answer.id);
    if (pending === undefined) return;
    if (!answer.ok && answer.error.code === "unavailable") return;
    this.#pending.delete(answer.id);
    const { command } = pending;
    if (answer.ok && command.type === "session.leave") return this.#end();
    if (answer.ok) this.known.learn(command, answer.result, this.#clock.nowMs);
    else if (answer.error.code === "noSession") return this.#lost();
    else if (answer.error.code === "notHolder" && "fence" in command) this.known.locks.delete(command.fence);
    else if (answer.error.code === "notLeader" && "term" in command) this.known.notLeader(command.group, command.term);
    this.onAnswer(command, answer);
  }

  #noticed(notice: Notice): void {
    switch (notice.type) {
      case "granted":
        if (!this.known.waits.delete(notice.command) && !this.#pending.delete(notice.command)) return;
        for (const lock of notice.locks) this.known.took(lock);
        return;
      case "upgraded":
        this.known.waits.delete(notice.command);
        this.#pending.delete(notice.command);
        return this.known.refenced(notice.fence, notice.newFence);
      case "dequeued":
        // A notice that comes twice tells nothing new: asking again for each would never come to rest.
        if (!this.known.waits.delete(notice.command)) return;
        if (notice.why === "victim" || notice.why === "wounded") this.onGaveWay(notice.command);
        return;
      case "revoked":
        this.known.locks.delete(notice.fence);
        return;
      case "received":
        return this.known.took(notice.lock);
      case "intentEnded":
        this.known.intents.delete(notice.intent);
        return;
      case "ended":
        return this.#lost();
      case "clockJump":
        return this.jump(notice.byMs);
      case "leader":
        return this.known.led(notice.group, notice.leader, notice.ended?.term);
      case "ballot":
        this.known.asked(notice.group, notice.ballot);
        return this.onBallot(notice.group, notice.ballot);
      case "candidacyEnded":
        return this.known.candidacyEnded(notice.group);
      case "proclaimed":
      case "message":
      case "conflict":
      case "clock":
      case "backOff":
        return;
    }
  }

  /** Runs when awake, and not in another life. */
  #awake(run: () => void): void {
    const pause = this.link.troubles.of("pause");
    if (pause === undefined) return run();
    this.#felt.add("pause");
    this.#clock.at(Math.min(pause.untilMs, this.#clock.nowMs + lookMs), () => this.#awake(run));
  }

  #later(delayMs: number, run: () => void): void {
    const life = this.#life;
    this.#clock.after(delayMs, () => this.#awake(() => life === this.#life && run()));
  }
}
