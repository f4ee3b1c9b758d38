/** One way to load a lock server. A *slot* is one loop of acquire and release; slots of one connection run side by side. */
export interface Scenario {
  readonly name: string;
  readonly connections: number;
  readonly slotsPerConnection: number;
  /** Over how many keys all slots are spread; as many as slots means nobody ever waits. */
  readonly keys: number;
  /** Commands that a connection issues in the same tick go in one packet, as `shared/client` does it. Redis clients always do. */
  readonly batch: boolean;
}

const own = (connections: number): Scenario => ({ name: `${connections} own key`, connections, slotsPerConnection: 1, keys: connections, batch: true });

export const scenarios: readonly Scenario[] = [
  own(1),
  own(16),
  own(64),
  own(256),
  { name: "64 on 4 keys", connections: 64, slotsPerConnection: 1, keys: 4, batch: true },
  { name: "16 x 16 in flight", connections: 16, slotsPerConnection: 16, keys: 256, batch: true },
  { name: "16 x 16 unbatched", connections: 16, slotsPerConnection: 16, keys: 256, batch: false },
];

/** What one load run measured. Times in milliseconds. */
export interface Measured {
  readonly pairs: number;
  readonly seconds: number;
  /** From asking for a lock to having it. */
  readonly acquireP50: number;
  readonly acquireP99: number;
  readonly acquireMax: number;
  /** From asking for a lock to knowing that it was given back. */
  readonly pairP50: number;
  readonly pairP99: number;
  /** Pairs of the slot that got fewest and of the one that got most: a starved client shows here. */
  readonly fewest: number;
  readonly most: number;
}

/** What the load process says: first that the measured time began, then what came of it. */
export type LoadMessage = { readonly type: "began" } | { readonly type: "measured"; readonly measured: Measured };

export interface Run extends Measured {
  /** CPU time of the server process for each pair, in microseconds: holds even where others use the machine too. */
  readonly serverMicros: number;
}
