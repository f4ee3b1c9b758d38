import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { GraphLayout, type Placement } from "./graph-layout.ts";
import { Packing } from "./graph-packing.ts";

const section = (index: number, groups = 3): Placement => ({ id: `resource:${index}`, group: `g${index % groups}` });
const agent = (index: number, near?: number): Placement => ({
  id: `agent:${index}`,
  group: "worker",
  ...(near === undefined ? {} : { near: `resource:${near}` }),
});
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

describe("graph layout", () => {
  it("never moves a node because another came or went, and never puts two on one place", () => {
    const step = fc.oneof(
      fc.record({ what: fc.constant("section" as const), index: fc.nat(60) }),
      fc.record({ what: fc.constant("agent" as const), index: fc.nat(60), near: fc.nat(60) }),
      fc.record({ what: fc.constant("remove" as const), index: fc.nat(60) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const layout = new GraphLayout();
        const stands = new Map<string, string>();
        for (const one of steps) {
          const id = one.what === "section" ? `resource:${one.index}` : `agent:${one.index}`;
          if (one.what === "section") layout.place([section(one.index)], []);
          if (one.what === "agent" && stands.has(`resource:${one.near}`)) layout.place([], [agent(one.index, one.near)]);
          if (one.what === "remove") {
            layout.remove([id]);
            stands.delete(id);
          }
          const at = layout.at(id);
          if (at !== undefined && !stands.has(id)) stands.set(id, `${at.x} ${at.y}`);
          for (const [known, where] of stands) expect(`${layout.at(known)?.x} ${layout.at(known)?.y}`).toBe(where);
          expect(new Set(stands.values()).size).toBe(stands.size);
        }
      }),
    );
  });

  it("puts an agent below the section it has to do with, out of the yard once", () => {
    const layout = new GraphLayout();
    layout.place(
      numbers(6).map((index) => section(index)),
      [agent(1)],
    );
    expect(layout.plots.find(({ kind }) => kind === "yard")?.group).toBe("worker");
    layout.place([], [agent(1, 4)]);
    const [lamp, rail] = [layout.at("agent:1"), layout.at("resource:4")];
    expect(Math.hypot((lamp?.x ?? 0) - (rail?.x ?? 0), (lamp?.y ?? 0) - (rail?.y ?? 0))).toBeLessThan(120);
    layout.place([], [agent(1, 5)]);
    expect(layout.at("agent:1")).toEqual(lamp);
  });

  it("keeps a group in plots of its own that do not overlap others", () => {
    const layout = new GraphLayout();
    layout.place(
      numbers(400).map((index) => section(index, 17)),
      numbers(500).map((index) => agent(index, index % 400)),
    );
    layout.place(
      numbers(400).map((index) => section(1_000 + index, 23)),
      [],
    );
    const plots = layout.plots;
    for (const [index, one] of plots.entries()) {
      for (const other of plots.slice(index + 1)) {
        const apart = one.x + one.width <= other.x || other.x + other.width <= one.x || one.y + one.height <= other.y || other.y + other.height <= one.y;
        expect(apart, `${one.key} and ${other.key}`).toBe(true);
      }
    }
    for (let index = 0; index < 400; index++) {
      const at = layout.at(`resource:${index}`);
      const own = plots.some(
        (plot) =>
          plot.group === `g${index % 17}` && at !== undefined && at.x > plot.x && at.x < plot.x + plot.width && at.y > plot.y && at.y < plot.y + plot.height,
      );
      expect(own).toBe(true);
    }
  });

  it("uses a place again once it is free", () => {
    const layout = new GraphLayout();
    layout.place([section(1, 1), section(2, 1)], []);
    const before = layout.at("resource:1");
    layout.remove(["resource:1"]);
    layout.place([section(9, 1)], []);
    expect(layout.at("resource:9")).toEqual(before);
  });
});

describe("packing", () => {
  it("keeps about the shape of a screen", () => {
    const packing = new Packing();
    const boxes = numbers(200).map(() => packing.place(300, 200));
    const [width, height] = [Math.max(...boxes.map((box) => box.x + box.width)), Math.max(...boxes.map((box) => box.y + box.height))];
    expect(width / height).toBeGreaterThan(1);
    expect(width / height).toBeLessThan(2.6);
  });
});
