export * from "./agents.ts";
export * from "./operators.ts";
export * from "./problem.ts";
export * from "./recordings.ts";
export * from "./socket.ts";
export * from "./version.ts";
