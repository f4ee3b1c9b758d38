import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nodeViewSchema } from "../../../model/index.ts";
import { type Troupe, transcript } from "../../testing/transcript.ts";
import type { Leadership } from "../term.ts";
import { countsOf, numbered } from "../testing/played.ts";
import { type BullyConfig, type BullyMessage, type BullyNode, bully, bullyDefaults, bullyMessageSchema } from "./index.ts";

const troupe: Troupe<BullyConfig, BullyNode, BullyMessage, Leadership> = {
  machine: bully,
  configOf: (agent, members) => ({ ...bullyDefaults, agent, members }),
};

const folder = "shared/agents/election/bully/testdata";

test.each(readdirSync(folder))("EL-35 EL-36 EL-37 plays %s", async (file) => {
  const script = readFileSync(join(folder, file), "utf8");
  await expect(transcript(troupe, script)).toMatchFileSnapshot(join("testdata", file));
});

/** Everybody is up and follows the highest; heartbeats are under way no more. */
const settled = (members: readonly string[]) => `> hush start ${members.join(" ")}\n> hush deliver\n> hush run 3000\n`;

describe("messages, by the counts in Coulouris et al., Distributed Systems (5th ed., 15.3), and of this variant", () => {
  test.each([3, 4, 5, 8, 12])("EL-35 best case of %i: the second highest notices and tells the n-2 below it", (n) => {
    const members = numbered(n);
    const [second = "", highest = ""] = members.slice(-2);
    const counts = countsOf(troupe, `${settled(members)}> hush crash ${highest}\n# count\n> tick ${second} silence\n> deliver`);
    expect(Object.fromEntries(counts)).toEqual({ coordinator: n - 2 });
  });

  test.each([3, 5, 8])("EL-35 the highest of %i comes back and tells the n-1 below it", (n) => {
    const members = numbered(n);
    const highest = members.at(-1);
    const counts = countsOf(
      troupe,
      `${settled(members)}> hush crash ${highest}\n> hush run 6000\n# count\n> restart ${highest}\n> tick ${highest} start\n> deliver`,
    );
    expect(counts.get("coordinator")).toBe(n - 1);
    expect(counts.get("election")).toBeUndefined();
  });

  /**
   * The lowest notices first and asks all above it but the silent one: n-2. Each of them, the k-th of n, answers, and asks
   * the n-k above it, of whom the silent one does not answer. That makes (n-2)(n+1)/2 elections, (n-2)(n-1)/2 answers and
   * n-2 words of the new coordinator, (n-2)(n+1) in all: of the order n², as the book says.
   */
  test.each([3, 4, 5, 8, 12])("EL-35 worst case of %i: the lowest notices first", (n) => {
    const members = numbered(n);
    const [second = "", highest = ""] = members.slice(-2);
    const played = `${settled(members)}> hush crash ${highest}\n# count\n> tick ${members[0]} silence\n> deliver\n> tick ${second} answer\n> deliver`;
    expect(Object.fromEntries(countsOf(troupe, played))).toEqual({
      election: ((n - 2) * (n + 1)) / 2,
      answer: ((n - 2) * (n - 1)) / 2,
      coordinator: n - 2,
    });
  });
});

test("EL-37 whatever comes in whatever order, a node neither throws nor shows what it may not", () => {
  const [first = "", second = "", third = ""] = numbered(3);
  const from = fc.constantFrom(first, second, third, "stranger");
  const message = fc.record({ type: fc.constantFrom("election", "answer", "coordinator", "heartbeat"), term: fc.nat(9) });
  const input = fc.oneof(
    fc.record({ type: fc.constant("message"), from, message }),
    fc.record({ type: fc.constant("timer"), timer: fc.constantFrom("silence", "answer", "coordinator", "heartbeat", "no such") }),
    fc.record({ type: fc.constant("ask"), ask: fc.constantFrom({ type: "campaign" }, { type: "resign" }, { type: "read", id: "r" }) }),
  );
  fc.assert(
    fc.property(fc.array(input, { maxLength: 40 }), (inputs) => {
      let nowMs = 0;
      let { node } = bully.start(troupe.configOf(second, [first, second, third], new Map()), { nowMs, chance: 0 });
      for (const each of inputs) {
        nowMs += 10;
        const step = bully.step(node, { ...each, nowMs, chance: 0.5 } as Parameters<typeof bully.step>[1]);
        expect(nodeViewSchema.safeParse(bully.view(step.node, nowMs)).success).toBe(true);
        for (const output of step.outputs) if (output.type === "send") expect(bullyMessageSchema.safeParse(output.message).success).toBe(true);
        expect(step.node.known.term).toBeGreaterThanOrEqual(node.known.term);
        node = step.node;
      }
    }),
  );
});

test("EL-36 seed 35 of the world bully: a late word of who leads already moves nobody", () => {
  const moment = { nowMs: 0, chance: 0 };
  const { node } = bully.start(troupe.configOf("a", ["a", "b"], new Map()), moment);
  const hear = (from: BullyNode, term: number) => bully.step(from, { ...moment, type: "message", from: "b", message: { type: "heartbeat", term } });
  const following = hear(node, 4).node;
  expect(hear(following, 2)).toEqual({ node: following, outputs: [] });
});

test("EL-37 what it cannot do it refuses", () => {
  const { node } = bully.start(troupe.configOf("a", ["a", "b"], new Map()), { nowMs: 0, chance: 0 });
  expect(bully.step(node, { type: "ask", ask: { type: "propose", id: "p1", value: "x" }, nowMs: 1, chance: 0 }).outputs).toEqual([
    { type: "refused", id: "p1", why: "the bully algorithm only elects" },
  ]);
});
