import { createStore } from "zustand/vanilla";
import { type Recordings, type RecordingsQuery, recordingsSchema } from "../../../shared/protocol/index.ts";
import { authorization } from "../../connection/token.ts";

/** What the server told of its recordings; what it could not tell, in words. */
interface RecordingsState {
  readonly listed: Recordings | null;
  readonly problem: string | null;
}

export const recordingsStore = createStore<RecordingsState>(() => ({ listed: null, problem: null }));

/** A question that was overtaken by a later one is not listened to. */
let asked = 0;

/** Asks the server what recordings of a space there are. */
export async function loadRecordings(space: string, query: Partial<RecordingsQuery>): Promise<void> {
  const turn = ++asked;
  const words = new URLSearchParams(Object.entries(query).flatMap(([name, value]) => (value === undefined || value === "" ? [] : [[name, String(value)]])));
  const told = await fetch(`/api/spaces/${encodeURIComponent(space)}/recordings?${words}`, { headers: authorization() })
    .then(async (response): Promise<RecordingsState> => {
      const body: unknown = await response.json();
      if (response.ok) return { listed: recordingsSchema.parse(body), problem: null };
      const { error } = body as { error?: string };
      return { listed: null, problem: error ?? `the server answered ${response.status}` };
    })
    .catch((): RecordingsState => ({ listed: recordingsStore.getState().listed, problem: "The server does not answer." }));
  if (turn === asked) recordingsStore.setState(told);
}
