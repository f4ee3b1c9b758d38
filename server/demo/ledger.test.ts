import { expect, test } from "vitest";
import { editsIn, editsKept, overwritten, withEdit } from "./ledger.ts";

const code = "export const a = 1;\n";

test("an edit is added at the end and the code stays", () => {
  const text = withEdit(withEdit(code, "w1-1"), "w2-1");
  expect(text).toBe(`${code}// edit w1-1\n// edit w2-1\n`);
  expect(editsIn(text)).toEqual(["w1-1", "w2-1"]);
});

test("two who read the same text: the second writes over the first", () => {
  const base = withEdit(code, "w1-1");
  const first = withEdit(base, "w2-1");
  const second = withEdit(base, "w3-1");
  expect(overwritten(first, second)).toEqual(["w2-1"]);
  expect(overwritten(base, first)).toEqual([]);
});

test("the oldest edits make room and are not counted as lost", () => {
  let text = code;
  for (let n = 1; n <= editsKept; n++) text = withEdit(text, `w1-${n}`);
  const next = withEdit(text, "w2-1");
  expect(editsIn(next)).toHaveLength(editsKept);
  expect(overwritten(text, next)).toEqual([]);
});
