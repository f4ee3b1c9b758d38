import { TestSpace } from "../../shared/engine/testing/space.ts";

/** w1 to w5 are here; `roles/a` is led by w2, `roles/b` waits for an operator, `roles/c` is frozen and has no leader. */
export function threeGroups(): TestSpace {
  const made = new TestSpace();
  for (const agent of ["w1", "w2", "w3", "w4", "w5"]) made.join(agent);
  const set = (group: string, settings: object) => made.operator({ type: "election.configure", group, settings: settings as never, reason: "a test" });
  set("roles/a", { policy: "priority", preempt: true });
  set("roles/b", { policy: "operator" });
  for (const [agent, priority] of [
    ["w1", 1],
    ["w2", 7],
    ["w3", 5],
  ] as const)
    made.agent(agent, { type: "election.campaign", group: "roles/a", priority });
  made.agent("w4", { type: "election.campaign", group: "roles/b" });
  made.operator({ type: "election.freeze", group: "roles/c", reason: "a test" });
  made.agent("w5", { type: "election.campaign", group: "roles/c" });
  return made;
}
