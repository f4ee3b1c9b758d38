export * from "./invariants.ts";
export * from "./machine.ts";
