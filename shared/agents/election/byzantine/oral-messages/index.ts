export * from "./invariants.ts";
export * from "./machine.ts";
export * from "./node.ts";
