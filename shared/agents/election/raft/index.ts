export { type Fold, type RaftConfig, raftConfigSchema } from "./config.ts";
export { raftInvariants } from "./invariants/index.ts";
export { raft } from "./machine.ts";
export { type Durable as RaftDurable, type Message as RaftMessage, raftLimits } from "./messages.ts";
export type { RaftNode } from "./node.ts";
export { registers } from "./registers.ts";
