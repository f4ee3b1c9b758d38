import { expect, test } from "vitest";
import { transcript } from "../../testing/transcript.ts";
import { type BullyMessage, bully, bullyDefaults } from "../bully/index.ts";
import { double, fickle, type HowToLie, lying, silence, twoFaced } from "./liar.ts";

const forge = (message: BullyMessage): BullyMessage => ({ type: "coordinator", term: message.term + 10 });

function play(lie: HowToLie<BullyMessage>, script: string): string {
  const machine = lying(bully, ({ config }) => (config.agent === "b" ? lie : undefined));
  return transcript({ machine, configOf: (agent, members) => ({ ...bullyDefaults, agent, members }) }, script);
}

test("EL-44 any protocol can be lied in: bully trusts everybody, and one liar is enough", () => {
  const script = "> hush start a b c\n> hush run 5000\n> hush campaign a\n> hush deliver a b\n> hush deliver b a\n> view a";
  expect(play((message) => [message], script)).toMatch(/a: candidate .* waits for b/);
  expect(play((message) => [forge(message)], script)).toMatch(/a: follower in term \d+, leader b/);
});

test("EL-44 what each way to lie sends in the place of a message", () => {
  const said: BullyMessage = { type: "answer", term: 1 };
  expect(silence()).toEqual([]);
  expect(double(forge)(said, "a", 0)).toEqual([said, forge(said)]);
  const faces = twoFaced(forge, (to) => to === "a");
  expect([faces(said, "a", 0), faces(said, "c", 0)]).toEqual([[forge(said)], [said]]);
  const tried = [0.05, 0.2, 0.3, 0.4, 0.6, 0.9].map((draw) => fickle(forge)(said, "a", draw).length);
  expect(new Set(tried)).toEqual(new Set([0, 1, 2]));
});
