import type { CheckerFactory } from "./checker.ts";

/** JR-1: nothing is told before it is durable. JR-5: after a failed append nothing is told and nothing appended. */
export const durability: CheckerFactory = (fail) => {
  let failed = false;
  return {
    fact(fact) {
      switch (fact.kind) {
        case "started":
          failed = false;
          return;
        case "appendFailed":
          failed = true;
          return;
        case "appended":
          if (failed) fail("JR-5", `${fact.count} events were appended after an append had failed`);
          return;
        case "answered": {
          const unavailable = !fact.answer.ok && fact.answer.error.code === "unavailable";
          if (unavailable) return;
          if (failed) fail("JR-5", `command ${fact.answer.id} was answered after an append had failed`);
          if (fact.decidedAt > fact.durable) fail("JR-1", `command ${fact.answer.id} was answered at ${fact.decidedAt}, only ${fact.durable} is durable`);
          return;
        }
        case "notified":
          if (failed) fail("JR-5", `${fact.session} was notified after an append had failed`);
          return;
        case "published": {
          const last = fact.events.at(-1)?.position ?? 0;
          if (failed || last > fact.durable) fail(failed ? "JR-5" : "JR-1", `position ${last} was published, only ${fact.durable} is durable`);
          return;
        }
        default:
          return;
      }
    },
  };
};
