import type { Event } from "../../shared/model/index.ts";
import { fromSnapshot, toSnapshot } from "../../shared/state/index.ts";
import type { ImportOptions } from "../../shared/trace/import/index.ts";
import { setPastPort } from "../connection/port.ts";
import { PackedLanes } from "../projections/lanes-packed.ts";
import { nowMs } from "../stores/clock.ts";
import { type Cursor, cursorStore, noTrace, speeds, type TimeRange, type TraceName } from "../stores/cursor.ts";
import { EventLog } from "../stores/event-log.ts";
import { liveStore, showLive, showPast, showsPast, worldStore } from "../stores/world.ts";
import { Along, type Thing } from "./along.ts";
import type { JumpKind } from "./marks.ts";
import type { WorkerSource } from "./messages.ts";
import { Moments } from "./moments.ts";
import { keepNotes, notesOf } from "./notes.ts";
import { OpenedFiles } from "./opened-files.ts";
import { pastPort } from "./past-port.ts";
import { played, stepAlong } from "./play.ts";
import { Player } from "./player.ts";
import { Recent } from "./recent.ts";
import { SpaceHistory } from "./space-history.ts";
import type { TaskName, Tasks } from "./tasks.ts";
import { ThingIndex } from "./things.ts";
import { Throttle } from "./throttle.ts";
import { type News, TraceClient } from "./trace-client.ts";
import { TraceIndex } from "./trace-index.ts";

/** What can be opened: the cursor then stands at position `at`, or where the trace begins. */
export type Opened =
  | { readonly kind: "file"; readonly file: Blob; readonly name: string; readonly at?: number; readonly as?: ImportOptions }
  | { readonly kind: "recording"; readonly url: string; readonly headers: Readonly<Record<string, string>>; readonly name: string; readonly at?: number };

/** All views draw anew when a trace has grown, and it grows thirty times a second: so often they are told of it. */
const growsEveryMs = 250;

/** Goes through a trace: opens it, moves the cursor, plays. What it shows it puts in the world (`moments.ts`). */
export class Replay {
  readonly #connect: (source: WorkerSource, told: (news: News) => void) => TraceClient;
  readonly #recent = new Recent();
  #client: TraceClient | undefined;
  /** Of the worker's trace: the cursor's own index while a space's history is read is the recent one. */
  #index = new TraceIndex();
  #moments: Moments | undefined;
  #history: SpaceHistory | undefined;
  readonly #player = new Player((elapsedMs) => this.#advance(elapsedMs));
  /** Files opened on this page. */
  readonly files = new OpenedFiles();
  #along = new Along();
  /** How much of a file is read; null where nobody knows. */
  #readShare: number | null = null;
  readonly #grown = new Throttle(() => this.#tellGrown(), growsEveryMs);

  constructor(connect: (source: WorkerSource, told: (news: News) => void) => TraceClient = (source, told) => new TraceClient(source, told)) {
    this.#connect = connect;
  }

  /** Begins to index the live space's recent past. */
  watch(): void {
    cursorStore.setState({ index: this.#recent.index });
    this.#recent.watch();
  }

  get isLive(): boolean {
    return cursorStore.getState().trace === null;
  }

  /** Opens a file or a recording. What was looked at stays in sight until its first moment is there. */
  open(opened: Opened): void {
    const { name } = opened;
    if (opened.kind === "file") this.files.keep(name, opened.file);
    const source: WorkerSource =
      opened.kind === "file"
        ? { kind: "file", file: opened.file, name, ...(opened.as === undefined ? {} : { as: opened.as }) }
        : { kind: "url", url: opened.url, headers: opened.headers, name };
    this.#begin({ kind: opened.kind, name }, source, new TraceIndex(), opened.at);
  }

  /**
   * Looks at the live space's own past: at this moment, or where `at` says. The connection goes on meanwhile. Of a long
   * past it reads what came since a state shortly before that; with `whole` from as far back as there is anything.
   */
  openSpace(at?: number, whole = false): void {
    const live = liveStore.getState();
    if (live.state === null) return;
    const atMs = nowMs();
    const awaited = showsPast();
    this.#begin({ kind: "space" }, { kind: "space", space: live.space }, this.#recent.index, at);
    if (at === undefined || !awaited) {
      // The present is at hand: a copy of it stands still at once.
      const events = live.events.slice();
      const log = new EventLog(live.events.capacity, live.state.position - events.length);
      log.append(events);
      this.#moments?.show(fromSnapshot(toSnapshot({ ...live.state, answers: new Map() })), log, atMs);
    }
    const client = this.#client;
    this.#history = new SpaceHistory({
      pages: (page) => client?.pages(page),
      failed: (message) => cursorStore.setState({ problem: { message } }),
    });
    void this.#history.begin(at ?? live.state.position, whole);
  }

  /** Waits where a link leads until what it needs is there: nothing of the live space is shown meanwhile. */
  await(trace: TraceName, at: number | null): void {
    const { loop, a, b, speed } = cursorStore.getState();
    this.#end();
    cursorStore.setState({ ...noTrace, loop, a, b, speed, trace, wanted: at, index: new TraceIndex() });
    showNothing();
  }

  /** Back to the live space, at once. */
  leave(): void {
    if (this.isLive) return;
    this.#end();
    cursorStore.setState({ ...noTrace, index: this.#recent.index, indexed: cursorStore.getState().indexed + 1, speed: cursorStore.getState().speed });
    showLive();
  }

  /** Reads no further; what is there can be looked at. */
  stopReading(): void {
    this.#history?.stop();
    if (this.#history !== undefined) this.#client?.pages({ events: [], complete: true });
    this.#client?.stop();
  }

  /** Shows the state after this event; latest wins. */
  seek(position: number): void {
    if (this.isLive) return this.openSpace(position);
    this.#want(position);
  }

  /** Shows what was at this time. */
  seekTime(atMs: number): void {
    const { index } = cursorStore.getState();
    if (this.isLive) this.openSpace(index.positionAtTime(atMs));
    else this.#want(index.positionAtTime(atMs), Math.max(atMs, index.sinceMs));
  }

  /** To the next event or the one before; while one follows an agent, of its events. */
  step(by: 1 | -1): void {
    this.pause();
    const { follow } = cursorStore.getState();
    if (follow !== null) return void this.stepAlong({ kind: "agent", id: follow }, by);
    if (this.isLive) {
      const { state } = liveStore.getState();
      if (by < 0 && state !== null) this.openSpace(state.position + by);
    } else this.#want(this.#standing() + by);
  }

  /** To the next event of a thing, or the one before; false when there is none. While live, back in the past that is at hand. */
  async stepAlong(thing: Thing, direction: 1 | -1): Promise<boolean> {
    this.pause();
    if (this.isLive) {
      const { events } = liveStore.getState();
      const things = new ThingIndex();
      for (const event of events.slice()) things.take(event);
      const back = stepAlong(Uint32Array.from(things.positions(thing.kind, thing.id)), events.to + 1, direction);
      if (back !== undefined) this.openSpace(back);
      return back !== undefined;
    }
    const positions = await this.#positionsOf(thing);
    const found = stepAlong(positions, this.#standing(), direction);
    if (found !== undefined) this.#want(found);
    return found !== undefined;
  }

  /** To the next event of a kind, or the one before; false when there is none. */
  jump(kind: JumpKind, direction: 1 | -1): boolean {
    this.pause();
    const { index } = cursorStore.getState();
    const from = this.isLive ? (liveStore.getState().state?.position ?? 0) + 1 : this.#standing();
    const found = index.next(from, direction, kind);
    if (found !== undefined) this.seek(found);
    return found !== undefined;
  }

  play(): void {
    if (this.isLive || cursorStore.getState().playing) return;
    const { position, loop } = cursorStore.getState();
    if (position >= this.#index.to && loop === null && cursorStore.getState().reading.done) this.#want(this.#index.from - 1);
    const { follow } = cursorStore.getState();
    if (follow !== null) void this.#positionsOf({ kind: "agent", id: follow });
    this.#player.play();
  }

  /** While live it stops the picture where it is. */
  pause(): void {
    this.#player.pause();
    this.#moments?.rest();
  }

  togglePlay(): void {
    if (this.isLive) this.openSpace();
    else if (cursorStore.getState().playing) this.pause();
    else this.play();
  }

  /** One of `speeds` faster or slower. */
  changeSpeed(by: 1 | -1): void {
    const { speed } = cursorStore.getState();
    const at = speeds.findLastIndex((one) => one <= speed);
    cursorStore.setState({ speed: speeds[Math.min(Math.max(at + by, 0), speeds.length - 1)] ?? 1 });
  }

  set(values: Partial<Pick<Cursor, "speed" | "skipsIdle" | "a" | "b" | "jumpsTo">>): void {
    cursorStore.setState(values);
  }

  /** Steps and plays along the events of this agent; null along all. */
  follow(agent: string | null): void {
    cursorStore.setState({ follow: agent });
    this.#along = new Along();
    if (agent !== null) void this.#positionsOf({ kind: "agent", id: agent });
  }

  loop(range: TimeRange | null): void {
    cursorStore.setState({ loop: range });
  }

  /** Keeps a note at a position; an empty text takes it away. */
  note(at: number, text: string): void {
    const notes = [...cursorStore.getState().notes.filter((note) => note.at !== at), ...(text === "" ? [] : [{ at, text }])].sort(
      (left, right) => left.at - right.at,
    );
    cursorStore.setState({ notes });
    keepNotes(this.#key(), notes);
  }

  changes(from: number, to: number) {
    return this.#client?.ask("changes", { from, to });
  }

  /** The event at a position of the open trace. */
  async eventAt(position: number): Promise<Event | undefined> {
    return (await this.#client?.ask("events", { first: position, last: position }))?.[0];
  }

  /** What the file of another system told beside its events. */
  found() {
    return this.#client?.ask("found", {});
  }

  /** Work on the open trace that takes a while; undefined while none is open. */
  run<Name extends TaskName>(name: Name, ask: Tasks[Name]["ask"], progress: (share: number) => void, signal?: AbortSignal) {
    return this.#client?.run(name, ask, progress, signal);
  }

  /** The trace as a file, notes and all. */
  save() {
    return this.#client?.ask("save", { notes: cursorStore.getState().notes });
  }

  #begin(trace: TraceName, source: WorkerSource, index: TraceIndex, at: number | undefined): void {
    const { loop, a, b, follow, speed } = cursorStore.getState();
    this.#end();
    // What a link has said before it is known stays.
    cursorStore.setState({
      ...noTrace,
      loop,
      a,
      b,
      follow,
      speed,
      trace,
      index,
      lanes: new PackedLanes(),
      reading: { done: false, share: 0 },
      wanted: at ?? null,
    });
    this.#index = trace.kind === "space" ? new TraceIndex() : index;
    const client: TraceClient = this.#connect(source, (news) => {
      if (client === this.#client) this.#heard(news);
    });
    this.#client = client;
    this.#moments = new Moments(client, this.#index, at);
    setPastPort(pastPort(() => this.#client));
  }

  #end(): void {
    this.pause();
    this.#grown.cancel();
    this.#moments?.close();
    this.#moments = undefined;
    this.#history?.stop();
    this.#history = undefined;
    this.#client?.close();
    this.#client = undefined;
    setPastPort(undefined);
    this.#along = new Along();
  }

  /** Says that more of the trace is there. */
  #tellGrown(): void {
    const { reading, indexed, trace } = cursorStore.getState();
    const share = trace?.kind === "space" ? this.#index.to / Math.max(1, liveStore.getState().state?.position ?? 1) : this.#readShare;
    cursorStore.setState({ indexed: indexed + 1, reading: { ...reading, share: share === null ? null : Math.min(1, share) } });
  }

  #heard(news: News): void {
    switch (news.type) {
      case "head": {
        this.#index.begin(news.head.from);
        cursorStore.setState({ head: news.head });
        cursorStore.setState({ notes: notesOf(this.#key(), news.head.notes) });
        return;
      }
      case "part": {
        this.#index.append(news.part);
        cursorStore.getState().lanes?.append(news.lanes);
        this.#readShare = news.totalBytes === null ? null : news.readBytes / Math.max(1, news.totalBytes);
        this.#grown.ask();
        break;
      }
      case "end":
        this.#grown.cancel();
        cursorStore.getState().lanes?.trim();
        cursorStore.setState({ index: this.#index, indexed: cursorStore.getState().indexed + 1, reading: { done: true, share: 1 } });
        break;
      case "failed":
        // Nothing of a file is shown that cannot be read to its end.
        this.#end();
        cursorStore.setState({
          problem: news.problem,
          reading: { done: true, share: null },
          head: null,
          lanes: null,
          index: new TraceIndex(),
          wanted: null,
          position: 0,
        });
        showNothing();
        return;
    }
    // The first picture does not wait for the end.
    if (this.#moments?.begun === false) this.#want(this.#index.from);
    void this.#moments?.pump();
  }

  #want(position: number, atMs?: number): void {
    cursorStore.setState({ wanted: position });
    this.#moments?.want(position, atMs);
  }

  #advance(elapsedMs: number): void {
    const { atMs, speed, skipsIdle, loop, reading, trace, follow } = cursorStore.getState();
    const along = follow === null ? null : this.#along.of({ kind: "agent", id: follow });
    const next = played(this.#index, atMs, elapsedMs, { speed, skipsIdle, loop, along });
    cursorStore.setState({ atMs: next.atMs });
    if (next.position !== this.#standing()) this.#want(next.position, next.atMs);
    else if (worldStore.getState().lastSeenMs !== next.atMs) worldStore.setState({ lastSeenMs: next.atMs });
    if (!next.ended || !reading.done) return;
    this.pause();
    // A space's history ends in the present.
    if (trace?.kind === "space") this.leave();
  }

  /** Where the cursor is, or is about to be. */
  #standing(): number {
    return this.#moments?.wanted ?? cursorStore.getState().wanted ?? cursorStore.getState().position;
  }

  #positionsOf(thing: Thing): Promise<Uint32Array> {
    return this.#along.ask(this.#client, thing, this.#standing());
  }

  /** Under which notes are kept here. */
  #key(): string {
    const { trace, head } = cursorStore.getState();
    return trace?.kind === "space" ? `space ${liveStore.getState().space}` : (head?.lastHash ?? "");
  }
}

/** Neither the live space nor a moment of the past: still nobody can act. */
function showNothing(): void {
  setPastPort(pastPort(() => undefined));
  showPast({ space: liveStore.getState().space, state: null, events: new EventLog(), lastSeenMs: 0 });
}

export const replay = new Replay();
