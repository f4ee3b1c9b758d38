import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Child, freePort, startChild, until } from "./child.ts";

export interface ServerOptions {
  /** Further arguments of `signalbox serve`. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** A folder that outlives the server; otherwise one of its own that goes with `remove`. */
  readonly dataFolder?: string;
  readonly port?: number;
  /** Options for Node itself, such as `--cpu-prof`. */
  readonly nodeArgs?: readonly string[];
}

/** A real `signalbox serve` in a process of its own, with its own port and data folder. */
export class SignalboxServer {
  readonly port: number;
  readonly dataFolder: string;
  readonly #options: ServerOptions;
  #child: Child | undefined;

  private constructor(port: number, dataFolder: string, options: ServerOptions) {
    this.port = port;
    this.dataFolder = dataFolder;
    this.#options = options;
  }

  static async start(options: ServerOptions = {}): Promise<SignalboxServer> {
    const dataFolder = options.dataFolder ?? (await mkdtemp(join(tmpdir(), "signalbox-e2e-")));
    const server = new SignalboxServer(options.port ?? (await freePort()), dataFolder, options);
    await server.start();
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get pid(): number {
    if (!this.#child) throw new Error("the server does not run");
    return this.#child.pid;
  }

  output(): string {
    return this.#child?.output() ?? "";
  }

  /** Starts it again on the same port and data. */
  async start(): Promise<void> {
    const child = startChild(
      process.execPath,
      [...(this.#options.nodeArgs ?? []), "--import", "tsx", "server/cli/main.ts", "serve", ...(this.#options.args ?? [])],
      {
        env: { ...process.env, PORT: String(this.port), SIGNALBOX_DATA: this.dataFolder, ...this.#options.env },
      },
    );
    this.#child = child;
    // By its own word first: another one may have been left on this port, and would answer, too.
    const isUp = async () => child.output().includes(`running: ${this.url}`) && (await fetch(`${this.url}/healthz`)).ok;
    await until(child, "server answers /healthz", async () => ((await isUp()) ? true : undefined));
  }

  /** SIGKILL, as a power cut would. The data stays. */
  async kill(): Promise<void> {
    await this.#child?.kill();
  }

  async stop(): Promise<void> {
    await this.#child?.stop();
  }

  /** Stops it and takes its data folder away. */
  async remove(): Promise<void> {
    await this.stop();
    if (this.#options.dataFolder === undefined) await rm(this.dataFolder, { recursive: true, force: true });
  }
}
