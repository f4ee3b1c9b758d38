import { setTimeout } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { checkers, Monitor } from "../../shared/analysis/rules/index.ts";
import type { EngineCommand, Event } from "../../shared/model/index.ts";
import { recordedOf } from "../journal/lines.ts";
import { type JournalReader, withReader } from "../journal/reader.ts";
import { snapshotFrom } from "../journal/snapshot-parts.ts";

/** A rule of SPEC.md that a running space has broken. */
export interface BrokenRule {
  readonly rule: string;
  readonly position: number;
  readonly message: string;
}

/** How far behind the space this is, while it keeps up. */
const everyMs = 1_000;

/** Follows a journal beside its server and checks every rule that events and commands can show. Tells each break once. */
export async function watchRules(reader: JournalReader, told: (broken: BrokenRule) => void, ended: () => boolean = () => false): Promise<void> {
  const { events, checkpoints, database } = reader;
  const monitor = new Monitor(checkers);
  const start = checkpoints.positions().find((position) => checkpoints.problem(position, events.hashAt(position)) === undefined);
  if (start !== undefined) monitor.begin(snapshotFrom(checkpoints.parts(start)));
  const newest = database.prepare("SELECT max(position) FROM events").raw();
  let at = start ?? events.meta.base;
  let count = 0;
  let decision: { readonly command: EngineCommand | undefined; readonly events: Event[] } | undefined;
  const step = (): void => {
    const [first] = decision?.events ?? [];
    if (decision !== undefined && first !== undefined) monitor.step({ ...decision, atMs: first.atMs });
    decision = undefined;
  };
  while (!ended()) {
    const to = (newest.get() as [number | null])[0] ?? at;
    while (at < to) {
      const chunk = events.chunk(at, to, true);
      for (const { body, command } of chunk.texts.map(recordedOf)) {
        // A command stands with the first event of its decision.
        if (command !== undefined) step();
        decision ??= { command: command === undefined ? undefined : (JSON.parse(command) as EngineCommand), events: [] };
        decision.events.push(JSON.parse(body) as Event);
      }
      at = chunk.last;
    }
    // A commit has whole decisions only.
    step();
    for (const { rule, position, message } of monitor.breaches.slice(count)) told({ rule, position, message });
    count = monitor.breaches.length;
    await setTimeout(everyMs);
  }
}

if (parentPort !== null) {
  const port = parentPort;
  const { dataFolder, space } = workerData as { dataFolder: string; space: string };
  await withReader({ dataFolder, space }, (reader) => watchRules(reader, (broken) => port.postMessage(broken)));
}
