import type { EventOf, Wait } from "../../model/index.ts";
import type { CheckerFactory } from "./checker.ts";
import { agingStepMs, near, type Place, settingsOf, type Use, waitsBefore, waitsFor } from "./uses.ts";

/** LK-18: nobody is granted past an earlier waiter. LK-20: whoever was overtaken is counted, and by what right. */
export const queueOrder: CheckerFactory = (fail) => ({
  event(event, before, { command }) {
    if (event.type !== "lock.granted") return;
    const acquire = command?.from === "agent" && command.command.type === "lock.acquire" ? command.command : undefined;
    const waited = event.request === undefined ? undefined : before.waits.get(event.request);
    const wants: readonly Use[] | undefined = waited?.wants ?? acquire?.wants;
    if (wants === undefined) return;
    const place: Place = waited ?? { rank: event.atMs - (acquire?.priority ?? 0) * agingStepMs(before, wants), request: Number.POSITIVE_INFINITY };
    for (const wait of waitsBefore(before, { session: event.session, wants, place })) {
      fail("LK-18", `${event.agent} was granted ${names(wants)} before request ${wait.request} of ${wait.agent} for ${names(wait.wants)}`);
    }
    const overtaken = near(before, wants).filter(
      (wait) =>
        wait.request < place.request &&
        wait.session !== event.session &&
        wants.some((want) => settingsOf(before, want.resource).level === "sequenced" && waitsFor(before, wait, want)),
    );
    for (const problem of overtakingProblems(event, overtaken, place)) fail("LK-20", problem);
  },
});

function* overtakingProblems(event: EventOf<"lock.granted">, overtaken: readonly Wait[], place: Place): Generator<string> {
  const told = event.overtook?.count ?? 0;
  if (told !== overtaken.length) yield `${event.agent} overtook ${overtaken.length} waiters and the event says ${told}`;
  if (event.overtook?.by !== "priority") return;
  for (const wait of overtaken) {
    if (wait.rank < place.rank)
      yield `${event.agent} went before request ${wait.request} by priority, but its rank is ${place.rank} and the other's ${wait.rank}`;
  }
}

function names(wants: readonly Use[]): string {
  return wants.map((want) => want.resource).join(", ");
}
