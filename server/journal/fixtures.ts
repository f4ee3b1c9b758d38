import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Event, RecordedCommand, Snapshot } from "../../shared/model/index.ts";

/** Made-up events and snapshots for tests and benchmarks of journals. */

export function eventAt(position: number, type: "session.connected" | "resource.thawed" = "session.connected"): Event {
  const envelope = { position, atMs: 1_700_000_000_000 + position };
  if (type === "resource.thawed")
    return { ...envelope, type, resource: `repo/src/file-${position % 997}.ts`, actor: { principal: "ops", role: "operator" }, reason: "checked by hand" };
  return { ...envelope, type, session: `s-${position % 1_009}`, agent: `w${position % 1_009}` };
}

export function eventsAfter(position: number, count: number): Event[] {
  return Array.from({ length: count }, (_, index) => eventAt(position + index + 1));
}

/** A command for every second of these events. */
export function commandsOf(events: readonly Event[]): RecordedCommand[] {
  return events.filter(({ position }) => position % 2 === 1).map(({ position, atMs }) => commandAt(position, atMs));
}

function commandAt(at: number, nowMs: number): RecordedCommand {
  return { at, command: { from: "system", nowMs, command: { type: "session.connect", session: `s-${at % 1_009}` } } };
}

/** An acquire command of usual size for every second of these events: what a journal has to keep beside them. */
export function commandsFor(events: readonly Event[]): RecordedCommand[] {
  return commandsOf(events).map(({ at, command: { nowMs } }) => ({
    at,
    command: {
      ...{ from: "agent", nowMs, session: `s-${at % 1_009}` },
      command: {
        ...{ id: `c-${at}`, type: "lock.acquire", waitMs: 20_000, priority: 0, reason: "change what the task asks for" },
        wants: [{ resource: `repo/src/file-${at % 997}.ts`, mode: "exclusive", weight: 1 }],
      },
    },
  }));
}

export function snapshotAt(position: number, sessions = 3): Snapshot {
  const atMs = 1_700_000_000_000 + position;
  return {
    space: "main",
    position,
    atMs,
    lastFence: String(sessions + 1),
    lastRequest: 7,
    recordings: [],
    elections: [],
    observers: [],
    nodes: [],
    lastRecording: 0,
    lastIntent: 0,
    sessions: Array.from({ length: sessions }, (_, index) => ({
      session: `s-${index}`,
      agent: `w${index}`,
      principal: "team",
      roles: ["worker"],
      labels: { host: `node-${index % 16}` },
      ttlMs: 15_000,
      resumeHash: "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b",
      joinedMs: atMs,
      connected: true,
      connectedMs: atMs,
      state: "working",
      doing: `editing file ${index}`,
      declaredMs: atMs,
      progress: index,
      progressMs: atMs,
    })),
    locks: Array.from({ length: sessions }, (_, index) => ({
      fence: String(index + 1),
      resource: `repo/src/file-${index}.ts`,
      mode: "exclusive",
      weight: 1,
      level: "sequenced",
      guarded: false,
      session: `s-${index}`,
      agent: `w${index}`,
      command: `c-${index}`,
      reason: "edit",
      grantedMs: atMs,
      waitedMs: 0,
      holds: 1,
    })),
    waits: [],
    intents: [],
    rules: [],
    freezes: [],
    quotas: [],
    faults: [],
    lastFault: 0,
    schedules: [],
    declared: [],
    lastDeclared: 0,
    deadlocks: [],
    lastDeadlock: 0,
    work: [],
    shadow: { agreed: 0, differed: 0 },
    findings: [],
    mutes: [],
    judged: {},
    favours: [],
    versions: [],
    versionFloor: "0",
    answers: Array.from({ length: sessions }, (_, index) => [
      `s-${index}`,
      Array.from({ length: 3 }, (_unused, at) => [`c-${index}-${at}`, { status: "done" }, atMs] satisfies Snapshot["answers"][number][1][number]),
    ]),
  };
}

export async function collect<T>(chunks: AsyncIterable<readonly T[]>): Promise<T[]> {
  const all: T[] = [];
  for await (const chunk of chunks) all.push(...chunk);
  return all;
}

/** A folder of its own under the system's temporary one, and how to remove it. */
export async function temporaryFolder(): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "signalbox-journal-"));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
