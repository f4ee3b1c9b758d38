export { resolveByHand } from "./by-hand.ts";
export { declareWait, endWait } from "./declared.ts";
export { watchDeadlocks } from "./watch.ts";
