import { type CommandError, limits } from "../../shared/model/index.ts";
import type { History, HistoryAnswer } from "../../shared/protocol/index.ts";
import type { OperatorPort } from "../connection/port.ts";
import { cursorStore } from "../stores/cursor.ts";
import { pastReason } from "../stores/world.ts";
import type { TraceClient } from "./trace-client.ts";

const isPast: CommandError = { code: "unsupported", message: pastReason };

/** Answers for a moment of a trace, as the server would have then. Acts it refuses: none of them ever leaves the page. */
export function pastPort(client: () => TraceClient | undefined): OperatorPort {
  return {
    act: async () => ({ id: "", ok: false, error: isPast }),
    preview: async () => ({ ok: false, error: isPast }),
    history: async (query: History): Promise<HistoryAnswer> => {
      const { after = 0, to = Number.MAX_SAFE_INTEGER, newest = false, acts = false, limit = 1_000 } = query;
      const until = Math.min(to, cursorStore.getState().position);
      try {
        const answer = await client()?.ask("history", { after, to: until, newest, acts, limit });
        return answer === undefined ? { ok: false, error: notRead } : { ok: true, events: [...answer.events], more: answer.more };
      } catch (error) {
        return { ok: false, error: { code: "unavailable", message: error instanceof Error ? error.message.slice(0, limits.reasonLength) : String(error) } };
      }
    },
    state: async () => ({ ok: false, error: isPast }),
    // Heartbeats are in no journal.
    vitals: async () => ({ ok: true, serverMs: cursorStore.getState().atMs, vitals: [] }),
    close: () => {},
  };
}

const notRead: CommandError = { code: "unavailable", message: "The trace is still being read." };
