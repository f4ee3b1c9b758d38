import { randomUUID } from "node:crypto";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { type Logger, pino } from "pino";
import type { Report } from "../shared/protocol/index.ts";
import type { Config } from "./config/schema.ts";
import { TokenTable } from "./config/tokens.ts";
import { Gateway } from "./gateway/gateway.ts";
import { type Clock, systemClock } from "./host/clock.ts";
import { Machine } from "./host/faults/machine.ts";
import { openSpace } from "./host/open-space.ts";
import type { Space } from "./host/space.ts";
import { Addresses } from "./http/addresses.ts";
import { createHttp } from "./http/http.ts";
import { createMetrics } from "./http/metrics.ts";
import type { JournalFiles } from "./journal/files.ts";
import type { Journal } from "./journal/journal.ts";
import type { RecordingFiles } from "./recordings/files.ts";
import { RecordKeeper, rulesOf } from "./recordings/record-keeper.ts";
import type { BrokenRule } from "./recordings/rule-thread.ts";

export interface AppOptions {
  readonly config: Config;
  /** A space's journal, not yet opened. Another one of the same space finds what the one before it wrote. */
  readonly journals: (space: string) => Journal;
  /** Where a space's journal keeps its files, so that fault drills can damage a copy of them; left out where it has none. */
  readonly journalFiles?: (space: string) => JournalFiles;
  readonly clock?: Clock;
  /** Ids of sessions: must be unguessable and never come twice. */
  readonly newId?: () => string;
  readonly log?: Logger;
  /** Where a space's recordings are kept; without it none are. */
  readonly recordings?: (space: string) => RecordingFiles;
  /** Checks a space's rules while it runs, where the configuration asks for it. Gives back how to stop that. */
  readonly watchRules?: (space: string, told: (broken: BrokenRule) => void) => { close(): Promise<void> };
  /** Folder of the built dashboard. */
  readonly dashboard?: string;
}

/** A running server. */
export interface App {
  /** Where it listens, such as `http://127.0.0.1:4600`. */
  readonly url: string;
  readonly spaces: ReadonlyMap<string, Space>;
  readonly gateway: Gateway;
  /** Figures for the viewers of a space that are no part of its state. */
  report(space: string, report: Report): void;
  /** Closes all connections, makes everything durable and writes checkpoints. */
  close(reason?: string): Promise<void>;
}

/** Puts the parts together and starts them: wiring only. @throws when a journal is damaged or the port is taken. */
export async function createApp({
  config,
  journals,
  journalFiles,
  clock = systemClock(),
  newId = randomUUID,
  log = pino({ level: "silent" }),
  recordings,
  watchRules,
  dashboard = fileURLToPath(new URL("../dist/web", import.meta.url)),
}: AppOptions): Promise<App> {
  const spaces = new Map<string, Space>();
  const machines = new Map<string, Machine>();
  const keepers = new Map<string, RecordKeeper>();
  const watches: { close(): Promise<void> }[] = [];
  const closeSpaces = async () => {
    await Promise.all(watches.map((watch) => watch.close()));
    await Promise.all([...keepers.values()].map((keeper) => keeper.close()));
    await Promise.all([...machines.values()].map((machine) => machine.close()));
    await Promise.all([...spaces.values()].map((space) => space.close()));
  };
  try {
    for (const name of config.spaces) {
      const machine = new Machine({
        name,
        journal: () => journals(name),
        files: journalFiles?.(name),
        open: async (journal, before) => {
          const space = await openSpace({ name, journal, clock, config, log, before });
          spaces.set(name, space);
          return space;
        },
        allowFaults: config.allowFaults,
        log,
      });
      machines.set(name, machine);
      await machine.start();
    }
    const tokens = new TokenTable(config.tokens);
    const addresses = new Addresses(config);
    const http = await createHttp({ addresses, tokens, spaces, keeper: (space) => keepers.get(space), metrics: () => metrics, dashboard });
    const gateway = new Gateway({ server: http.server, config, spaces, machines, tokens, addresses, log, newId });
    const metrics = createMetrics(spaces, gateway);
    if (recordings !== undefined) {
      for (const name of spaces.keys()) {
        const keeper = new RecordKeeper({ space: () => spaces.get(name) as Space, files: recordings(name), ...rulesOf(config), log });
        keepers.set(name, keeper);
        gateway.follow(name, (events) => keeper.follow(events));
        if (config.checkRules && watchRules !== undefined) watches.push(watchRules(name, (broken) => keeper.broken(broken)));
      }
    }
    await http.listen({ host: config.host, port: config.port });
    return {
      url: urlOf(http.server.address(), config.host),
      spaces,
      gateway,
      report: (space, report) => gateway.report(space, report),
      close: async (reason = "the server is shutting down") => {
        gateway.close(reason);
        await http.close();
        await closeSpaces();
      },
    };
  } catch (error) {
    await closeSpaces();
    throw error;
  }
}

function urlOf(address: AddressInfo | string | null, host: string): string {
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
