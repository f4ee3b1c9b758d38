import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { Command } from "commander";
import { io } from "socket.io-client";
import { snapshotInSight } from "../../server/gateway/viewer-sight.ts";
import { exportJournal } from "../../server/journal/export.ts";
import { verifyJournal } from "../../server/journal/verify.ts";
import { type Event, eventSchema, type Snapshot } from "../../shared/model/index.ts";
import { protocolVersion, subscribeAnswerSchema } from "../../shared/protocol/index.ts";
import { Random } from "../../shared/sim/random.ts";
import { emptyState, evolve, toSnapshot } from "../../shared/state/index.ts";
import { median, number, table } from "../bench/figures.ts";
import { SignalboxServer } from "../support/signalbox-server.ts";
import { check } from "./checker.ts";
import { LoadProcess } from "./load-process.ts";
import { plantLoss } from "./plant-loss.ts";

const options = new Command("crash")
  .description("Kills a loaded server with SIGKILL at random moments and starts it again; fails when anything acknowledged is lost, repeated or granted twice.")
  .option("--kills <n>", "how often", Number, 50)
  .option("--agents <n>", "agents that work meanwhile", Number, 16)
  .option("--seed <n>", "chooses the moments and the work; timing stays the machine's own", Number, Math.floor(Math.random() * 1e9))
  .option("--port <n>", "port of the server; any free one when left out", Number)
  .option("--planted", "prove that it can fail: take acknowledged events out of the journal after a kill, and fail unless that is found")
  .option("--json <file>", "write the figures there")
  .parse()
  .opts<{ kills: number; agents: number; seed: number; port?: number; planted?: boolean; json?: string }>();

const kills = options.planted ? 1 : options.kills;
const space = "main";
/** Acknowledgements after a restart before the next kill: it shall hit a server at work. */
const atWork = 100;
const patienceMs = 60_000;
const findingsShown = 20;

/** The state that the server itself tells its viewers, at some position. */
async function stateOf(url: string): Promise<Snapshot> {
  const socket = io(`${url}/operators`, { transports: ["websocket"], forceNew: true, auth: { protocol: protocolVersion, space } });
  try {
    const answer = subscribeAnswerSchema.parse(await socket.timeout(patienceMs).emitWithAck("subscribe", {}));
    if (!answer.ok || !answer.snapshot) throw new Error(`No snapshot from the server: ${JSON.stringify(answer)}`);
    return answer.snapshot;
  } finally {
    socket.disconnect();
  }
}

async function eventsOf(dataFolder: string): Promise<Event[]> {
  const events: Event[] = [];
  let first = true;
  await exportJournal({ dataFolder, space }, (lines) => {
    for (const line of lines.trimEnd().split("\n")) {
      if (!first && !line.startsWith('{"command":{')) events.push(eventSchema.parse(JSON.parse(line)));
      first = false;
    }
  });
  return events;
}

/** Restarts after which the server's state was not what its journal folds to. */
function diverged(events: readonly Event[], snapshots: readonly Snapshot[]): string[] {
  const state = emptyState(space);
  const expected = new Map(snapshots.map((snapshot) => [snapshot.position, snapshot]));
  const found: string[] = [];
  for (const event of events) {
    evolve(state, event);
    const snapshot = expected.get(event.position);
    // Viewers are not told the answers that are kept for retries.
    const folded: unknown = snapshot && JSON.parse(JSON.stringify(snapshotInSight(toSnapshot(state))));
    if (!isDeepStrictEqual(folded, snapshot)) found.push(`the state after a restart at position ${event.position} is not what the journal folds to`);
  }
  for (const { position } of snapshots)
    if (position > state.position) found.push(`the state after a restart was at position ${position}, the journal ends at ${state.position}`);
  return found;
}

const random = new Random(options.seed);
const folder = await mkdtemp(join(tmpdir(), "signalbox-crash-"));
const config = join(folder, "signalbox.config.json");
// Checkpoints often, so that kills meet them too and starts begin from one.
await writeFile(config, JSON.stringify({ checkpointEveryEvents: 200 }));
const server = await SignalboxServer.start({ dataFolder: join(folder, "data"), port: options.port, args: ["--config", config] });
const load = new LoadProcess({ url: server.url, agents: options.agents, seed: options.seed, observationsFile: join(folder, "observations.jsonl") });

const restartsMs: number[] = [];
const snapshots: Snapshot[] = [];
let duringStart = 0;
let failed = true;
try {
  for (let kill = 1; kill <= kills; kill += 1) {
    await load.progress(atWork, patienceMs);
    await setTimeout(random.between(0, 700));
    await server.kill();
    if (random.chance(0.15)) {
      const starting = server.start().catch(() => undefined);
      await setTimeout(random.between(50, 900));
      await server.kill();
      await starting;
      duringStart += 1;
    }
    if (options.planted) plantLoss(server.dataFolder, space, 10);
    const begun = performance.now();
    await server.start();
    restartsMs.push(performance.now() - begun);
    snapshots.push(await stateOf(server.url));
    process.stderr.write(`kill ${kill}/${kills}: back at position ${snapshots.at(-1)?.position} after ${restartsMs.at(-1)?.toFixed(0)} ms\n`);
  }
  // Agents that were robbed of what they were promised may wait for it for ever.
  if (options.planted) await load.kill();
  else {
    await load.progress(atWork, patienceMs);
    await load.finish(patienceMs);
  }
  const observations = await load.observations();
  snapshots.push(await stateOf(server.url));
  await server.stop();

  const events = await eventsOf(server.dataFolder);
  const { problems } = await verifyJournal({ dataFolder: server.dataFolder, space });
  const verdict = check(observations, events);
  const wrong = { lost: [...verdict.lost, ...diverged(events, snapshots), ...problems], repeated: verdict.repeated, "double-granted": verdict.doubleGranted };
  console.log(
    table(
      ["kills", "while starting", "restart ms", "longest", "events", "acknowledged", ...Object.keys(wrong)],
      [
        [
          kills,
          duringStart,
          median(restartsMs),
          Math.max(...restartsMs),
          events.length,
          verdict.acknowledged,
          ...Object.values(wrong).map((list) => list.length),
        ].map((value) => number(value)),
      ],
    ),
  );
  for (const [what, list] of Object.entries(wrong)) for (const finding of list.slice(0, findingsShown)) console.log(`${what}: ${finding}`);
  const found = Object.values(wrong).some((list) => list.length > 0);
  failed = found !== (options.planted ?? false);
  if (options.json) {
    const figures = {
      seed: options.seed,
      kills,
      killsWhileStarting: duringStart,
      agents: options.agents,
      restartMs: { median: median(restartsMs), longest: Math.max(...restartsMs) },
      events: events.length,
      acknowledged: verdict.acknowledged,
    };
    await writeFile(
      options.json,
      `${JSON.stringify({ ...figures, lost: wrong.lost.length, repeated: wrong.repeated.length, doubleGranted: wrong["double-granted"].length, findings: wrong }, null, 2)}\n`,
    );
  }
} finally {
  await load.kill();
  await server.kill();
  if (failed) console.log(`Failed with seed ${options.seed}; its data stay in ${folder}`);
  else await rm(folder, { recursive: true });
}
process.exitCode = failed ? 1 : 0;
