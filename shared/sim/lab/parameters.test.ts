import { expect, test } from "vitest";
import { labBounds, labCells, labFromTexts, labParametersSchema, labToTexts } from "./parameters.ts";

test("texts of a link or a command line are read, and what is left out is as usual", () => {
  const parameters = labFromTexts({ members: "3, 5", loss: "0,0.1", seeds: "4", troubles: "none" });
  expect(parameters).toEqual({ ...labParametersSchema.parse({}), members: [3, 5], loss: [0, 0.1], seeds: 4, troubles: ["none"] });
});

test("what differs from the usual is in the texts, and comes back", () => {
  const parameters = labFromTexts({ members: "99", delayMs: "5,50", from: "7" });
  expect(labToTexts(parameters)).toEqual({ members: "99", delayMs: "5,50", from: "7" });
  expect(labFromTexts(labToTexts(parameters))).toEqual(parameters);
  expect(labToTexts(labParametersSchema.parse({}))).toEqual({});
});

test.each([
  { members: "2" },
  { members: "100" },
  { members: "" },
  { loss: "0.6" },
  { loss: "x" },
  { delayMs: "0" },
  { seeds: "0" },
  { seeds: "1e9" },
  { troubles: "meteor" },
  { algorithms: "oracle" },
  { other: "1" },
])("out of bounds is refused: %j", (texts) => {
  expect(() => labFromTexts(texts)).toThrow();
});

test("every algorithm in every combination of the others", () => {
  const parameters = labFromTexts({ members: "3,5", loss: "0,0.1", delayMs: "5,50", troubles: "none,churn" });
  expect(labCells(parameters)).toHaveLength(parameters.algorithms.length * 16);
});

test("what grows too fast is left out where there are many members", () => {
  const compared = (members: string) => labCells(labFromTexts({ members, loss: "0" })).map(({ algorithm }) => algorithm);
  expect(labBounds.length).toBeGreaterThan(0);
  for (const { algorithm, members } of labBounds) {
    expect(compared(String(members))).toContain(algorithm);
    expect(compared(String(members + 1))).not.toContain(algorithm);
  }
});
