/**
 * Mistakes that tests plant, one at a time, to prove that the simulator finds them. In real life every switch is off and
 * nothing but a test turns one on. Each is read at the very line that it would spoil. `breaks` is the rule of SPEC.md that
 * must show it; others may show it sooner.
 */
export const plantNotes = {
  fenceReused: { breaks: "LK-5", note: "a grant takes the fence after the highest one held, not after the highest ever given" },
  fenceForgotten: { breaks: "LK-5", note: "a checkpoint does not bring back the counter of fences" },
  waitForgotten: { breaks: "JR-4", note: "a checkpoint does not bring back who waits" },
  answerForgotten: { breaks: "SE-8", note: "a retried command is applied again" },
  answersPiledUp: { breaks: "JR-10", note: "answers are kept without limit" },
  waitOutlivesSession: { breaks: "SE-6", note: "a session that ends leaves its waits in the queue, so that a dead waiter is granted" },
  lockOutlivesSession: { breaks: "SE-5", note: "an expired session keeps its locks" },
  twoSessions: { breaks: "SE-1", note: "an agent joins a second time while its first session lives" },
  progressFalls: { breaks: "SE-10", note: "an agent's progress may fall" },
  overlapMissed: { breaks: "LK-1", note: "two globs are taken to overlap only when they are equal" },
  belowMissed: { breaks: "LK-2", note: "who asks for a directory does not see the locks below it" },
  sharedIgnored: { breaks: "LK-1", note: "an exclusive request goes past shared holders" },
  capacityExceeded: { breaks: "LK-3", note: "one unit more than a semaphore has is given out" },
  partialGrant: { breaks: "LK-8", note: "a request for several resources gets the first only" },
  queueSkipped: { breaks: "LK-18", note: "a newcomer takes what is free past those who wait for it" },
  lastComesFirst: { breaks: "LK-18", note: "the queue is a stack" },
  agingLost: { breaks: "LK-19", note: "priority counts nothing against waiting" },
  overtakingUntold: { breaks: "LK-20", note: "a grant does not say whom it overtook" },
  downgradeRefused: { breaks: "LK-11", note: "who holds a lock cannot downgrade it" },
  downgradeForgotten: { breaks: "LK-21", note: "a downgrade lets nobody in" },
  delayEndForgotten: { breaks: "LK-22", note: "the end of a lock-delay lets nobody in" },
  lockDelaySkipped: { breaks: "LK-13", note: "a lock that was taken away is free at once" },
  lockDelayForOthers: { breaks: "LK-1", note: "the lock-delay does not hold for the former holder" },
  holdUnlimited: { breaks: "LK-14", note: "the longest hold that settings allow is not kept" },
  deadlineForgotten: { breaks: "LK-16", note: "the deadline of a wait sets no timer" },
  indexStale: { breaks: "LK-21", note: "the index keeps a lock as it was beside what it has become" },
  thawForgotten: { breaks: "LK-21", note: "a thaw lets nobody in" },
  publishedTwice: { breaks: "JR-8", note: "viewers get a batch a second time" },
  tryWaits: { breaks: "LK-15", note: "a try is queued" },
  deadlineLate: { breaks: "LK-21", note: "a passed deadline is seen only after the next command" },
  strangerReleases: { breaks: "LK-7", note: "anybody who knows a fence releases the lock" },
  releasedAtOnce: { breaks: "LK-9", note: "the first release ends a lock that was taken twice" },
  upgradeHurried: { breaks: "LK-1", note: "an upgrade does not wait for the other shared holders" },
  transferUnchecked: { breaks: "LK-1", note: "a lock is handed over into a conflict" },
  freezeIgnored: { breaks: "OP-3", note: "the queue goes on while its resource is frozen" },
  forceUnnamed: { breaks: "OP-2", note: "a forced release takes whatever lock is there now" },
  actUnsigned: { breaks: "OP-1", note: "a forced release does not say who did it" },
  noneRecorded: { breaks: "LE-1", note: "a lock of level none is recorded" },
  writersBoth: { breaks: "LE-3", note: "an optimistic writer does not look at the version" },
  intentsBoth: { breaks: "IN-1", note: "two intents that conflict are both committed" },
  besideUntold: { breaks: "LE-2", note: "who works at level advisory is not told of somebody beside it" },
  intentUntold: { breaks: "IN-4", note: "an announcement is not told of the intents it conflicts with" },
  renewalLost: { breaks: "SE-2", note: "a heartbeat does not renew the lease" },
  leaseEndless: { breaks: "SE-3", note: "after a restart no session expires" },
  restartBlames: { breaks: "SE-7", note: "after a restart leases count from the join" },
  answeredEarly: { breaks: "JR-1", note: "an answer leaves before its events are durable" },
  failureIgnored: { breaks: "JR-5", note: "after a failed flush the space goes on" },
  noticeLost: { breaks: "SE-11", note: "who is granted after waiting is not told" },
  needQueueIgnored: { breaks: "WG-1", note: "the wait-for graph has no edges through the queue" },
  needSharedMissed: { breaks: "WG-1", note: "of several holders in the way only the first is an edge" },
  needFirstWaiterOnly: { breaks: "WG-1", note: "the search stops at the first request of a session" },
  needUnitsIgnored: { breaks: "WG-1", note: "the wait-for graph has no edges through a semaphore's units" },
  coolingHolds: { breaks: "WG-1", note: "a lock in its lock-delay counts as held by its former session" },
  declaredAny: { breaks: "WG-1", note: "one agent of a declared wait is enough, however many it takes" },
  declaredAll: { breaks: "WG-1", note: "a declared wait takes all of its agents, however many it says" },
  declaredAbsent: { breaks: "WG-1", note: "an agent that is not here is waited for all the same" },
  declaredForgotten: { breaks: "JR-4", note: "a checkpoint does not bring back declared waits" },
  declaredOutlives: { breaks: "WG-2", note: "a declared wait stays when its session ends" },
  deadlockUnseen: { breaks: "WG-1", note: "a lock that is granted closes no ring with those who wait for it already" },
  hiddenForgotten: { breaks: "WG-1", note: "a ring that another one had hidden is not looked for when that one is resolved" },
  resolvedEarly: { breaks: "WG-1", note: "a deadlock counts as resolved when somebody else lets go of anything" },
  resolvedNever: { breaks: "WG-1", note: "a deadlock that an end of a wait freed stays written down" },
  ageLost: { breaks: "WG-5", note: "a victim comes back with a new age" },
  oldestChosen: { breaks: "WG-5", note: "the oldest of a cycle is as good a victim as any" },
  victimOutside: { breaks: "WG-3", note: "somebody outside the cycle gives way as well" },
  youngestIsOldest: { breaks: "WG-3", note: "the rule youngest picks the oldest of those it may" },
  abortedForEver: { breaks: "WG-6", note: "how often in a row somebody gave way is not looked at" },
  reorderNever: { breaks: "WG-4", note: "the queue is never reordered" },
  reorderUnbounded: { breaks: "WG-4", note: "others are put before the same waiter again and again" },
  reorderBlindly: { breaks: "WG-4", note: "a reordering is done without trying whether it frees anybody" },
  woundOlder: { breaks: "WG-5", note: "wound-wait wounds the older one" },
  dieOlder: { breaks: "WG-5", note: "wait-die lets the older one die" },
  shadowActs: { breaks: "WG-7", note: "in shadow the engine acts as if it were live" },
  canaryAlways: { breaks: "WG-7", note: "in canary every deadlock is resolved by itself" },
  manualIgnored: { breaks: "WG-7", note: "under the policy manual the engine picks by itself" },
  orderIgnored: { breaks: "WG-7", note: "the policy ordered takes locks in any order" },
  inheritSkipped: { breaks: "WG-8", note: "nobody inherits" },
  inheritOneWay: { breaks: "WG-8", note: "a holder that comes to wait later inherits nothing" },
  inheritAtWaitOnly: { breaks: "WG-8", note: "who is granted a lock past somebody more urgent inherits nothing" },
  quotaOffByOne: { breaks: "OP-7", note: "one more than the quota is let through" },
  quotaWaitsUncounted: { breaks: "OP-7", note: "what waits is not counted against the quota of locks" },
  faultEndless: { breaks: "FI-1", note: "a fault does not heal at its end" },
  stopAllButSchedules: { breaks: "FI-2", note: "stop all leaves the schedules" },
  scheduleUnseeded: { breaks: "FI-3", note: "a schedule strikes the first that it names" },
  scheduleUnhealthy: { breaks: "FI-4", note: "a schedule goes on whatever state the fleet is in" },
  admittedEarly: { breaks: "JR-8", note: "a viewer is let in before the frames have come as far as its snapshot" },
  creditIgnored: { breaks: "JR-8", note: "a viewer that takes in nothing gets frames without end" },
  resumedShort: { breaks: "JR-8", note: "a viewer that comes back skips the first event that it missed" },
  frameShort: { breaks: "JR-8", note: "a frame has room for three events, and the others are left out" },
  wallTrusted: { breaks: "SE-7", note: "a client counts its lease by the time of day" },
  timeGoesBack: { breaks: "JR-2", note: "a clock that is set back takes the space's time with it" },
  unparsed: { breaks: "JR-9", note: "what comes in is taken for a command, whatever it is" },
  peerUnchecked: { breaks: "FI-1", note: "a cut between two begins though the other one is not here" },
  aimForgotten: { breaks: "FI-3", note: "a scheduled cut forgets the other side, a scheduled kill its point" },
  jumpBlames: { breaks: "SE-2", note: "a clock that jumps forward ends the leases that it jumped over" },
  claimUnwritten: { breaks: "FI-5", note: "a false claim is refused and not written down" },
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
