import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Event } from "../../shared/model/index.ts";
import type { Report } from "../../shared/protocol/index.ts";
import { Audit, type Collisions } from "./audit.ts";
import { Worker } from "./fleet.ts";
import { git } from "./git.ts";
import type { Pair } from "./habits.ts";
import type { FromWorker, WorkerSettings } from "./messages.ts";
import { RealFaults } from "./real-faults.ts";
import { configureDemo } from "./rules.ts";
import { prepareWorkingTree } from "./working-tree.ts";

export interface DemoOptions {
  /** The server, such as `http://127.0.0.1:4600`. */
  readonly url: string;
  readonly space: string;
  /** Where the working tree is kept. */
  readonly folder: string;
  readonly coordinated: boolean;
  /** Two more workers that lock two files in opposite orders. */
  readonly deadlock?: boolean;
  /** Two more that give way to each other for ever. */
  readonly livelock?: boolean;
  /** Figures for the dashboard. */
  readonly report: (report: Report) => void;
  readonly log: (line: string) => void;
  /** How long after the start, and then again and again, a worker gets stuck. */
  readonly stickEveryMs?: number;
  /** Durable events, so that faults are felt by real processes. Gives back how to stop listening. */
  readonly follow?: (listener: (events: readonly Event[]) => void) => () => void;
}

export interface Demo {
  readonly tree: string;
  stop(): Promise<void>;
}

const writers = ["w1", "w2", "w3", "w4", "w5", "w6"];
const testers = ["t1", "t2"];
/** Who keeps the log of releases. */
const keepers = writers.slice(0, 3);
/** What the bad habits are about: documents that nobody else edits. */
const crossing: Pair = { first: "docs/api.md", second: "docs/guide.md" };
const yielding: Pair = { first: "docs/intro.md", second: "docs/outro.md" };
const auditEveryMs = 2_000;
const firstStickMs = 20_000;

/** Starts the demo fleet: worker processes that edit, check and commit in a real git working tree. */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  const { url, space, folder, coordinated, report, log, stickEveryMs = 240_000 } = options;
  await mkdir(folder, { recursive: true });
  const tree = await prepareWorkingTree(folder);
  await configureDemo(url, space, coordinated);
  const audit = new Audit(tree, (await git(tree, "rev-parse", "HEAD")).trim());
  const figures = join(folder, "figures.json");
  const earlier = await readFigures(figures);

  let mode = coordinated;
  const heard = (message: FromWorker): void => {
    if (message.type !== "ended") return;
    mode = message.coordinated;
    audit.ended(message);
  };
  const settings = { url, space, tree, fences: join(folder, "fences.sqlite") };
  const workers = [
    ...writers.map((agent) => new Worker({ ...settings, agent, role: "writer", ...releasesOf(agent) }, heard, log)),
    ...testers.map((agent) => new Worker({ ...settings, agent, role: "tester" }, heard, log)),
    ...(options.deadlock === true ? pairOf("crosser", "d", crossing) : []),
    ...(options.livelock === true ? pairOf("yielder", "l", yielding) : []),
  ];
  function releasesOf(agent: string): Pick<WorkerSettings, "releases"> {
    return keepers.includes(agent) ? { releases: { members: keepers, path: join(folder, "releases", agent) } } : {};
  }
  function pairOf(role: "crosser" | "yielder", name: string, { first, second }: Pair): Worker[] {
    const turned = { first: second, second: first };
    return [
      new Worker({ ...settings, agent: `${name}1`, role, pair: { first, second } }, heard, log),
      new Worker({ ...settings, agent: `${name}2`, role, pair: turned }, heard, log),
    ];
  }
  const faults = new RealFaults(workers);
  const unfollow = options.follow?.((events) => faults.follow(events));

  let stopped = false;
  let passing: Promise<void> = Promise.resolve();
  const look = async (): Promise<void> => {
    await audit.pass();
    if (stopped) return;
    const current = sum(earlier[key(mode)], audit.counts(mode));
    const other = sum(earlier[key(!mode)], audit.counts(!mode));
    report({ name: "demo", atMs: Date.now(), figures: { ...current, mode: mode ? 1 : 0 } });
    if (other.commits > 0) report({ name: "demo:previous", atMs: Date.now(), figures: { ...other, mode: mode ? 0 : 1 } });
    await writeFile(figures, JSON.stringify({ [key(mode)]: current, [key(!mode)]: other }));
  };
  const audits = setInterval(() => {
    passing = passing.then(look).catch((error: unknown) => log(`audit: ${error instanceof Error ? error.message : String(error)}`));
  }, auditEveryMs);

  let next = 0;
  const stick = (): void => {
    workers[(next * 2 + 2) % writers.length]?.send({ type: "stick" });
    next += 1;
    sticking = setTimeout(stick, stickEveryMs);
  };
  let sticking = setTimeout(stick, firstStickMs);

  return {
    tree,
    stop: async () => {
      stopped = true;
      unfollow?.();
      clearInterval(audits);
      clearTimeout(sticking);
      await Promise.all(workers.map((worker) => worker.stop()));
      await passing;
    },
  };
}

type Figures = Partial<Record<"coordinated" | "uncoordinated", Collisions>>;

function key(coordinated: boolean): keyof Figures {
  return coordinated ? "coordinated" : "uncoordinated";
}

/** What earlier runs counted; nothing when there is none or it cannot be read. */
async function readFigures(path: string): Promise<Figures> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as Figures;
  } catch {
    return {};
  }
}

function sum(earlier: Collisions | undefined, now: Collisions): Collisions {
  if (earlier === undefined) return { ...now };
  return {
    commits: earlier.commits + now.commits,
    lostCommits: earlier.lostCommits + now.lostCommits,
    overwrittenEdits: earlier.overwrittenEdits + now.overwrittenEdits,
    indexLockFailures: earlier.indexLockFailures + now.indexLockFailures,
    testsRun: earlier.testsRun + now.testsRun,
  };
}
