import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "pino";
import type { Report } from "../../shared/protocol/index.ts";
import { type App, createApp } from "../app.ts";
import { ConfigError, parseConfig, readConfigFile } from "../config/load.ts";
import type { Config } from "../config/schema.ts";
import type { Demo, DemoOptions } from "../demo/demo.ts";
import { journalFiles } from "../journal/files.ts";
import { JournalError } from "../journal/journal.ts";
import { memoryJournals } from "../journal/memory-journal.ts";
import { openJournal } from "../journal/open-journal.ts";
import { RecordingFolder, recordingFolder } from "../recordings/files.ts";
import type { BrokenRule } from "../recordings/rule-thread.ts";
import { RuleWatch } from "../recordings/rule-watch.ts";
import { writerOf } from "../recordings/write-in-thread.ts";
import { fail, messageOf } from "./fail.ts";
import { createLog } from "./log.ts";

export interface ServeOptions {
  readonly port?: string;
  readonly host?: string;
  readonly data?: string;
  readonly config?: string;
  readonly space?: readonly string[];
  readonly memory?: boolean;
  readonly demo?: boolean;
  readonly uncoordinated?: boolean;
  readonly allowFaults?: boolean;
  readonly deadlock?: boolean;
  readonly livelock?: boolean;
  readonly checkRules?: boolean;
}

/** Longest that an orderly end may take before the process ends anyway; everything acknowledged is durable by then. */
const closeWithinMs = 10_000;

/** Runs the server until it is told to end. */
export async function serve(options: ServeOptions): Promise<void> {
  const config = configOf(options);
  const log = createLog(process.stderr.isTTY === true);
  const kind = options.memory ? "memory" : "sqlite";
  const app = await start(config, kind, log);
  process.stdout.write(`Signalbox is running: ${app.url}\n`);
  process.stdout.write(kind === "memory" ? "Its state is in memory only and ends with it.\n" : `Its journal is in ${config.data}.\n`);

  const demo = options.demo ? await startFleet(app, config, options, log) : undefined;

  let ending = false;
  const end = (signal: string): void => {
    // Whoever asks a second time does not want to wait.
    if (ending) process.exit(1);
    ending = true;
    log.info(`${signal}: closing`);
    setTimeout(() => fail(`It did not end within ${closeWithinMs / 1_000} s; everything acknowledged is durable.`), closeWithinMs).unref();
    Promise.resolve(demo?.stop())
      .then(() => app.close())
      .then(
        () => process.exit(0),
        (error: unknown) => fail(messageOf(error)),
      );
  };
  process.on("SIGINT", end);
  process.on("SIGTERM", end);
}

async function start(config: Config, kind: "sqlite" | "memory", log: Logger): Promise<App> {
  try {
    if (kind === "sqlite") mkdirSync(config.data, { recursive: true });
    return await createApp({
      config,
      ...(kind === "memory"
        ? { journals: memoryJournals() }
        : {
            journals: (space) => openJournal({ dataFolder: config.data, space, kind, maxBytes: config.maxJournalBytes }),
            journalFiles: (space) => journalFiles(config.data, space),
            recordings: (space: string) => new RecordingFolder(recordingFolder(config.data, space), writerOf(config.data, space)),
            watchRules: (space: string, told: (broken: BrokenRule) => void) => new RuleWatch({ dataFolder: config.data, space, told, log }),
          }),
      log,
    });
  } catch (error) {
    if (isSystemError(error, "EADDRINUSE")) {
      fail(`Port ${config.port} on ${config.host} is taken, perhaps by another Signalbox. Choose another with --port, or --port 0 for any that is free.`);
    }
    if (isSystemError(error, "EACCES")) fail(`Not allowed: ${messageOf(error)}. Choose a port above 1023 and a data folder that can be written.`);
    if (isSystemError(error, "EADDRNOTAVAIL") || isSystemError(error, "ENOTFOUND"))
      fail(`${config.host} is no address of this machine: choose another with --host.`, 2);
    if (error instanceof JournalError) fail(error.message);
    throw error;
  }
}

/** The demo fleet. The server goes on without it: a machine without git can still show an empty dashboard. */
async function startFleet(app: App, config: Config, { uncoordinated, deadlock, livelock }: ServeOptions, log: Logger): Promise<Demo | undefined> {
  const [space = "main"] = config.spaces;
  const coordinated = uncoordinated !== true;
  try {
    const { startDemo } = await import("../demo/demo.ts");
    const report = (report: Report): void => app.report(space, report);
    const follow: DemoOptions["follow"] = (listener) => app.gateway.follow(space, listener);
    const folder = join(config.data, "demo");
    const demo = await startDemo({ url: app.url, space, folder, coordinated, deadlock, livelock, report, follow, log: (line) => log.info(line) });
    process.stdout.write(`The demo fleet works in ${demo.tree}${coordinated ? "" : ", without coordination"}.\n`);
    return demo;
  } catch (error) {
    log.error(`the demo fleet could not be started: ${messageOf(error)}`);
    return undefined;
  }
}

/** The configuration file, with what the environment and then the command line say over it. */
function configOf({ port, host, data, config: path, space, allowFaults, checkRules }: ServeOptions): Config {
  try {
    const overrides = {
      ...given("port", numberOf(port ?? process.env.PORT)),
      ...given("data", data ?? process.env.SIGNALBOX_DATA),
      ...given("host", host),
      ...given("spaces", space),
      ...given("allowFaults", allowFaults),
      ...given("checkRules", checkRules),
    };
    return parseConfig(path ?? "The command line", path === undefined ? {} : readConfigFile(path), overrides);
  } catch (error) {
    if (error instanceof ConfigError) fail(error.message, 2);
    throw error;
  }
}

function given(name: string, value: unknown): Record<string, unknown> {
  return value === undefined ? {} : { [name]: value };
}

/** What is no number stays a string, so that the configuration's own check says what is wrong with it. */
function numberOf(text: string | undefined): number | string | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : text;
}

function isSystemError(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
