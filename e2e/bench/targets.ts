import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ConfigInput } from "../../server/config/schema.ts";
import { freePort, startChild, until } from "../support/child.ts";
import { SignalboxServer } from "../support/signalbox-server.ts";
import type { LoadOrder } from "./client.ts";

export interface Started {
  readonly url: string;
  readonly pid: number;
  readonly stop: () => Promise<void>;
}

/** A server under test; every start is a fresh one with an empty data folder. */
export interface Target {
  readonly name: string;
  readonly client: LoadOrder["client"];
  readonly installed: () => boolean;
  readonly start: () => Promise<Started>;
}

const always = () => true;
const firstThere = (paths: readonly string[]) => paths.find((path) => existsSync(path));
const redisPath = () => firstThere(["/usr/bin/redis-server", "/usr/local/bin/redis-server", "/opt/homebrew/bin/redis-server"]);
const etcdPath = () => firstThere(["/usr/bin/etcd", "/usr/local/bin/etcd", "/opt/homebrew/bin/etcd"]);

const accepts = (port: number) =>
  new Promise<true | undefined>((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(undefined));
  });

/** A foreign server in a data folder of its own, ended by its process id. */
async function foreign(command: string, args: (port: number, folder: string) => readonly string[], env: Record<string, string> = {}) {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), "signalbox-bench-"));
  const child = startChild(command, args(port, folder), { env: { ...process.env, PORT: String(port), ...env } });
  await until(child, `${command} accepts connections`, () => accepts(port));
  return {
    port,
    pid: child.pid,
    async stop() {
      await child.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The limits that keep one principal from flooding a server are out of the way: they are not what is measured. */
const noLimits: ConfigInput = {
  limits: { commandsPerSecond: 10_000_000, commandBurst: 10_000_000, outstandingCommands: 1_000_000, connections: 100_000, connectionsInAll: 100_000 },
};

async function signalbox(args: readonly string[]) {
  const folder = await mkdtemp(join(tmpdir(), "signalbox-bench-"));
  const configFile = join(folder, "signalbox.json");
  await writeFile(configFile, JSON.stringify(noLimits));
  const server = await SignalboxServer.start({
    args: ["--config", configFile, ...args],
    dataFolder: join(folder, "data"),
    nodeArgs: process.env.BENCH_NODE_ARGS?.split(" "),
  });
  return {
    url: server.url,
    pid: server.pid,
    async stop() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export const targets: readonly Target[] = [
  { name: "signalbox", client: "signalbox", installed: always, start: () => signalbox([]) },
  { name: "signalbox --memory", client: "signalbox", installed: always, start: () => signalbox(["--memory"]) },
  {
    name: "echo",
    client: "echo",
    installed: always,
    async start() {
      const echo = await foreign(process.execPath, () => ["--import", "tsx", "e2e/bench/echo-server.ts"]);
      return { url: `http://127.0.0.1:${echo.port}`, pid: echo.pid, stop: echo.stop };
    },
  },
  {
    name: "redis always",
    client: "redis",
    installed: () => redisPath() !== undefined,
    async start() {
      const args = (port: number, dir: string) => [
        "--port",
        String(port),
        "--bind",
        "127.0.0.1",
        "--dir",
        dir,
        "--save",
        "",
        "--appendonly",
        "yes",
        "--appendfsync",
        "always",
      ];
      const redis = await foreign(redisPath() as string, args);
      return { url: `redis://127.0.0.1:${redis.port}`, pid: redis.pid, stop: redis.stop };
    },
  },
  {
    name: "etcd",
    client: "etcd",
    installed: () => etcdPath() !== undefined,
    async start() {
      const peerPort = await freePort();
      const etcd = await foreign(etcdPath() as string, (port, dir) => {
        const client = `http://127.0.0.1:${port}`;
        const peer = `http://127.0.0.1:${peerPort}`;
        return [
          ...["--data-dir", dir, "--listen-client-urls", client, "--advertise-client-urls", client],
          ...["--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", `default=${peer}`],
        ];
      });
      return { url: `http://127.0.0.1:${etcd.port}`, pid: etcd.pid, stop: etcd.stop };
    },
  },
];
