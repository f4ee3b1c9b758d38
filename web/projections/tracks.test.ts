import { describe, expect, it } from "vitest";
import { Journey } from "./graph-journey.fixture.ts";
import { GraphModel } from "./graph-model.ts";
import { type TracksItem, type TracksOptions, TracksPanel } from "./tracks.ts";
import { rowsPerCard } from "./tracks-cards.ts";
import { SortedNames } from "./tracks-names.ts";

const options: TracksOptions = { nowMs: 1_000_000, columns: 1, lampsPerRow: 4, opened: new Set(), unfolded: false, alerts: new Set() };

class Bench {
  readonly journey = new Journey();
  readonly model = new GraphModel();
  readonly panel = new TracksPanel();
  nowMs = 1_000_000;

  do(...steps: ((journey: Journey) => ReturnType<Journey["join"]>)[]): boolean {
    const events = steps.flatMap((step) => step(this.journey));
    return this.panel.follow(this.model, this.model.apply(this.journey.state, events), this.nowMs);
  }

  lines(change: Partial<TracksOptions> = {}): readonly (readonly TracksItem[])[] {
    return this.panel.arrange(this.model, { ...options, nowMs: this.nowMs, ...change });
  }

  rows(change: Partial<TracksOptions> = {}): string[] {
    return this.lines(change)
      .flat()
      .flatMap((item) => (item.kind === "row" ? [item.path] : []));
  }
}

function bench(): Bench {
  const made = new Bench();
  made.do(
    (j) => j.join("w1"),
    (j) => j.join("w2"),
    (j) => j.grant("w1", "repo/src/b.ts"),
    (j) => j.grant("w1", "repo/src/a.ts"),
    (j) => j.grant("w2", "repo/src/c10.ts"),
    (j) => j.grant("w2", "repo/src/c9.ts"),
  );
  return made;
}

describe("tracks: the order of rows", () => {
  it("is by name, numbers as numbers", () => {
    expect(bench().rows()).toEqual(["repo/src/a.ts", "repo/src/b.ts", "repo/src/c9.ts", "repo/src/c10.ts"]);
  });

  it("brings a row forward once somebody has waited for 3 s, and back once nobody has for 15 s", () => {
    const made = bench();
    made.do((j) => j.queue("w1", "repo/src/c10.ts"));
    expect(made.rows()[0]).toBe("repo/src/a.ts");
    made.nowMs += 3_000;
    expect(made.rows()[0]).toBe("repo/src/c10.ts");
    made.do((j) => j.grant("w1", "repo/src/c10.ts", 0, j.state.lastRequest));
    made.nowMs += 14_000;
    expect(made.rows()[0]).toBe("repo/src/c10.ts");
    made.nowMs += 2_000;
    expect(made.rows()[0]).toBe("repo/src/a.ts");
  });

  it("folds a row that has been quiet for 20 s, not before", () => {
    const made = bench();
    made.do((j) => j.release("repo/src/a.ts"));
    expect(made.rows()).toContain("repo/src/a.ts");
    made.nowMs += 20_000;
    expect(made.rows()).not.toContain("repo/src/a.ts");
    expect(made.lines()[0]).toContainEqual({ kind: "folded", key: "folded:repo/src", group: "repo/src", sections: 1 });
    expect(made.rows({ unfolded: true })[0]).toBe("repo/src/a.ts");
  });

  it("puts a card that is wholly quiet on one line with the others", () => {
    const made = bench();
    made.do((j) => j.grant("w1", "docs/x.md"));
    made.do((j) => j.release("docs/x.md"));
    made.nowMs += 30_000;
    expect(made.lines()[0]).toContainEqual({ kind: "quiet", key: "quiet", groups: ["docs"], more: 0, sections: 1 });
  });
});

describe("tracks: cards", () => {
  it("bound their rows and count the rest, until opened", () => {
    const made = bench();
    for (let index = 0; index < 40; index++) made.do((j) => j.grant("w1", `k/${index}`));
    expect(made.rows().filter((path) => path.startsWith("k/"))).toHaveLength(rowsPerCard);
    expect(made.lines().flat()).toContainEqual({ kind: "more", key: "more:k", group: "k", counts: { rows: 28, held: 28, waitedFor: 0 } });
    expect(made.rows({ opened: new Set(["k"]) }).filter((path) => path.startsWith("k/"))).toHaveLength(40);
  });

  it("show the selected row though they are full, and though it is folded", () => {
    const made = bench();
    for (let index = 0; index < 40; index++) made.do((j) => j.grant("w1", `k/${index}`));
    made.do((j) => j.release("repo/src/a.ts"));
    made.nowMs += 60_000;
    const selected = (id: string) => ({ selected: { kind: "resource", id } });
    expect(made.rows(selected("k/33")).filter((path) => path.startsWith("k/"))).toHaveLength(rowsPerCard + 1);
    expect(made.lines(selected("k/33")).flat()).toContainEqual({ kind: "more", key: "more:k", group: "k", counts: { rows: 27, held: 27, waitedFor: 0 } });
    expect(made.rows()).not.toContain("repo/src/a.ts");
    expect(made.rows(selected("repo/src/a.ts"))).toContain("repo/src/a.ts");
  });

  it("keep their column when others come", () => {
    const made = bench();
    const columnOf = (group: string) => made.lines({ columns: 2 }).findIndex((column) => column.some((item) => item.kind === "head" && item.group === group));
    const before = columnOf("repo/src");
    for (const group of ["a", "b", "c", "z"]) made.do((j) => j.grant("w1", `${group}/x`));
    expect(columnOf("repo/src")).toBe(before);
    expect(new Set(["a", "b", "c", "z"].map(columnOf)).size).toBe(2);
  });

  it("come forward once somebody has waited there for 20 s", () => {
    const made = bench();
    made.do(
      (j) => j.grant("w1", "zoo/x"),
      (j) => j.queue("w2", "zoo/x"),
    );
    const first = () =>
      made
        .lines()
        .flat()
        .find((item) => item.kind === "head");
    made.nowMs += 10_000;
    expect(first()).toMatchObject({ group: "repo/src" });
    made.nowMs += 10_000;
    expect(first()).toMatchObject({ group: "zoo" });
  });

  it("keep the line objects of what did not change", () => {
    const made = bench();
    const before = made.lines()[0] ?? [];
    made.do((j) => j.grant("w1", "gpu/0"));
    const after = new Set(made.lines()[0]);
    expect(before.filter((item) => item.kind === "row").every((item) => after.has(item))).toBe(true);
  });

  it("show only what the filter lets through, folded or not", () => {
    const made = bench();
    made.do((j) => j.release("repo/src/a.ts"));
    made.nowMs += 60_000;
    const filter = { agent: () => true, resource: ({ path }: { path: string }) => path.endsWith("a.ts"), group: () => false };
    expect(made.rows({ filter })).toEqual(["repo/src/a.ts"]);
  });
});

describe("tracks: lamps", () => {
  it("stand by name, those that need a person first, and the rest is counted", () => {
    const made = bench();
    for (let index = 3; index <= 40; index++) made.do((j) => j.join(`w${index}`));
    const lamps = (change: Partial<TracksOptions>) =>
      made
        .lines({ columns: 2, ...change })
        .flat()
        .flatMap((item) => (item.kind === "lamps" ? item.agents : []));
    expect(lamps({}).slice(0, 3)).toEqual(["w1", "w2", "w3"]);
    expect(lamps({ alerts: new Set(["w39"]) })[0]).toBe("w39");
    expect(lamps({})).toHaveLength(24);
    expect(made.lines({ columns: 2 }).flat()).toContainEqual({ kind: "moreAgents", key: "moreAgents", counts: { agents: 16, waiting: 0, holding: 0 } });
    expect(lamps({ opened: new Set(["agents"]) })).toHaveLength(40);
    expect(lamps({ selected: { kind: "agent", id: "w40" } }).at(-1)).toBe("w40");
  });

  it("says when rows came or went, so that nothing is arranged for nothing", () => {
    const made = bench();
    expect(made.do((j) => j.grant("w1", "gpu/0"))).toBe(true);
    expect(made.do((j) => j.queue("w2", "gpu/0"))).toBe(false);
  });
});

describe("sorted names", () => {
  it("keep one of each, in order", () => {
    const names = new SortedNames();
    for (const name of ["b", "a10", "a9", "b", "a09"]) names.add(name);
    names.delete("nobody");
    expect([...names]).toEqual(["a09", "a9", "a10", "b"]);
    names.delete("a9");
    expect(names.size).toBe(3);
  });
});
