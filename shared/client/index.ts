export { Box, type BoxStatus } from "./box.ts";
export { connect } from "./connect.ts";
export { SignalboxError, type SignalboxErrorCode } from "./errors.ts";
export { createGuard, type Guard, StaleFence } from "./guard/guard.ts";
export { type FenceStore, memoryFenceStore } from "./guard/store.ts";
export type { Intent, IntentState } from "./intent.ts";
export type { Lock, LockState } from "./lock.ts";
export { Busy, type LockSet } from "./lock-set.ts";
export type { CheckOptions, ConnectOptions, IntendOptions, LockOptions, WantInput } from "./options.ts";
