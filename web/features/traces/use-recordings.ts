import { useEffect, useState } from "react";
import { useStore } from "zustand";
import type { Recordings, RecordingsQuery } from "../../../shared/protocol/index.ts";
import { liveStore, useWorld } from "../../stores/world.ts";
import { loadRecordings, recordingsStore } from "./recordings-store.ts";

export interface RecordingSearch {
  readonly text: string;
  readonly agent: string;
  readonly resource: string;
  readonly event: string;
  readonly anomaly: string;
  /** Local times as a browser's field has them, `2026-11-20T08:59`. */
  readonly since: string;
  readonly until: string;
}

export const noSearch: RecordingSearch = { text: "", agent: "", resource: "", event: "", anomaly: "", since: "", until: "" };

/** What the server is asked: times as it counts them. */
function queryOf({ since, until, ...words }: RecordingSearch): Partial<RecordingsQuery> {
  const ms = (time: string) => (time === "" ? undefined : new Date(time).getTime());
  return { ...words, sinceMs: ms(since), untilMs: ms(until) };
}

const afterMs = 250;

/** The recordings of the space, asked for again when the space says that something about them changed, or the search did. */
export function useRecordings(): {
  listed: Recordings | null;
  problem: string | null;
  search: RecordingSearch;
  setSearch: (search: RecordingSearch) => void;
} {
  const space = useWorld((world) => world.space);
  const [search, setSearch] = useState(noSearch);
  const known = useStore(liveStore, ({ state }) => signature(state?.recordings));
  const { listed, problem } = useStore(recordingsStore);
  const writing = listed?.recordings.some(({ file }) => file === "writing") === true;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what the space knows says when to ask again.
  useEffect(() => {
    const ask = () => void loadRecordings(space, queryOf(search));
    const timer = setTimeout(ask, afterMs);
    // Its file comes a moment after its end, which nobody tells.
    const again = writing ? setInterval(ask, 1_000) : undefined;
    return () => {
      clearTimeout(timer);
      clearInterval(again);
    };
  }, [space, search, known, writing]);
  return { listed, problem, search, setSearch };
}

/** Changes when a recording comes, goes or changes. */
function signature(recordings: ReadonlyMap<string, { name: string; to?: number | undefined; pinned: boolean; tags: readonly string[] }> | undefined): string {
  return [...(recordings ?? [])].map(([id, { name, to, pinned, tags }]) => `${id} ${name} ${to} ${pinned} ${tags.join()}`).join("|");
}
