export * from "./choice.ts";
export * from "./invariants.ts";
export * from "./machine.ts";
export * from "./messages.ts";
export * from "./node.ts";
export { longestWaitMs } from "./view-change.ts";
