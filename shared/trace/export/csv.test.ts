import { describe, expect, it } from "vitest";
import { TestSpace } from "../../engine/testing/space.ts";
import { spansOf } from "../spans.ts";
import { recordingOfSpace, recordings, twoLeaders, wholeOf } from "../testing/recordings.ts";
import { csvOf } from "./csv.ts";

/** RFC 4180, strictly: throws where a quote stands where none may. */
function parsed(text: string): Record<string, string>[] {
  const rows: string[][] = [[]];
  let at = 0;
  while (at < text.length) {
    let field = "";
    if (text[at] === '"') {
      for (at += 1; text[at] !== '"' || text[at + 1] === '"'; at += 1) {
        if (at >= text.length) throw new Error("a quote is not closed");
        if (text[at] === '"') at += 1;
        field += text[at];
      }
      at += 1;
    } else
      for (; at < text.length && text[at] !== "," && text[at] !== "\r"; at += 1) {
        if (text[at] === '"' || text[at] === "\n") throw new Error(`${text[at] === '"' ? "a quote" : "a line feed"} in a plain field`);
        field += text[at];
      }
    rows.at(-1)?.push(field);
    if (text[at] === ",") at += 1;
    else if (text.slice(at, at + 2) === "\r\n") {
      at += 2;
      if (at < text.length) rows.push([]);
    } else throw new Error(`something stands after a field at ${at}`);
  }
  const [head = [], ...body] = rows;
  return body.map((row) => {
    expect(row).toHaveLength(head.length);
    return Object.fromEntries(head.map((column, index) => [column, row[index] ?? ""]));
  });
}

const shown = (text: string) => (text.startsWith("'") ? text.slice(1) : text);
const number = (text: string | undefined) => (text === "" ? undefined : Number(text));

describe("CSV", () => {
  for (const { name, recording } of recordings()) {
    it(`${name}: the holds and waits can be made again of it`, () => {
      const rows = parsed(wholeOf(csvOf(recording)));
      const { holds, waits } = spansOf(recording);
      const inOrder = (list: unknown[][]) => list.map((one) => JSON.stringify(one)).sort();
      expect(
        inOrder(
          rows
            .filter((row) => row.kind === "hold")
            .map((row) => [
              row.id,
              row.agent,
              shown(row.resource ?? ""),
              row.mode,
              number(row.start_ms),
              number(row.end_ms) ?? null,
              row.ended,
              row.fence,
              shown(row.reason ?? ""),
            ]),
        ),
      ).toEqual(
        inOrder(holds.map((one) => [one.id, one.agent, one.resource, one.mode, one.startMs, one.endMs ?? null, one.ended ?? "", one.fence, one.reason])),
      );
      expect(
        inOrder(
          rows
            .filter((row) => row.kind === "wait")
            .map((row) => [number(row.request), row.agent, shown(row.resource ?? ""), number(row.start_ms), number(row.end_ms) ?? null, row.ended]),
        ),
      ).toEqual(
        inOrder(waits.flatMap((one) => one.wants.map((want) => [one.request, one.agent, want.resource, one.startMs, one.endMs ?? null, one.ended ?? ""]))),
      );
    });
  }

  it("a leadership is a row like a hold's, of its group, with its term as the fence and why it leads as the reason", () => {
    const rows = parsed(wholeOf(csvOf(recordingOfSpace(twoLeaders()))));
    expect(rows.map((row) => [row.kind, row.id, row.agent, row.resource, row.fence, row.start_ms, row.end_ms, row.duration_ms, row.ended])).toEqual([
      ["lead", "1", "w1", "repo/merger", "1", "1000", "1040", "40", "deposed"],
      ["lead", "2", "w2", "repo/merger", "2", "1040", "", "", ""],
    ]);
    for (const row of rows) expect(shown(row.reason ?? "")).not.toBe("");
  });

  it("no text is taken for a formula, and none is broken by commas, quotes and line breaks", () => {
    const space = new TestSpace();
    space.join("w1");
    const reasons = ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "'quoted'", 'says "no", twice', "two\nlines\r\nand more", "plain"];
    for (const [at, reason] of reasons.entries()) space.acquire("w1", `=cmd/${at}`, { reason });
    const text = wholeOf(csvOf(recordingOfSpace(space)));
    const rows = parsed(text);
    for (const row of rows) for (const field of Object.values(row)) expect(field).not.toMatch(/^[=+\-@\t\r]/);
    expect(rows.map((row) => shown(row.reason ?? ""))).toEqual(reasons);
    expect(rows.map((row) => row.resource)).toEqual(reasons.map((_, at) => `'=cmd/${at}`));
  });
});
