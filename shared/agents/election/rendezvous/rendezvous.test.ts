import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { nodeViewSchema } from "../../../model/index.ts";
import { type Troupe, transcript } from "../../testing/transcript.ts";
import { sentIn } from "../testing/played.ts";
import { type RendezvousConfig, type RendezvousMessage, type RendezvousNode, rendezvous, rendezvousDefaults } from "./index.ts";

const troupe: Troupe<RendezvousConfig, RendezvousNode, RendezvousMessage> = {
  machine: rendezvous,
  configOf: (agent, members, settings) => ({ ...rendezvousDefaults, agent, members, group: "builders", weight: Number(settings.get(agent) ?? 1) }),
};

const folder = "shared/agents/election/rendezvous/testdata";

test.each(readdirSync(folder))("EL-40 EL-41 plays %s", async (file) => {
  await expect(transcript(troupe, readFileSync(join(folder, file), "utf8"))).toMatchFileSnapshot(join("testdata", file));
});

test("EL-40 a leader costs no message: in 100 windows only hellos are sent", () => {
  const members = ["a", "b", "c", "d"];
  const played = transcript(troupe, `> start ${members.join(" ")}\n${"> run 100000\n".repeat(10)}`);
  const hellos = sentIn(played).get("hello") ?? 0;
  const rounds = 1 + 1_000_000 / rendezvousDefaults.helloMs;
  // Each round everybody greets everybody; in the first, who is new here is greeted once more.
  expect([...sentIn(played).keys()]).toEqual(["hello"]);
  expect(hellos).toBe(members.length * (members.length - 1) * (rounds + 1));
});

test("EL-40 who weighs more leads more", () => {
  const windows = 200;
  const script = `> hush start a b a=9 b=1\n${"> hush run 10000\n> view\n".repeat(windows)}`;
  const led = transcript(troupe, script).match(/a: leader/g)?.length ?? 0;
  // 0.9 of the windows, within 4.5 standard deviations.
  expect(Math.abs(led - windows * 0.9)).toBeLessThan(4.5 * Math.sqrt(windows * 0.9 * 0.1));
});

test("EL-41 whatever comes in whatever order, a node neither throws nor shows what it may not", () => {
  const from = fc.constantFrom("a", "b", "c", "z");
  const message = fc.record({ type: fc.constant("hello"), weight: fc.integer({ min: 1, max: 100 }) });
  const input = fc.oneof(
    fc.record({ type: fc.constant("message"), from, message }),
    fc.record({ type: fc.constant("timer"), timer: fc.constantFrom("hello", "window", "no such") }),
    fc.record({ type: fc.constant("ask"), ask: fc.constantFrom({ type: "campaign" }, { type: "read", id: "r" }) }),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(input, fc.nat(5_000)), { maxLength: 40 }), (inputs) => {
      let nowMs = 0;
      let { node } = rendezvous.start(troupe.configOf("b", ["a", "b", "c"], new Map()), { nowMs, chance: 0 });
      for (const [each, passedMs] of inputs) {
        nowMs += passedMs;
        ({ node } = rendezvous.step(node, { ...each, nowMs, chance: 0.5 } as Parameters<typeof rendezvous.step>[1]));
        expect(nodeViewSchema.safeParse(rendezvous.view(node, nowMs)).success).toBe(true);
      }
    }),
  );
});
