import { describe, expect, it } from "vitest";
import type { Cursor } from "../stores/cursor.ts";
import { cursorStore } from "../stores/cursor.ts";
import { linkOf, traceOf } from "./replay-link.ts";
import { noReplay, parseSearch, searchSchema, stringifySearch } from "./search.ts";

const at = (values: Partial<Cursor>): Cursor => ({ ...cursorStore.getState(), ...values });

describe("the link of replay", () => {
  it("carries nothing while live", () => {
    expect(linkOf(at({ trace: null, position: 7 }))).toEqual(noReplay);
    expect(traceOf({})).toBeNull();
  });

  it.each([
    [{ kind: "space" }, undefined],
    [{ kind: "recording", name: "r7" }, "recording:r7"],
    [{ kind: "file", name: "last night, a&b.sbtrace" }, "file:last night, a&b.sbtrace"],
  ] as const)("opens the same moment of %j again", (trace, text) => {
    const cursor = at({ trace, position: 31_877, speed: 0.25, loop: { fromMs: 1_000, toMs: 2_000 }, a: 3, b: 70, follow: "w3" });
    const link = linkOf(cursor);
    expect(link).toEqual({ trace: text, at: "31877", speed: "0.25", loop: "1000..2000", a: "3", b: "70", follow: "w3" });
    const read = searchSchema.parse(parseSearch(stringifySearch(link)));
    expect(read).toMatchObject(JSON.parse(JSON.stringify(link)));
    expect(traceOf(read)).toEqual(trace);
  });

  it("leaves out what is as usual, and names where the cursor is on its way to", () => {
    expect(JSON.parse(JSON.stringify(linkOf(at({ trace: { kind: "space" }, position: 5, wanted: 900 }))))).toEqual({ at: "900" });
  });

  it("drops what makes no sense", () => {
    expect(searchSchema.parse({ trace: "tape:7", at: "-3", speed: "fast", loop: "a..b", a: "1.5", b: "", follow: "" })).toEqual({});
    expect(searchSchema.parse({ trace: "file:", at: "12" })).toEqual({ at: "12" });
  });
});
