import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { openJournal } from "../../server/journal/open-journal.ts";
import { execute } from "../../shared/engine/index.ts";
import type { EngineCommand, Event, SystemCommand } from "../../shared/model/index.ts";
import { emptyState, type State, toSnapshot } from "../../shared/state/index.ts";
import { SignalboxServer } from "../support/signalbox-server.ts";
import { median, number, table } from "./figures.ts";

/** From the start of the process to the first answered request, with journals of different age but the same state. */

const options = new Command("bench:startup")
  .option("--events <n>", "length of the long journal", Number, 1_000_000)
  .option("--agents <n>", "agents, each with a lock", Number, 10_000)
  .option("--rounds <n>", "starts of each, interleaved", Number, 5)
  .option("--json <file>", "write the figures there")
  .parse()
  .opts<{ events: number; agents: number; rounds: number; json?: string }>();

const space = "main";
/** Half of what the server puts between two checkpoints: what a crash leaves on average. */
const sinceCheckpoint = 25_000;
const batch = 1_000;

/** A fleet's history out of the engine: all join, take a lock of their own, and then locks change hands. */
function* history(state: State, agents: number, length: number): Generator<Event> {
  let nowMs = 1_700_000_000_000;
  let id = 0;
  const run = (command: EngineCommand): readonly Event[] => {
    const { events, error } = execute(state, command);
    if (error) throw new Error(error.message);
    return events;
  };
  const acquire = (session: string, resource: string) =>
    run({ from: "agent", nowMs, session, command: { id: `c${++id}`, type: "lock.acquire", wants: [{ resource, mode: "exclusive", weight: 1 }], priority: 0 } });
  for (let index = 0; index < agents; index += 1) {
    const session = `s${index}`;
    const join: SystemCommand = {
      type: "session.join",
      session,
      agent: `w${index}`,
      principal: "team",
      roles: ["worker"],
      labels: {},
      ttlMs: 15_000,
      resumeHash: "",
      replace: false,
    };
    yield* run({ from: "system", nowMs, command: join });
    yield* run({ from: "system", nowMs, command: { type: "session.disconnect", session } });
    yield* acquire(session, `repo/own/${index}`);
  }
  for (let index = 0; state.position < length; index += 1) {
    nowMs += 1;
    const session = `s${index % agents}`;
    const [granted] = yield* passOn(acquire(session, `repo/shared/${index % 997}`));
    const fence = granted?.type === "lock.granted" ? granted.locks[0]?.fence : undefined;
    if (fence !== undefined)
      yield* run({
        from: "agent",
        nowMs,
        session,
        command: { id: `c${++id}`, type: "lock.release", resource: `repo/shared/${index % 997}`, fence, wrote: false },
      });
  }
}

function* passOn(events: readonly Event[]): Generator<Event, readonly Event[]> {
  yield* events;
  return events;
}

/** Writes a journal with its last checkpoint `sinceCheckpoint` events before its end. */
async function make(dataFolder: string, length: number): Promise<void> {
  const journal = openJournal({ dataFolder, space, kind: "sqlite" });
  await journal.open();
  const state = emptyState(space);
  let pending: Event[] = [];
  let kept = false;
  const flush = async (): Promise<void> => {
    const [first] = pending;
    if (first) await journal.append(first.position - 1, pending);
    pending = [];
    if (kept || state.position < length - sinceCheckpoint) return;
    kept = true;
    await journal.checkpoint(toSnapshot(state));
  };
  for (const event of history(state, options.agents, length)) {
    pending.push(event);
    // The generator is ahead by one command at most, and by none where a checkpoint is taken.
    if (pending.length >= batch && event.position === state.position) await flush();
  }
  await flush();
  await journal.close();
}

const short = options.agents * 3 + sinceCheckpoint;
const kinds = [
  { what: "empty journal", events: 0 },
  { what: "young journal", events: short },
  { what: "old journal", events: options.events },
];

const root = mkdtempSync(join(tmpdir(), "signalbox-startup-"));
try {
  const prepared: { what: string; events: number; dataFolder: string; ms: number[] }[] = [];
  for (const [index, { what, events }] of kinds.entries()) {
    const dataFolder = join(root, String(index));
    if (events > 0) await make(dataFolder, events);
    prepared.push({ what, events, dataFolder, ms: [] });
  }
  for (let round = 0; round < options.rounds; round += 1) {
    for (const { what, dataFolder, ms } of prepared) {
      const begun = performance.now();
      const server = await SignalboxServer.start({ dataFolder });
      ms.push(performance.now() - begun);
      // Killed, so that no checkpoint is written at an orderly end.
      await server.kill();
      process.stderr.write(`round ${round + 1}/${options.rounds}  ${what}: ${ms.at(-1)?.toFixed(0)} ms\n`);
    }
  }
  const rows = prepared.map(({ what, events, ms }) => ({ what, events, medianMs: median(ms), longestMs: Math.max(...ms) }));
  const cells = rows.map((row) => [row.what, number(row.events), number(row.medianMs), number(row.longestMs), number(row.medianMs - (rows[0]?.medianMs ?? 0))]);
  console.log(table([`${options.agents} agents and locks`, "events", "median ms", "longest ms", "above empty, ms"], cells));
  if (options.json)
    writeFileSync(
      options.json,
      `${JSON.stringify({ node: process.version, cpus: cpus().length, agents: options.agents, sinceCheckpoint, rounds: options.rounds, rows }, null, 2)}\n`,
    );
} finally {
  rmSync(root, { recursive: true, force: true });
}
