import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { type Child, startChild } from "../support/child.ts";
import type { Observation } from "./observations.ts";

export interface LoadOrder {
  readonly url: string;
  readonly agents: number;
  readonly seed: number;
  readonly observationsFile: string;
}

export interface LoadReport {
  readonly acknowledged: number;
  readonly done?: true;
}

/** The clients, in a process that nobody kills. */
export class LoadProcess {
  readonly #order: LoadOrder;
  readonly #child: Child;
  #acknowledged = 0;
  #done = false;

  constructor(order: LoadOrder) {
    this.#order = order;
    this.#child = startChild(process.execPath, ["--import", "tsx", "e2e/crash/load.ts", JSON.stringify(order)], { stdio: ["ignore", "pipe", "pipe", "ipc"] });
    this.#child.process.on("message", (report: LoadReport) => {
      this.#acknowledged = report.acknowledged;
      this.#done ||= report.done === true;
    });
  }

  /** Resolves once the clients got so many more acknowledgements: they are at work again. */
  async progress(more: number, timeoutMs: number): Promise<void> {
    const goal = this.#acknowledged + more;
    await this.#until(() => this.#acknowledged >= goal, timeoutMs, `the clients got only ${this.#acknowledged} of ${goal} acknowledgements`);
  }

  /** Lets the agents finish what they do and leave. */
  async finish(timeoutMs: number): Promise<void> {
    this.#child.process.send({ stop: true });
    await this.#until(() => this.#done, timeoutMs, "the agents did not come to an end");
  }

  /** What all of them saw. */
  async observations(): Promise<Observation[]> {
    const observations: Observation[] = [];
    for await (const line of createInterface({ input: createReadStream(this.#order.observationsFile) })) {
      // The last line of a load that was killed may be cut.
      if (line.endsWith("}")) observations.push(JSON.parse(line) as Observation);
    }
    return observations;
  }

  kill(): Promise<void> {
    return this.#child.kill();
  }

  async #until(check: () => boolean, timeoutMs: number, problem: string): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    while (!check()) {
      if (this.#child.process.exitCode !== null)
        throw new Error(`The load process ended with ${this.#child.process.exitCode}. Its output:\n${this.#child.output()}`);
      if (performance.now() > deadline) throw new Error(`After ${timeoutMs / 1_000} s ${problem}. Output of the load:\n${this.#child.output()}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}
