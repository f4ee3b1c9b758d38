import type { z } from "zod";
import { type Answer, answerSchema, type CommandError, type Event, errorSchema } from "../../shared/model/index.ts";
import {
  answersSchema,
  type Credit,
  type Frame,
  frameSchema,
  type History,
  type HistoryAnswer,
  historyAnswerSchema,
  type PreviewAnswer,
  previewAnswerSchema,
  reportSchema,
  type StateAnswer,
  type SubscribeAnswer,
  stateAnswerSchema,
  stoppedSchema,
  subscribeAnswerSchema,
  type VitalsAnswer,
  vitalsAnswerSchema,
} from "../../shared/protocol/index.ts";
import { evolve, fromSnapshot, type State } from "../../shared/state/index.ts";
import { addReport } from "../stores/reports.ts";
import { liveStore, type World } from "../stores/world.ts";
import type { Act, OperatorPort } from "./port.ts";

/** The part of a Socket.IO client that is used here; tests put their own in. */
export interface LinkSocket {
  readonly active: boolean;
  on(event: string, listener: (...args: never[]) => void): unknown;
  emit(event: string, message: unknown): unknown;
  /** Rejects when no answer came within `timeoutMs`. */
  ask(event: string, message: unknown, timeoutMs: number): Promise<unknown>;
  connect(): unknown;
  close(): unknown;
}

const answerTimeoutMs = 10_000;
const actAttempts = 3;
const historyPage = 5_000;
/** How far back the log is filled when a dashboard opens. */
const historyWindowMs = 3_600_000;
const retryDelayMs = 1_000;

/**
 * A viewer's end of the stream: snapshot, then frames folded with the same `evolve` the server runs. A frame that does not
 * follow on the last one is never folded: the link subscribes again after what it has, and the server sends the rest.
 */
export class OperatorLink implements OperatorPort {
  readonly #socket: LinkSocket;
  readonly #newId: () => string;
  #state: State | null = null;
  /** Rises with every subscription: answers to earlier ones are void. */
  #subscription = 0;
  #subscribed = false;
  #offsetKnown = false;
  #closed = false;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(socket: LinkSocket, newId: () => string = randomId) {
    this.#socket = socket;
    this.#newId = newId;
    socket.on("connect", () => void this.#subscribe());
    socket.on("disconnect", (reason: string) => this.#disconnected(reason));
    socket.on("connect_error", (error: Error & { data?: unknown }) => this.#connectFailed(error));
    socket.on("frame", (frame: unknown) => this.#frame(frame));
    socket.on("lagged", () => void this.#subscribe());
    socket.on("report", (report: unknown) => {
      const parsed = reportSchema.safeParse(report);
      if (parsed.success) addReport(parsed.data);
    });
    socket.on("stopped", (message: unknown) => {
      const parsed = stoppedSchema.safeParse(message);
      this.#set({ status: "stopped", problem: parsed.success ? parsed.data.reason : "The server stopped this space." });
    });
  }

  /** One act, safe to send again: its id stays the same over all attempts. */
  async act(act: Act): Promise<Answer> {
    const id = this.#newId();
    for (let attempt = 1; ; attempt++) {
      try {
        const answers = answersSchema.parse(await this.#socket.ask("commands", [{ id, ...act }], answerTimeoutMs));
        return answers[0] ?? answerSchema.parse({ id, ok: false, error: { code: "invalid", message: "The server sent no answer to the act." } });
      } catch {
        if (attempt >= actAttempts || this.#closed)
          return { id, ok: false, error: unanswered("The act may or may not have been applied: look at the audit before you repeat it.") };
      }
    }
  }

  preview(act: Act): Promise<PreviewAnswer> {
    return this.#ask("preview", { command: { id: "preview", ...act } }, previewAnswerSchema);
  }

  history(query: History): Promise<HistoryAnswer> {
    return this.#ask("history", query, historyAnswerSchema);
  }

  state(at: number): Promise<StateAnswer> {
    return this.#ask("state", { at }, stateAnswerSchema);
  }

  vitals(sessions: readonly string[]): Promise<VitalsAnswer> {
    return this.#ask("vitals", { sessions: sessions.slice(0, 200) }, vitalsAnswerSchema);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#retry);
    this.#socket.close();
  }

  async #ask<T>(event: string, message: unknown, schema: z.ZodType<T>): Promise<T | { ok: false; error: CommandError }> {
    try {
      return schema.parse(await this.#socket.ask(event, message, answerTimeoutMs));
    } catch {
      return { ok: false, error: unanswered("Try again when the lamp is green.") };
    }
  }

  #set(part: Partial<World>): void {
    if (!this.#closed) liveStore.setState(part);
  }

  async #subscribe(fresh = false): Promise<void> {
    if (this.#closed) return;
    const mine = ++this.#subscription;
    this.#subscribed = false;
    this.#offsetKnown = false;
    const after = fresh ? undefined : this.#state?.position;
    let answer: SubscribeAnswer;
    try {
      answer = subscribeAnswerSchema.parse(await this.#socket.ask("subscribe", after === undefined ? {} : { after }, answerTimeoutMs));
    } catch (error) {
      if (mine === this.#subscription && this.#socket.active) this.#subscribeLater(`The server's answer could not be read: ${message(error)}`);
      return;
    }
    if (mine !== this.#subscription || this.#closed) return;
    if (!answer.ok) {
      // A space that is stopped stays so until it takes the subscription: no back and forth at every try.
      if (answer.error.code === "unavailable") this.#subscribeLater(answer.error.message, liveStore.getState().status === "stopped");
      else this.#set({ status: "refused", problem: answer.error.message, problemCode: answer.error.code });
      return;
    }
    this.#learnOffset(answer.serverMs);
    this.#subscribed = true;
    const { events } = liveStore.getState();
    if (answer.snapshot !== null) {
      this.#state = fromSnapshot(answer.snapshot);
      events.reset(this.#state.position);
    }
    if (!this.#fold(answer.events)) return;
    const { space, spaces, actor } = answer;
    this.#set({ status: "live", problem: undefined, space, spaces, actor, state: this.#state, revision: liveStore.getState().revision + 1 });
    this.#credit();
    if (answer.snapshot !== null) await this.#fillHistory(mine);
  }

  #subscribeLater(problem: string, stopped = false): void {
    if (!stopped) this.#set({ status: "offline", problem });
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.#subscribe(), retryDelayMs);
  }

  #frame(raw: unknown): void {
    // Frames of an earlier subscription may still be on their way.
    if (!this.#subscribed || this.#state === null) return;
    const parsed = frameSchema.safeParse(raw);
    if (!parsed.success) {
      void this.#subscribe(true);
      return;
    }
    const frame: Frame = parsed.data;
    this.#learnOffset(frame.serverMs);
    const { position } = this.#state;
    const fresh = frame.after < position ? frame.events.filter((event) => event.position > position) : frame.events;
    if (frame.after > position) void this.#subscribe();
    else if (this.#fold(fresh)) {
      if (fresh.length > 0) this.#set({ revision: liveStore.getState().revision + 1 });
      this.#credit();
    }
  }

  /** False when the events do not follow or cannot be applied; the link then asks for a fresh snapshot. */
  #fold(events: readonly Event[]): boolean {
    const state = this.#state;
    if (state === null) return false;
    try {
      for (const event of events) {
        if (event.position !== state.position + 1) throw new Error(`position ${event.position} does not follow on ${state.position}`);
        evolve(state, event);
      }
      liveStore.getState().events.append(events);
      return true;
    } catch (error) {
      this.#state = null;
      this.#subscribed = false;
      this.#subscribeLater(`The picture did not fit the server's events and is fetched anew: ${message(error)}`);
      return false;
    }
  }

  #credit(): void {
    if (this.#state !== null) this.#socket.emit("credit", { position: this.#state.position } satisfies Credit);
  }

  /** The least delayed message tells the clock difference best. */
  #learnOffset(serverMs: number): void {
    const sample = serverMs - Date.now();
    const { serverOffsetMs } = liveStore.getState();
    this.#set({ serverOffsetMs: this.#offsetKnown ? Math.max(serverOffsetMs, sample) : sample, lastSeenMs: serverMs });
    this.#offsetKnown = true;
  }

  async #fillHistory(subscription: number): Promise<void> {
    const { events } = liveStore.getState();
    const startMs = Date.now() + liveStore.getState().serverOffsetMs - historyWindowMs;
    while (events.room > 0 && events.from > 1) {
      const answer = await this.history({ newest: true, to: events.from - 1, limit: Math.min(historyPage, events.room) });
      if (subscription !== this.#subscription || !answer.ok) return;
      const page = [...answer.events].sort((left, right) => left.position - right.position);
      const first = page[0];
      if (events.prepend(page) === 0 || !answer.more || first === undefined || first.atMs < startMs) return;
    }
  }

  #disconnected(reason: string): void {
    this.#subscription++;
    this.#subscribed = false;
    clearTimeout(this.#retry);
    const { status, serverOffsetMs } = liveStore.getState();
    if (status !== "stopped" && status !== "refused") this.#set({ status: "offline", problem: undefined, lastSeenMs: Date.now() + serverOffsetMs });
    // The server hung up on purpose: Socket.IO does not come back by itself then.
    if (reason === "io server disconnect" && status !== "refused" && !this.#closed) this.#retry = setTimeout(() => this.#socket.connect(), retryDelayMs);
  }

  #connectFailed(error: Error & { data?: unknown }): void {
    if (this.#socket.active) {
      if (liveStore.getState().status === "connecting") this.#set({ status: "offline", problem: undefined });
      return;
    }
    const told = errorSchema.safeParse(error.data);
    this.#set({ status: "refused", problem: told.success ? told.data.message : error.message, problemCode: told.data?.code });
  }
}

function unanswered(advice: string): CommandError {
  return { code: "unavailable", message: `The server did not answer. ${advice}` };
}

function message(error: unknown): string {
  return error instanceof Error ? error.message.slice(0, 300) : String(error);
}

/** `crypto.randomUUID` is missing on plain http outside of localhost. */
function randomId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
