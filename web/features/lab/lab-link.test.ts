import { expect, test } from "vitest";
import { labFromTexts, labParametersSchema } from "../../../shared/sim/lab/parameters.ts";
import { labFromLink, labToLink, runFromLink, runToLink } from "./lab-link.ts";

test("a comparison comes back from its link", () => {
  const parameters = labFromTexts({ members: "3,99", loss: "0,0.05", troubles: "none,churn", seeds: "4" });
  expect(labToLink(parameters)).toBe("members:3/99 troubles:none/churn seeds:4");
  expect(labFromLink(labToLink(parameters))).toEqual(parameters);
  const usual = labParametersSchema.parse({});
  expect(labToLink(usual)).toBe("usual");
  expect(labFromLink("usual")).toEqual(usual);
});

test.each([undefined, "", "members:1", "members", "seeds:many", "other:1", ":"])("a link that makes no sense is none: %s", (link) => {
  expect(labFromLink(link)).toBeUndefined();
});

test("a run comes back from its link", () => {
  const run = {
    cell: { algorithm: labParametersSchema.parse({}).algorithms[0] ?? "", members: 5, loss: 0.05, delayMs: 20, trouble: "partition" as const },
    seed: 7,
  };
  expect(runFromLink(runToLink(run))).toEqual(run);
});

test.each([
  undefined,
  "",
  "raft",
  "raft/5/0/20/leaderDies",
  "raft/5/0/20/leaderDies/0",
  "raft/5000/0/20/leaderDies/1",
  "oracle/5/0/20/leaderDies/1",
  "raft/5/0/20/meteor/1",
])("a run that makes no sense is none: %s", (link) => {
  expect(runFromLink(link)).toBeUndefined();
});
