export { type Deadlock, deadlockAt, deadlocks, type Step, sessionsInRings } from "./deadlock.ts";
export { type Awaited, type Need, needsOf } from "./needs.ts";
export { type Residue, residueOf, type Stuck } from "./residue.ts";
