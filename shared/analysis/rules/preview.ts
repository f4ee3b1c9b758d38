import type { CheckerFactory } from "./checker.ts";

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

    function differ(what: string, said: readonly string[], was: readonly string[]): void {
      const [one, other] = [[...said].sort().join(", "), [...was].sort().join(", ")];
      if (one !== other) fail("OP-5", `the preview says that somebody ${what} fences [${one}], it was [${other}]`);
    }
  },
});
