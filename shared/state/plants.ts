/**
 * Mistakes that tests plant, one at a time, to prove that the simulator finds them. In real life every switch is off and
 * nothing but a test turns one on. Each is read at the very line that it would spoil.
 */
export const plantNotes = {
  fenceReused: "a grant takes the fence after the highest one held, not after the highest ever given",
  fenceForgotten: "a checkpoint does not bring back the counter of fences",
  waitForgotten: "a checkpoint does not bring back who waits",
  answerForgotten: "a retried command is applied again",
  answersPiledUp: "answers are kept without limit",
  waitOutlivesSession: "a session that ends leaves its waits in the queue, so that a dead waiter is granted",
  lockOutlivesSession: "an expired session keeps its locks",
  twoSessions: "an agent joins a second time while its first session lives",
  progressFalls: "an agent's progress may fall",
  overlapMissed: "two globs are taken to overlap only when they are equal",
  belowMissed: "who asks for a directory does not see the locks below it",
  sharedIgnored: "an exclusive request goes past shared holders",
  capacityExceeded: "one unit more than a semaphore has is given out",
  partialGrant: "a request for several resources gets the first only",
  queueSkipped: "a newcomer takes what is free past those who wait for it",
  lastComesFirst: "the queue is a stack",
  agingLost: "priority counts nothing against waiting",
  overtakingUntold: "a grant does not say whom it overtook",
  downgradeForgotten: "a downgrade lets nobody in",
  delayEndForgotten: "the end of a lock-delay lets nobody in",
  lockDelaySkipped: "a lock that was taken away is free at once",
  lockDelayForOthers: "the lock-delay does not hold for the former holder",
  holdUnlimited: "the longest hold that settings allow is not kept",
  tryWaits: "a try is queued",
  deadlineLate: "a passed deadline is seen only after the next command",
  strangerReleases: "anybody who knows a fence releases the lock",
  releasedAtOnce: "the first release ends a lock that was taken twice",
  upgradeHurried: "an upgrade does not wait for the other shared holders",
  transferUnchecked: "a lock is handed over into a conflict",
  freezeIgnored: "the queue goes on while its resource is frozen",
  forceUnnamed: "a forced release takes whatever lock is there now",
  actUnsigned: "a forced release does not say who did it",
  noneRecorded: "a lock of level none is recorded",
  writersBoth: "an optimistic writer does not look at the version",
  intentsBoth: "two intents that conflict are both committed",
  intentUntold: "an announcement is not told of the intents it conflicts with",
  renewalLost: "a heartbeat does not renew the lease",
  leaseEndless: "after a restart no session expires",
  restartBlames: "after a restart leases count from the join",
  answeredEarly: "an answer leaves before its events are durable",
  failureIgnored: "after a failed flush the space goes on",
  noticeLost: "who is granted after waiting is not told",
} as const;

export type Plant = keyof typeof plantNotes;

const names = Object.keys(plantNotes) as Plant[];

/** Read by the code that each of them spoils. */
export const plants = Object.fromEntries(names.map((name) => [name, false])) as Record<Plant, boolean>;

/** Plants one mistake; tests only. */
export function plant(name: Plant): void {
  plants[name] = true;
}

/** Takes all mistakes out again. */
export function unplant(): void {
  for (const name of names) plants[name] = false;
}
