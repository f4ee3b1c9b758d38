import type { Logger } from "pino";
import { RecentEvents } from "../../shared/host/index.ts";
import { emptyState, evolve, fromSnapshot, type State } from "../../shared/state/index.ts";
import type { Config } from "../config/schema.ts";
import type { Journal } from "../journal/journal.ts";
import type { Clock } from "./clock.ts";
import { configureRules } from "./configure-rules.ts";
import type { Before } from "./faults/machine.ts";
import { Space } from "./space.ts";

/** How many events at least are kept at hand for viewers who come back, also after a restart. */
const recentEvents = 5_000;

export interface OpenSpaceOptions {
  readonly name: string;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly config: Config;
  readonly log: Logger;
  /** From the space before it in this process, after a fault drill. */
  readonly before?: Before;
}

/**
 * Brings a space back to where its journal ends and starts it: sessions whose connections went with the last process are
 * marked as disconnected, rules of the configuration are put in.
 * @throws JournalError when the journal is damaged.
 */
export async function openSpace({ name, journal, clock, config, log, before }: OpenSpaceOptions): Promise<Space> {
  const begunMs = performance.now();
  const { state, recent, checkpointed, oldestPosition } = await restore(name, journal, log);
  const space = new Space({
    state,
    journal,
    clock,
    recent,
    log,
    checkpointed,
    oldestPosition,
    keepEvents: config.keepEvents,
    checkpointEveryEvents: config.checkpointEveryEvents,
    maxPending: config.limits.pendingCommandsPerSpace,
    ...before,
  });
  log.info({ space: name, position: state.position, ms: Math.round(performance.now() - begunMs) }, `space ${name} stands at position ${state.position}`);
  for (const session of [...state.sessions.values()]) {
    if (session.connected) space.submit({ from: "system", command: { type: "session.disconnect", session: session.session } });
  }
  try {
    await configureRules(space, config.rules);
  } catch (error) {
    await space.close();
    throw error;
  }
  return space;
}

async function restore(
  name: string,
  journal: Journal,
  log: Logger,
): Promise<{ state: State; recent: RecentEvents; checkpointed: number; oldestPosition: number }> {
  const opened = await journal.open();
  for (const repair of opened.repairs) log.warn({ space: name }, `space ${name}: ${repair}`);
  const state = opened.checkpoint === null ? emptyState(name) : fromSnapshot(opened.checkpoint);
  if (state.space !== name) throw new Error(`The journal of space ${name} belongs to space ${state.space}: the folders were mixed up.`);
  const recent = new RecentEvents(recentEvents, state.position);
  recent.push([...(await journal.newest({ limit: recentEvents, to: state.position }))].reverse());
  for await (const events of journal.read(state.position)) {
    for (const event of events) evolve(state, event);
    recent.push(events);
  }
  if (state.position !== opened.position) throw new Error(`The journal of space ${name} ends at ${opened.position}, but its events lead to ${state.position}.`);
  return { state, recent, checkpointed: opened.checkpoint?.position ?? 0, oldestPosition: opened.base + 1 };
}
