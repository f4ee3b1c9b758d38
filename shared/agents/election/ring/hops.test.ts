import { expect, test } from "vitest";
import { type Handed, type Hops, hand, noHops, passOver, taken } from "./hops.ts";

const place = { agent: "a", members: ["a", "b", "c"], ackMs: 100 };
const body = { type: "election", round: 1, candidate: "a" } as const;
const sentTo = ({ outputs }: Handed) => outputs.flatMap((output) => (output.type === "send" ? [output.to] : []));
const timers = ({ outputs }: Handed) => outputs.flatMap((output) => (output.type === "timer" ? [output.afterMs] : []));
const due = ({ waiting }: Hops) => waiting.map(({ dueMs }) => dueMs);

test("EL-38 who is silent is passed over, and what has gone past everybody is back", () => {
  const first = hand(place, noHops, "next", body, 0);
  expect(sentTo(first)).toEqual(["b"]);
  const second = passOver(place, first.hops, 100);
  expect(sentTo(second)).toEqual(["c"]);
  expect(passOver(place, second.hops, 200)).toMatchObject({ back: [body], hops: { waiting: [] } });
});

test("EL-38 what was taken is passed to nobody else, and an ack from another counts nothing", () => {
  const { hops } = hand(place, noHops, "next", body, 0);
  expect(due(taken(hops, "c", 0).hops)).toEqual([100]);
  expect(taken(hops, "b", 0)).toMatchObject({ hops: { waiting: [] }, outputs: [{ afterMs: null }] });
});

test("EL-38 the timer of one that was taken meanwhile passes over nobody else too early", () => {
  const first = hand(place, noHops, "next", body, 0);
  const second = hand(place, first.hops, "previous", body, 60);
  const left = taken(second.hops, "b", 0);
  const early = passOver(place, left.hops, 100);
  expect(sentTo(early)).toEqual([]);
  expect(timers(early)).toEqual([60]);
});

test("EL-38 seed 187 of the world ring: a clock that is set back keeps nothing waiting", () => {
  const first = hand(place, noHops, "next", body, 10_000);
  const second = hand(place, first.hops, "next", body, 0);
  expect(due(second.hops)).toEqual([100, 100]);
  expect(timers(second)).toEqual([100]);
});
