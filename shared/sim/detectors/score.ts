import type { Finding, FindingKind } from "../../model/index.ts";
import { convoyWorld } from "./convoy.ts";
import { deadlockVerdict } from "./deadlock.ts";
import { livelockWorld } from "./livelock.ts";
import { lockOrderWorld } from "./lock-order.ts";
import { priorityInversionWorld } from "./priority-inversion.ts";
import { splitBrainWorld } from "./split-brain.ts";
import { staleHolderWorld } from "./stale-holder.ts";
import { starvationWorld } from "./starvation.ts";
import type { Truth } from "./world.ts";

/** How one world came out. */
export interface Verdict {
  readonly name: string;
  readonly planted: boolean;
  /** What was planted was found, and nothing beside it. */
  readonly found: boolean;
  /** Something was found where nothing was. */
  readonly alarm: boolean;
}

/** Rates from 0 to 1: of what was planted how much was found, of what was not how much was taken for it. */
export interface Score {
  readonly worlds: number;
  readonly recall: number;
  readonly falseAlarms: number;
}

export interface Scored {
  readonly score: Score;
  readonly planted: number;
  /** Seeds that went wrong, with what they are. */
  readonly wrong: readonly { readonly seed: number; readonly name: string; readonly what: "missed" | "false alarm" }[];
}

/** What can be scored: each plays one seeded world and says how it came out; undefined when the world tells nothing. */
export const contests: Readonly<Record<string, (seed: number) => Verdict | undefined>> = {
  deadlock: deadlockVerdict,
  livelock: (seed) => judge("livelock", livelockWorld(seed)),
  starvation: (seed) => judge("starvation", starvationWorld(seed)),
  staleHolder: (seed) => judge("staleHolder", staleHolderWorld(seed)),
  lockOrder: (seed) => judge("lockOrder", lockOrderWorld(seed)),
  convoy: (seed) => judge("convoy", convoyWorld(seed)),
  priorityInversion: (seed) => judge("priorityInversion", priorityInversionWorld(seed)),
  splitBrain: (seed) => judge("splitBrain", splitBrainWorld(seed)),
};

/** Plays so many worlds, seed by seed. Yields after each, so that whoever drives it can show how far it is. */
export function* play(contest: (seed: number) => Verdict | undefined, worlds: number, from = 1): Generator<number, Scored> {
  const wrong: Scored["wrong"][number][] = [];
  let planted = 0;
  let found = 0;
  let alarms = 0;
  let told = 0;
  for (let seed = from; told < worlds; seed++) {
    const verdict = contest(seed);
    if (verdict === undefined) continue;
    told += 1;
    if (verdict.planted) planted += 1;
    if (verdict.planted && verdict.found) found += 1;
    else if (verdict.planted) wrong.push({ seed, name: verdict.name, what: "missed" });
    if (verdict.alarm) {
      alarms += 1;
      wrong.push({ seed, name: verdict.name, what: "false alarm" });
    }
    yield told;
  }
  const score = { worlds, recall: planted === 0 ? 1 : found / planted, falseAlarms: planted === worlds ? 0 : alarms / (worlds - planted) };
  return { score, planted, wrong };
}

function judge(kind: FindingKind, truth: Truth): Verdict | undefined {
  truth.world.run(truth.runMs);
  if (truth.unsure === true) return undefined;
  const found = truth.world.reported.get(kind) ?? [];
  const { name, planted } = truth;
  if (planted === undefined) return { name, planted: false, found: false, alarm: found.length > 0 };
  const expected = [...planted].sort().join(" ");
  return { name, planted: true, found: found.length > 0 && found.every((one) => subjectsOf(one) === expected), alarm: false };
}

/** What a finding is about: lock orders and convoys are about resources, all others about agents. */
function subjectsOf(found: Finding): string {
  return [...(found.kind === "lockOrder" || found.kind === "convoy" ? found.resources : found.agents)].sort().join(" ");
}
