import { TestSpace } from "../../engine/testing/space.ts";
import { recordingOf } from "../export/index.ts";
import type { Recording } from "../spans.ts";
import { journalOf, openedAfter } from "./journals.ts";

interface Named {
  readonly name: string;
  readonly recording: Recording;
}

let made: readonly Named[] | undefined;

/** Recordings for tests: runs of the simulator, whole and from the middle, and one with a leader that lasts. */
export function recordings(): readonly Named[] {
  made ??= [...[3, 7, 11, 23].flatMap(ofSeed), { name: "two leaders", recording: recordingOfSpace(twoLeaders()) }];
  return made;
}

function ofSeed(seed: number): Named[] {
  const journal = journalOf(seed);
  return [0, Math.floor(journal.events.length / 2)].map((after) => ({
    name: `seed ${seed} after ${after}`,
    recording: recordingOf(openedAfter(journal, after).trace),
  }));
}

/** w1 leads repo/merger for 40 ms and is deposed, then w2 leads, for 30 ms by now. */
export function twoLeaders(): TestSpace {
  const space = new TestSpace();
  for (const agent of ["w1", "w2"]) {
    space.join(agent);
    space.agent(agent, { type: "election.campaign", group: "repo/merger" });
  }
  space.nowMs += 40;
  space.operator({ type: "election.depose", group: "repo/merger", term: "1", reason: "too slow" });
  space.nowMs += 30;
  space.join("w3");
  return space;
}

export function recordingOfSpace({ events }: TestSpace): Recording {
  return { space: "test", name: "a test", sinceMs: events[0]?.atMs ?? 0, untilMs: events.at(-1)?.atMs ?? 0, snapshot: undefined, events };
}

export const wholeOf = (pieces: Iterable<string>): string => [...pieces].join("");
