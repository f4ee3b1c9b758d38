import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nodeViewSchema } from "../../../model/index.ts";
import { Random } from "../../../sim/random.ts";
import { type Troupe, transcript } from "../../testing/transcript.ts";
import type { Leadership } from "../term.ts";
import { countsOf, numbered } from "../testing/played.ts";
import { type ChangRoberts, changRobertsMessageSchema, type RingConfig, type RingMessage, type RingNode, ring, ringDefaults } from "./index.ts";

const troupe: Troupe<RingConfig, RingNode<ChangRoberts>, RingMessage, Leadership> = {
  machine: ring,
  configOf: (agent, members) => ({ ...ringDefaults, agent, members }),
};

const folder = "shared/agents/election/ring/testdata";

test.each(readdirSync(folder))("EL-36 EL-37 EL-38 plays %s", async (file) => {
  await expect(transcript(troupe, readFileSync(join(folder, file), "utf8"))).toMatchFileSnapshot(join("testdata", file));
});

/** Everybody on this ring begins an election at once. */
function electionOn(members: readonly string[]) {
  const counts = countsOf(troupe, `> start ${members.join(" ")}\n${members.map((member) => `> campaign ${member}\n`).join("")}> deliver`);
  return { election: counts.get("election") ?? 0, elected: counts.get("elected") ?? 0, ack: counts.get("ack") ?? 0 };
}

/** As proved by Chang and Roberts for n that begin at once; the words of the leader, once round, are not in their counts. */
describe("messages, by the counts of Chang and Roberts 1979", () => {
  test.each([2, 3, 5, 8, 16])("EL-38 best case of %i: ids rise along the ring, 2n-1", (n) => {
    expect(electionOn(numbered(n))).toEqual({ election: 2 * n - 1, elected: n, ack: 3 * n - 1 });
  });

  test.each([2, 3, 5, 8, 16])("EL-38 worst case of %i: ids fall along the ring, n(n+1)/2", (n) => {
    const worst = (n * (n + 1)) / 2;
    expect(electionOn(numbered(n).reverse())).toEqual({ election: worst, elected: n, ack: worst + n });
  });

  test("EL-38 on average over all rings n·H(n), exactly", () => {
    for (const n of [2, 3, 4, 5, 6]) {
      const rings = permutations(numbered(n).slice(1)).map((rest) => [...rest, "n01"]);
      const sum = rings.reduce((total, members) => total + electionOn(members).election, 0);
      expect(sum / rings.length).toBeCloseTo(n * harmonic(n), 9);
    }
  });

  test("EL-38 over random rings of 20 within four deviations of n·H(n)", () => {
    const seed = 1979;
    const random = new Random(seed);
    const n = 20;
    const counts = Array.from({ length: 150 }, () => electionOn(shuffled(numbered(n), random)).election);
    const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
    const deviation = Math.sqrt(counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / (counts.length - 1));
    expect(Math.abs(mean - n * harmonic(n)), `seed ${seed}`).toBeLessThan((4 * deviation) / Math.sqrt(counts.length));
  });

  test("EL-38 one that begins alone: those it reaches join, and the highest wins", () => {
    const members = numbered(7);
    const played = transcript(troupe, `> hush start ${members.join(" ")}\n> hush campaign n03\n> hush deliver\n> view`);
    expect(played.match(/leader n07/g)).toHaveLength(7);
  });
});

test("EL-38 a ring of one leads itself", () => {
  expect(transcript(troupe, "> hush start a\n> hush campaign a\n> view")).toContain("a: leader in term 2, leader a");
});

test("EL-38 whatever comes in whatever order, a node neither throws nor shows what it may not", () => {
  const members = ["a", "b", "c"];
  const id = fc.constantFrom("a", "b", "c", "z");
  const nat = fc.nat(6);
  const message = fc.oneof(
    fc.record({ type: fc.constant("election"), hop: nat, round: nat, candidate: id }),
    fc.record({ type: fc.constantFrom("probe", "reply"), hop: nat, round: nat, candidate: id, phase: nat, hops: nat, side: fc.constant("next") }),
    fc.record({ type: fc.constant("elected"), hop: nat, term: nat, leader: id }),
    fc.record({ type: fc.constant("heartbeat"), hop: nat, term: nat, leader: id, beat: nat }),
    fc.record({ type: fc.constant("ack"), hop: nat }),
  );
  const input = fc.oneof(
    fc.record({ type: fc.constant("message"), from: id, message }),
    fc.record({ type: fc.constant("timer"), timer: fc.constantFrom("silence", "election", "heartbeat", "hop", "no such") }),
    fc.record({ type: fc.constant("ask"), ask: fc.constantFrom({ type: "campaign" }, { type: "resign" }, { type: "read", id: "r" }) }),
  );
  fc.assert(
    fc.property(fc.array(input, { maxLength: 40 }), (inputs) => {
      let nowMs = 0;
      let { node } = ring.start(troupe.configOf("b", members, new Map()), { nowMs, chance: 0 });
      for (const each of inputs) {
        nowMs += 40;
        const step = ring.step(node, { ...each, nowMs, chance: 0.5 } as Parameters<typeof ring.step>[1]);
        expect(nodeViewSchema.safeParse(ring.view(step.node, nowMs)).success).toBe(true);
        for (const output of step.outputs) if (output.type === "send") expect(changRobertsMessageSchema.safeParse(output.message).success).toBe(true);
        expect(step.node.known.term).toBeGreaterThanOrEqual(node.known.term);
        node = step.node;
      }
    }),
  );
});

const harmonic = (n: number) => Array.from({ length: n }, (_, at) => 1 / (at + 1)).reduce((sum, part) => sum + part, 0);

function permutations(items: readonly string[]): string[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, at) => permutations(items.toSpliced(at, 1)).map((rest) => [item, ...rest]));
}

function shuffled(items: readonly string[], random: Random): string[] {
  const mixed = [...items];
  for (let at = mixed.length - 1; at > 0; at--) {
    const other = random.between(0, at);
    [mixed[at], mixed[other]] = [mixed[other] as string, mixed[at] as string];
  }
  return mixed;
}
