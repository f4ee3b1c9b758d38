import type { Event } from "../../model/index.ts";
import type { CheckerFactory } from "./checker.ts";

/** Who leads each group in which that changed. */
function leadersOf(events: readonly Event[]): ReadonlyMap<string, string | null> {
  const groups = new Map<string, string | null>();
  for (const event of events) {
    if (event.type === "leader.elected") groups.set(event.group, event.leader.agent);
    if (event.type === "leader.ended") groups.set(event.group, null);
  }
  return groups;
}

/** OP-5: an act does what its preview said, when nothing came in between. */
export const preview: CheckerFactory = (fail) => ({
  fact(fact) {
    if (fact.kind !== "previewed") return;
    const { effect, events } = fact;
    if (effect === undefined) {
      if (events.length > 0) fail("OP-5", `an act that was previewed as refused came to ${events.map((event) => event.type).join(", ")}`);
      return;
    }
    const lost = events.flatMap((event) => (event.type === "lock.released" ? [event.fence] : []));
    const won = events.flatMap((event) => {
      if (event.type === "lock.granted") return event.locks.map((lock) => lock.fence);
      return event.type === "lock.upgraded" ? [event.newFence] : [];
    });
    differ(
      "loses",
      effect.loses.map((one) => one.fence),
      lost,
    );
    differ(
      "gains",
      effect.gains.filter((one) => one.afterMs === 0).map((one) => one.fence),
      won,
    );

    const led = leadersOf(events);
    for (const { group, to, afterMs } of effect.leads) {
      // What comes later is not among the events of the act.
      if (afterMs === 0 && led.get(group) !== to) fail("OP-5", `the preview says that ${to} leads ${group}, it is ${led.get(group)}`);
    }
    for (const group of led.keys())
      if (effect.leads.every((one) => one.group !== group)) fail("OP-5", `the preview does not say that ${group} has another leader`);

    function differ(what: string, said: readonly string[], was: readonly string[]): void {
      const [one, other] = [[...said].sort().join(", "), [...was].sort().join(", ")];
      if (one !== other) fail("OP-5", `the preview says that somebody ${what} [${one}], it was [${other}]`);
    }
  },
});
