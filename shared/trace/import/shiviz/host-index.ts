import type { LogEvent } from "./log.ts";

/** The events of each host in the order of their own indices. */
export class HostIndex {
  readonly #hosts = new Map<string, LogEvent[]>();

  constructor(events: readonly LogEvent[]) {
    for (const event of events) {
      const own = this.#hosts.get(event.host) ?? [];
      this.#hosts.set(event.host, own);
      own.push(event);
    }
    for (const own of this.#hosts.values()) own.sort((a, b) => a.index - b.index);
  }

  get hosts(): ReadonlyMap<string, readonly LogEvent[]> {
    return this.#hosts;
  }

  /** How many events of the host have that index or a lower one. */
  countUpTo(host: string, index: number): number {
    const own = this.#hosts.get(host) ?? [];
    let low = 0;
    let high = own.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (own[middle]!.index <= index) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The last event of the host with that index or a lower one. */
  lastUpTo(host: string, index: number): LogEvent | undefined {
    return this.#hosts.get(host)?.[this.countUpTo(host, index) - 1];
  }

  at(host: string, index: number): LogEvent | undefined {
    const event = this.lastUpTo(host, index);
    return event?.index === index ? event : undefined;
  }
}
