import type { CheckerFactory } from "./checker.ts";
import { settingsOf } from "./uses.ts";

/** LK-15, LK-16: a try never waits; a wait with a deadline is over by it, for that reason not earlier. LK-17: only who waits cancels, and only what is named. */
export const waiting: CheckerFactory = (fail) => ({
  event(event, before, { command }) {
    if (event.type === "lock.queued") {
      if (command?.from !== "agent") return;
      const asked = command.command;
      const waitMs = asked.type === "lock.acquire" || asked.type === "lock.upgrade" ? asked.waitMs : undefined;
      if (waitMs === 0) fail("LK-15", `a try by ${event.wait.agent} was queued`);
      const limitMs =
        asked.type === "lock.acquire"
          ? Math.min(...asked.wants.map((want) => settingsOf(before, want.resource).waitLimitMs ?? Number.POSITIVE_INFINITY))
          : Number.POSITIVE_INFINITY;
      const lastsMs = waitMs ?? limitMs;
      const expected = lastsMs === Number.POSITIVE_INFINITY ? undefined : event.atMs + lastsMs;
      if (event.wait.deadlineMs !== expected)
        fail("LK-16", `request ${event.wait.request} has deadline ${event.wait.deadlineMs ?? "none"}, asked for ${expected ?? "none"}`);
      return;
    }
    if (event.type === "lock.dequeued" && event.why === "cancelled" && command !== undefined) {
      const asked =
        command.from === "agent" && command.session === event.session && command.command.type === "lock.cancel" ? command.command.acquire : undefined;
      if (asked !== event.command)
        fail("LK-17", `request ${event.request} of ${event.agent} for command ${event.command} was cancelled, asked for was ${asked ?? "nothing"}`);
    }
    if (event.type === "lock.dequeued" && event.why === "deadline") {
      const deadline = before.waits.get(event.request)?.deadlineMs;
      if (deadline === undefined || event.atMs < deadline)
        fail("LK-16", `request ${event.request} was given up at ${event.atMs}, its deadline is ${deadline ?? "none"}`);
    }
    if ((event.type === "lock.granted" || event.type === "lock.upgraded") && event.request !== undefined) {
      const deadline = before.waits.get(event.request)?.deadlineMs;
      if (deadline !== undefined && event.atMs > deadline)
        fail("LK-16", `request ${event.request} was granted at ${event.atMs}, after its deadline ${deadline}`);
    }
  },
  fact(fact, now) {
    if (fact.kind !== "awake") return;
    for (const wait of now.waits.values()) {
      if (wait.deadlineMs !== undefined && wait.deadlineMs < fact.atMs)
        fail("LK-16", `request ${wait.request} still waits at ${fact.atMs}, its deadline was ${wait.deadlineMs}`);
    }
  },
});
