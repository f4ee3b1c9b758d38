import { plants } from "../../plants.ts";
import { entriesBetween, indexOfId } from "./log.ts";
import { idsSchema, raftLimits, type Snapshot } from "./messages.ts";
import type { RaftNode } from "./node.ts";

/** What of a snapshot goes in parts: the ids in one line, which has no end in it as JSON, and the state as it is. */
export const textOf = ({ ids, state }: Pick<Snapshot, "ids" | "state">) => `${JSON.stringify(ids)}\n${state}`;

/** What a text says; undefined when it is none of a snapshot. */
export function fromText(text: string): Pick<Snapshot, "ids" | "state"> | undefined {
  const end = text.indexOf("\n");
  const state = text.slice(end + 1);
  if (end === -1 || state.length > raftLimits.stateLength) return undefined;
  try {
    return { ids: idsSchema.parse(JSON.parse(text.slice(0, end))), state };
  } catch {
    return undefined;
  }
}

/** The ids that a snapshot up to `index` tells: of the newest `idsKept` proposals. */
export function idsUpTo({ log, snapshot, settings }: RaftNode, index: number): Snapshot["ids"] {
  if (plants.raftSnapshotForgetsIds) return [];
  const first = snapshot.index + 1;
  const newer = entriesBetween(log, first, index).flatMap((entry, at) => (entry.type === "value" ? [[entry.id, first + at] as const] : []));
  return [...snapshot.ids, ...newer].slice(-settings.idsKept);
}

/** By the ids of a snapshot, which never change: where each is. */
const indices = new WeakMap<Snapshot["ids"], ReadonlyMap<string, number>>();

/** Where the proposal of an id is, in the log or as far back as the snapshot tells; undefined where it is in neither. */
export function indexOf({ log, snapshot }: Pick<RaftNode, "log" | "snapshot">, id: string): number | undefined {
  const inLog = indexOfId(log, id);
  if (inLog !== undefined) return inLog;
  const told = indices.get(snapshot.ids) ?? new Map(snapshot.ids);
  indices.set(snapshot.ids, told);
  return told.get(id);
}
