import { describe, expect, it } from "vitest";
import { formatRange, formatSelected, parseRange, parseSearch, parseSelected, searchSchema, stringifySearch } from "./search.ts";

describe("the link", () => {
  it("opens the same picture again", () => {
    const search = {
      space: "main",
      view: "locks",
      layout: "graph",
      sel: "resource:repo/src/a&b?.ts",
      q: "state:waiting 50%",
      lanes: "resource",
      range: "1000..2000",
    } as const;
    expect(searchSchema.parse(parseSearch(stringifySearch(search)))).toEqual(search);
  });

  it("stays readable and carries nothing that is empty", () => {
    expect(stringifySearch({ sel: "resource:repo/src/a.ts", q: "", view: undefined })).toBe("?sel=resource:repo/src/a.ts");
    expect(stringifySearch({})).toBe("");
  });

  it("drops what makes no sense and keeps the rest", () => {
    expect(searchSchema.parse({ view: "moon", layout: "tracks", range: "soon", lanes: "7", sel: "x".repeat(700) })).toEqual({ layout: "tracks" });
  });

  it("names what is selected, with any character in its name", () => {
    for (const thing of [
      { kind: "agent", id: "w3:a@b" },
      { kind: "resource", id: "repo/**/*.test.ts" },
      { kind: "intent", id: "i7" },
    ] as const)
      expect(parseSelected(formatSelected(thing))).toEqual(thing);
    for (const text of [undefined, "", "agent:", "lock:7", "w3"]) expect(parseSelected(text)).toBeNull();
  });

  it("carries a range only when it is one", () => {
    expect(parseRange(formatRange({ fromMs: 1_000.4, toMs: 2_000 }))).toEqual({ fromMs: 1_000, toMs: 2_000 });
    for (const text of [undefined, "", "5..5", "9..1", "a..b"]) expect(parseRange(text)).toBeNull();
    expect(formatRange(null)).toBeUndefined();
  });
});
