import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Random } from "../../../sim/random.ts";
import { type Troupe, transcript } from "../../testing/transcript.ts";
import { type RingConfig, type RingMessage, type RingNode, ringDefaults } from "../ring/index.ts";
import type { Leadership } from "../term.ts";
import { countsOf, numbered } from "../testing/played.ts";
import { type HirschbergSinclair, hirschbergSinclairRing } from "./index.ts";

const troupe: Troupe<RingConfig, RingNode<HirschbergSinclair>, RingMessage, Leadership> = {
  machine: hirschbergSinclairRing,
  configOf: (agent, members) => ({ ...ringDefaults, agent, members }),
};

const folder = "shared/agents/election/hirschberg-sinclair/testdata";

test.each(readdirSync(folder))("EL-36 EL-37 EL-39 plays %s", async (file) => {
  await expect(transcript(troupe, readFileSync(join(folder, file), "utf8"))).toMatchFileSnapshot(join("testdata", file));
});

/** Everybody on this ring begins an election at once. */
function electionOn(members: readonly string[]) {
  const script = `> start ${members.join(" ")}\n${members.map((member) => `> campaign ${member}\n`).join("")}> deliver`;
  const counts = countsOf(troupe, script);
  return { asked: (counts.get("probe") ?? 0) + (counts.get("reply") ?? 0), elected: counts.get("elected") ?? 0 };
}

describe("messages, by the bound that Lynch proves for it (Distributed Algorithms, 1996, 3.4.1)", () => {
  const bound = (n: number) => 8 * n * (1 + Math.ceil(Math.log2(n)));

  test.each([2, 3, 4, 5, 8, 16, 17])("EL-39 on a ring of %i at most 8n(1 + ceil(log2 n))", (n) => {
    const random = new Random(1980 + n);
    const rings = [numbered(n), numbered(n).reverse(), bitReversed(n), ...Array.from({ length: 10 }, () => numbered(n).sort(() => random.unit() - 0.5))];
    for (const members of rings) {
      const { asked, elected } = electionOn(members);
      expect(asked, members.join(" ")).toBeLessThanOrEqual(bound(n));
      expect(elected).toBe(n);
    }
  });

  test("EL-39 less than one way round where ids fall along a long ring", () => {
    const n = 64;
    expect(electionOn(numbered(n).reverse()).asked).toBeLessThan((n * (n + 1)) / 2);
  });
});

test("EL-39 the highest wins, whoever begins", () => {
  for (const beginner of numbered(6)) {
    const played = transcript(troupe, `> hush start n04 n01 n06 n02 n05 n03\n> hush campaign ${beginner}\n> hush deliver\n> view`);
    expect(played.match(/leader n06/g)).toHaveLength(6);
  }
});

/** Where as many as can be win each phase: the order of an FFT's inputs. */
function bitReversed(n: number): string[] {
  const bits = Math.ceil(Math.log2(n));
  const reverse = (at: number) => Array.from({ length: bits }, (_, bit) => ((at >> bit) & 1) << (bits - 1 - bit)).reduce((sum, part) => sum + part, 0);
  return numbered(n)
    .map((name, at) => ({ name, at: reverse(at) }))
    .sort((a, b) => a.at - b.at)
    .map(({ name }) => name);
}
