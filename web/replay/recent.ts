import type { Event } from "../../shared/model/index.ts";
import { NodeLeads } from "../projections/node-terms.ts";
import { cursorStore } from "../stores/cursor.ts";
import type { EventLog } from "../stores/event-log.ts";
import { liveStore } from "../stores/world.ts";
import { indexPart } from "./index-part.ts";
import { TraceIndex } from "./trace-index.ts";

/** Beyond this what the log has forgotten is let go of here too. */
const indexedAtMost = 80_000;

/**
 * Keeps an index of the live space's recent past, for as long as the page lives, so that the scrubber has something to
 * show before the whole history was asked for. It is the cursor's while one is live, and until the history is read.
 */
export class Recent {
  index = new TraceIndex();
  #nodes = new NodeLeads();
  #log: EventLog | undefined;
  #stop: (() => void) | undefined;

  watch(): void {
    liveStore.subscribe(() => this.#follow());
    this.#follow();
  }

  #follow(): void {
    const { events } = liveStore.getState();
    if (events === this.#log) return;
    this.#stop?.();
    this.#log = events;
    this.#anew(events);
    this.#stop = events.subscribe((change) => {
      if (change.kind !== "appended" || this.index.to - this.index.from > indexedAtMost) this.#anew(events);
      else this.#append(events.slice(change.from, change.to));
    });
  }

  #anew(log: EventLog): void {
    const before = this.index;
    this.index = new TraceIndex();
    this.#nodes = new NodeLeads();
    if (cursorStore.getState().index === before) cursorStore.setState({ index: this.index });
    this.#append(log.slice());
  }

  #append(events: readonly Event[]): void {
    if (events.length > 0) this.index.append(indexPart(events, this.#nodes));
    const { index, indexed } = cursorStore.getState();
    if (index === this.index) cursorStore.setState({ indexed: indexed + 1 });
  }
}
