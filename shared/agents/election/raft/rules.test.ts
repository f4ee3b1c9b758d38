import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import { type Plant, plant, plantNotes, plants, unplant } from "../../plants.ts";
import { play } from "./testing/play.ts";

/** Which transcripts of `testdata` a rule is about. */
const about = {
  "EL-20": ["transfer"],
  "EL-21": ["campaign", "vote-kept", "one-vote"],
  "EL-22": ["alone", "figure-7"],
  "EL-23": ["figure-7", "backtrack"],
  "EL-24": ["complete"],
  "EL-25": ["flow", "snapshot"],
  "EL-26": ["figure-8", "snapshot-lost"],
  "EL-27": ["fresh-log"],
  "EL-28": ["returning", "stickiness", "promise-kept"],
  "EL-29": ["no-majority"],
  "EL-30": ["members", "members-both", "members-lost", "members-leaver", "learner"],
  "EL-31": ["snapshot", "snapshot-members", "snapshot-joiner"],
  "EL-32": ["read-index", "read-lease", "read-lease-transfer", "new-leader-reads"],
  "EL-33": ["transfer-behind"],
  "EL-34": ["flow"],
  "EL-50": ["forward"],
  "EL-51": ["forward-again"],
  "EL-52": ["forward-lost", "forward-term"],
} as const;

type Rule = keyof typeof about;

const rules = Object.keys(about) as Rule[];
const mistakes = (Object.keys(plantNotes) as Plant[]).filter((name) => name.startsWith("raft"));

function breachesIn(name: string): readonly string[] {
  return play(readFileSync(fileURLToPath(new URL(`testdata/${name}.txt`, import.meta.url)), "utf8")).breaches;
}

const breaks = (rule: string) => about[rule as Rule].some((name) => breachesIn(name).some((breach) => breach.startsWith(`${rule}: `)));

afterEach(unplant);

describe.each(rules)("%s", (rule) => {
  test("holds in the transcripts about it", () => {
    expect(Object.values(plants).some((planted) => planted)).toBe(false);
    expect(about[rule].flatMap(breachesIn)).toEqual([]);
  });

  test.each(mistakes.filter((name) => plantNotes[name].breaks === rule))("is broken there by %s", (name) => {
    plant(name);
    expect(breaks(rule)).toBe(true);
  });
});

test("EL-24 is broken by a vote for a candidate whose log lags behind", () => {
  plant("raftFreshnessIgnored");
  expect(breaks("EL-24")).toBe(true);
});
