import type { FromWorker, QuestionName, Questions, ToWorker, TraceProblem, WorkerSource } from "./messages.ts";
import type { TaskName, Tasks } from "./tasks.ts";

/** What a trace's worker tells unasked. */
export type News = Exclude<FromWorker, { readonly type: "answer" | "refused" | "progress" }>;

/** The part of a worker that is used here. */
export interface WorkerLike {
  onmessage: ((event: MessageEvent<FromWorker>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  postMessage(message: ToWorker): void;
  terminate(): void;
}

/** The worker could not answer; `problem` says why in words. */
export class TraceRefusal extends Error {
  override name = "TraceRefusal";
  readonly problem: TraceProblem;
  constructor(problem: TraceProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

/** One open trace, seen from the page: it lives in a worker of its own, and goes with it. */
export class TraceClient {
  readonly #worker: WorkerLike;
  readonly #waiting = new Map<number, { resolve(answer: unknown): void; reject(error: Error): void; progress?(share: number): void }>();
  #turn = 0;

  constructor(source: WorkerSource, told: (news: News) => void, worker: WorkerLike = newWorker()) {
    this.#worker = worker;
    worker.onmessage = ({ data }) => {
      if (data.type !== "answer" && data.type !== "refused" && data.type !== "progress") return told(data);
      const waiting = this.#waiting.get(data.turn);
      if (data.type === "progress") return waiting?.progress?.(data.share);
      this.#waiting.delete(data.turn);
      if (data.type === "answer") waiting?.resolve(data.answer);
      else waiting?.reject(new TraceRefusal(data.problem));
    };
    worker.onerror = (event) => told({ type: "failed", problem: { message: event.message || "The trace's worker could not be started." } });
    this.#send({ type: "open", source });
  }

  ask<Name extends QuestionName>(name: Name, question: Questions[Name]["ask"]): Promise<Questions[Name]["answer"]> {
    const turn = ++this.#turn;
    return new Promise((resolve, reject) => {
      this.#waiting.set(turn, { resolve: resolve as (answer: unknown) => void, reject });
      this.#send({ type: "ask", turn, name, question } as ToWorker);
    });
  }

  /** Work that takes a while. `signal` gives it up: it then rejects, as with any refusal. */
  run<Name extends TaskName>(name: Name, ask: Tasks[Name]["ask"], progress: (share: number) => void, signal?: AbortSignal): Promise<Tasks[Name]["answer"]> {
    const turn = ++this.#turn;
    signal?.addEventListener("abort", () => this.#send({ type: "giveUp", turn }));
    return new Promise((resolve, reject) => {
      this.#waiting.set(turn, { resolve: resolve as (answer: unknown) => void, reject, progress });
      this.#send({ type: "task", turn, name, ask } as ToWorker);
    });
  }

  pages(message: Omit<Extract<ToWorker, { type: "pages" }>, "type">): void {
    this.#send({ type: "pages", ...message });
  }

  /** Reads no further; what was read stays. */
  stop(): void {
    this.#send({ type: "stop" });
  }

  /** Lets everything go. Whoever still waits for an answer gets none. */
  close(): void {
    this.#worker.terminate();
    this.#waiting.clear();
  }

  #send(message: ToWorker): void {
    this.#worker.postMessage(message);
  }
}

function newWorker(): WorkerLike {
  return new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
}
