export { type Deadlock, deadlockAt, deadlocks, type Step } from "./deadlock.ts";
export { type EdgeKind, type Need, needsOf } from "./needs.ts";
export { residueOf } from "./residue.ts";
