export { vote } from "./ballots.ts";
export { campaign, resign, withdrawAll } from "./candidates.ts";
export { assertLeads, handOver, proclaim } from "./leaders.ts";
export { operateElections } from "./operators.ts";
export { groupOpenedBy, settleElection } from "./settle.ts";
export { observe, sendMessage, tellNode, unobserve } from "./talk.ts";
