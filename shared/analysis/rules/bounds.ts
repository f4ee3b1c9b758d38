import { limits } from "../../model/index.ts";
import type { CheckerFactory } from "./checker.ts";

/** JR-10: every table is within its limit, nothing belongs to a session that is over, and what is over drains away. */
export const bounds: CheckerFactory = (fail) => ({
  fact(fact) {
    if (fact.kind === "drained") {
      for (const table of ["sessions", "locks", "waits", "intents", "declared", "deadlocks", "work", "faults", "schedules", "observers", "nodes"] as const) {
        const left = fact.snapshot[table];
        if (left.length > 0) fail("JR-10", `${left.length} ${table} are left after everybody left, first ${JSON.stringify(left[0])}`);
      }
    }
    if (fact.kind === "drained") {
      for (const { group, candidates, leader, ballot, coolingUntilMs, configured, frozen, blocked } of fact.snapshot.elections) {
        const needed = configured !== undefined || frozen !== undefined || blocked.length > 0;
        if (!needed || candidates.length > 0 || leader !== undefined || ballot !== undefined || coolingUntilMs !== undefined)
          fail("JR-10", `group ${group} is left after everybody left`);
      }
    }
    if (fact.kind !== "state") return;
    const { snapshot, senders } = fact;
    const live = new Set(snapshot.sessions.map((session) => session.session));
    for (const [sender, answers] of snapshot.answers) {
      if (answers.length > limits.answersPerSender) fail("JR-10", `${answers.length} answers of ${sender} are kept`);
      if (!live.has(sender) && !senders.has(sender)) fail("JR-10", `answers of ${sender} are kept, who is not there any more`);
    }
    for (const lock of snapshot.locks)
      if (!live.has(lock.session) && lock.coolingUntilMs === undefined) fail("JR-10", `lock ${lock.fence} of ${lock.session} outlives it`);
    for (const wait of snapshot.declared) if (!live.has(wait.session)) fail("JR-10", `${wait.declared} of ${wait.session} outlives it`);
    for (const work of snapshot.work) if (!live.has(work.session)) fail("JR-10", `the age of ${work.session} outlives it`);
    for (const found of snapshot.deadlocks)
      if (found.cycle.some((step) => !live.has(step.session))) fail("JR-10", `${found.deadlock} outlives a member of its cycle`);
    for (const table of ["deadlocks", "faults", "schedules", "findings", "mutes", "favours", "quotas", "recordings"] as const)
      if (snapshot[table].length > limits[table]) fail("JR-10", `${snapshot[table].length} ${table} are kept`);
    for (const { group, session } of snapshot.nodes) if (!live.has(session)) fail("JR-10", `the node of ${session} in ${group} outlives it`);
    for (const [group, sessions] of snapshot.observers)
      for (const session of sessions) if (!live.has(session)) fail("JR-10", `${session} still observes ${group}, and is over`);
    if (snapshot.elections.length > limits.elections) fail("JR-10", `${snapshot.elections.length} groups are kept`);
    if (snapshot.versions.length > limits.versions) fail("JR-10", `${snapshot.versions.length} versions are kept`);
    if (snapshot.sessions.length > limits.sessions) fail("JR-10", `${snapshot.sessions.length} sessions are there`);
  },
});
