import { createStore } from "zustand/vanilla";
import { port } from "../connection/port.ts";

/** Last heartbeats by session, as far as somebody asked for them: they are not in the state. */
export const vitalsStore = createStore<{ readonly renewedMs: ReadonlyMap<string, number> }>(() => ({ renewedMs: new Map() }));

/** Asks anew for these sessions; what was known of others is forgotten. */
export async function askVitals(sessions: readonly string[]): Promise<void> {
  if (sessions.length === 0) return;
  const answer = await port().vitals(sessions);
  if (answer.ok) vitalsStore.setState({ renewedMs: new Map(answer.vitals.map(({ session, renewedMs }) => [session, renewedMs])) });
}
