export { blockersOf, blockersOfWait, heldLock, isBlocked, isCovered, ownLock, type Request } from "./blockers.ts";
export {
  compatible,
  conflictingIntents,
  conflictsOf,
  excludes,
  holderConflict,
  intentConflict,
  isHeldBy,
  lockBlocks,
  type Plan,
  plansConflict,
  unitsTaken,
  waitBlocks,
} from "./conflicts.ts";
export { type Deadlock, deadlockAt, deadlocks, type Need, needsOf, residueOf, type Step, sessionsInRings } from "./wait-for/index.ts";
