import { parentPort } from "node:worker_threads";
import { JournalError } from "./journal.ts";
import type { Calls, Reply, Request } from "./messages.ts";
import { SqliteStore } from "./sqlite-store.ts";

/** The thread that waits for the disk. It ends by itself once the store is closed. */

const anchorDelayMs = 1_000;
const port = parentPort;
if (!port) throw new Error("worker.ts runs in a worker thread");

let store: SqliteStore | undefined;
let anchorTimer: NodeJS.Timeout | undefined;

function opened(): SqliteStore {
  if (!store) throw new JournalError("closed", "open the journal first");
  return store;
}

const calls: Calls = {
  open(options) {
    store = SqliteStore.open(options);
    return { position: store.position, base: store.base, repairs: store.repairs };
  },
  close() {
    clearTimeout(anchorTimer);
    store?.close();
    store = undefined;
  },
  end: () => opened().position,
  checkpoints: () => opened().checkpoints(),
  checkpointParts: (position) => opened().checkpointParts(position),
  verifyAfter: (after) => opened().verifyAfter(after),
  append: (expected, lines) => opened().append(expected, lines),
  read: (...args) => opened().read(...args),
  hashAt: (position) => opened().hashAt(position),
  newest: (...args) => opened().newest(...args),
  beginCheckpoint: (position) => opened().beginCheckpoint(position),
  addToCheckpoint: (part) => opened().addToCheckpoint(part),
  finishCheckpoint: (position, atMs) => opened().finishCheckpoint(position, atMs),
  compact: (through, limit) => opened().compact(through, limit),
};

function answer(request: Request): Reply {
  try {
    const call = calls[request.call] as (...args: readonly unknown[]) => unknown;
    return { ok: true, value: call(...request.args) };
  } catch (error) {
    if (error instanceof JournalError) return { ok: false, kind: error.kind, message: error.message };
    return { ok: false, kind: "io", message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

port.on("message", (request: Request) => {
  port.postMessage(answer(request));
  if (request.call === "close") {
    port.close();
    return;
  }
  store?.afterwards();
  if (store && !store.anchored && anchorTimer === undefined) {
    anchorTimer = setTimeout(() => {
      anchorTimer = undefined;
      try {
        store?.anchor();
      } catch {
        // The store is failed by it: the next append says so.
      }
    }, anchorDelayMs);
  }
});
