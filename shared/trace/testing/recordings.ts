import type { TestSpace } from "../../engine/testing/space.ts";
import { recordingOf } from "../export/index.ts";
import type { Recording } from "../spans.ts";
import { journalOf, openedAfter } from "./journals.ts";

interface Named {
  readonly name: string;
  readonly recording: Recording;
}

let made: readonly Named[] | undefined;

/** Recordings for tests: runs of the simulator, whole and from the middle, and one in which everything odd is said. */
export function recordings(): readonly Named[] {
  made ??= [3, 7, 11, 23].flatMap((seed) => {
    const journal = journalOf(seed);
    return [0, Math.floor(journal.events.length / 2)].map((after) => ({
      name: `seed ${seed} after ${after}`,
      recording: recordingOf(openedAfter(journal, after).trace),
    }));
  });
  return made;
}

export function recordingOfSpace({ events }: TestSpace): Recording {
  return { space: "test", name: "a test", sinceMs: events[0]?.atMs ?? 0, untilMs: events.at(-1)?.atMs ?? 0, snapshot: undefined, events };
}

export const wholeOf = (pieces: Iterable<string>): string => [...pieces].join("");
