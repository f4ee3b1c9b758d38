import { expect, test } from "vitest";
import { defaultElectionSettings } from "../../../shared/model/index.ts";
import { draftOf, type SettingsDraft, settingsOf } from "./settings-draft.ts";

const draft = (values: Partial<SettingsDraft>): SettingsDraft => ({ ...draftOf(undefined), group: "roles/merger", ...values });
const problemsOf = (values: Partial<SettingsDraft>) => {
  const made = settingsOf(draft(values));
  return "problems" in made ? made.problems : {};
};

test("what is set now comes back unchanged", () => {
  const settings = {
    ...defaultElectionSettings,
    policy: "quorum" as const,
    members: ["w1", "w2"],
    roles: ["merger"],
    labels: { zone: "north=2", tier: "" },
    delayMs: 1_500,
  };
  const election = { group: "roles/merger", settings, candidates: [], blocked: [], lastTerm: "0", terms: 0 };
  expect(settingsOf(draftOf(election))).toEqual({ group: "roles/merger", settings });
});

test("times are typed in seconds, lists with commas or spaces between", () => {
  const made = settingsOf(draft({ policy: "rendezvous", window: "2.5", members: "w1,w2  w3,", labels: "zone=north, tier=1" }));
  expect(made).toMatchObject({ settings: { windowMs: 2_500, members: ["w1", "w2", "w3"], labels: { zone: "north", tier: "1" } } });
});

test("all that is wrong is told at once, each beside its own field and in words", () => {
  expect(problemsOf({ group: "roles/*", window: 0.5, confirm: 0, delay: 601, members: "w1, ü", labels: "zone=north, tier" })).toEqual({
    group: "a group has one name: * and ? are for patterns",
    window: "Has to be at least 1 s.",
    confirm: "Has to be at least 0.1 s.",
    delay: "Has to be at most 10 min.",
    members: "ü: use letters, digits and . _ : @ -, and begin with a letter or digit",
    labels: "tier has no value: write tier=something.",
  });
});

test("a field that is empty or no number is told so", () => {
  expect(problemsOf({ group: " ", delay: "soon" })).toEqual({ group: "Name the group, such as roles/merger.", delay: "Has to be a number of seconds." });
  expect(problemsOf({ confirm: "" })).toEqual({ confirm: "Has to be at least 0.1 s." });
  expect(problemsOf({ roles: "x".repeat(65) })).toEqual({ roles: `${"x".repeat(65)}: too large: must have <=64 characters` });
});
