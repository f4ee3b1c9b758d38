import { describe, expect, it } from "vitest";
import { edgesAt } from "./graph-edges.ts";
import { edgeLine, type Geometry, type GeometryOptions, walkGeometry } from "./graph-geometry.ts";
import { groupOf, nameInGroup } from "./graph-groups.ts";
import { Journey } from "./graph-journey.fixture.ts";
import { sizes } from "./graph-layout.ts";
import { GraphModel } from "./graph-model.ts";
import { GraphPlaces } from "./graph-places.ts";
import { stepFrom } from "./graph-steps.ts";

/** w1 holds a, w2 waits for it; b is free at the right; w3 stands far below. */
function small() {
  const journey = new Journey();
  const model = new GraphModel();
  model.apply(
    journey.state,
    ["w1", "w2", "w3"].flatMap((agent) => journey.join(agent)),
  );
  model.apply(journey.state, [...journey.grant("w1", "repo/src/a.ts"), ...journey.queue("w2", "repo/src/a.ts"), ...journey.grant("w3", "repo/src/b.ts")]);
  model.apply(journey.state, journey.release("repo/src/b.ts"));
  const places = new GraphPlaces();
  places.set("resource:repo/src/a.ts", { x: 0, y: 0 });
  places.set("resource:repo/src/b.ts", { x: 300, y: 0 });
  places.set("agent:w1", { x: -60, y: 120 });
  places.set("agent:w2", { x: 70, y: 120 });
  places.set("agent:w3", { x: 5_000, y: 5_000 });
  return { model, places };
}

function geometryOf(model: GraphModel, places: GraphPlaces, options: GeometryOptions): Geometry {
  const walk = walkGeometry(model, places, options);
  for (;;) {
    const step = walk.next();
    if (step.done === true) return step.value;
  }
}

const everything = { x: -1e5, y: -1e5, width: 2e5, height: 2e5 };
const plain = { needsYou: () => false, dims: () => false };

describe("places", () => {
  it("find what lies in a box, however large the box is", () => {
    const { places } = small();
    expect(places.within({ x: -100, y: -50, width: 200, height: 250 }).sort()).toEqual(["agent:w1", "agent:w2", "resource:repo/src/a.ts"]);
    expect(places.within(everything)).toHaveLength(5);
    expect(places.within(everything, 2)).toHaveLength(2);
  });

  it("hit a node by its own shape: a lamp is round, a section is not", () => {
    const { places } = small();
    expect(places.hit(sizes.sectionWidth / 2 - 2, sizes.sectionHeight / 2 - 2)).toBe("resource:repo/src/a.ts");
    const corner = sizes.lamp / 2 - 2;
    expect(places.hit(-60 + corner, 120 + corner)).toBeUndefined();
    expect(places.hit(-60 + corner, 120 + corner, 12)).toBe("agent:w1");
  });

  it("forget where a node stood once it was moved or went", () => {
    const { places } = small();
    places.set("agent:w1", { x: 900, y: 900 });
    expect(places.hit(-60, 120)).toBeUndefined();
    places.delete("agent:w1");
    expect(places.hit(900, 900)).toBeUndefined();
    expect(places.size).toBe(4);
  });

  it("give the box around some nodes, none for none", () => {
    const { places } = small();
    expect(places.bounds(["agent:w1"])).toEqual({ x: -60 - sizes.lamp / 2, y: 120 - sizes.lamp / 2, width: sizes.lamp, height: sizes.lamp });
    expect(places.bounds([])).toBeUndefined();
  });
});

describe("geometry of the far view", () => {
  it("has a line for each edge and a dot for each node, by how it looks", () => {
    const { model, places } = small();
    const { lines, lamps, sections } = geometryOf(model, places, { ...plain, box: everything });
    expect(lines["holds bright"]).toEqual([-60, 120, 0, 0]);
    expect(lines["waits bright"]).toEqual([70, 120, 0, 0]);
    expect(lamps["wait bright"]).toEqual([70, 120]);
    expect(sections["wait bright"]).toEqual([0, 0]);
    expect(sections["idle bright"]).toEqual([300, 0]);
  });

  it("leaves out what is not in sight, but not a line that runs through it", () => {
    const { model, places } = small();
    const { lines, lamps, sections } = geometryOf(model, places, { ...plain, box: { x: -80, y: 40, width: 100, height: 20 } });
    expect(lines["holds bright"]).toHaveLength(4);
    expect([...Object.values(lamps), ...Object.values(sections)].flat()).toEqual([]);
  });

  it("sets apart what the filter dims and what needs a person", () => {
    const { model, places } = small();
    const { lamps, sections } = geometryOf(model, places, {
      box: everything,
      needsYou: (node) => node.id === "agent:w1",
      dims: (node) => node.id === "resource:repo/src/b.ts",
    });
    expect(lamps["alert bright"]).toEqual([-60, 120]);
    expect(sections["idle dim"]).toEqual([300, 0]);
  });

  it("ends a line where the shapes begin, and turns a hold towards its agent", () => {
    const { model } = small();
    const [hold, wait] = edgesAt(model, "resource:repo/src/a.ts");
    const down = edgeLine(hold!, { x: 0, y: 200 }, { x: 0, y: 0 }, sizes);
    expect(down.from.y).toBeCloseTo(sizes.sectionHeight / 2 + 3);
    expect(down.to.y).toBeCloseTo(200 - sizes.lamp / 2 - 3);
    expect(edgeLine(wait!, { x: 0, y: 200 }, { x: 0, y: 0 }, sizes).from.y).toBeCloseTo(200 - sizes.lamp / 2 - 3);
  });

  it("counts groups", () => {
    const { model, places } = small();
    expect(geometryOf(model, places, { ...plain, box: everything }).groups).toEqual(new Map([["repo/src", { nodes: 2, held: 1, waitedFor: 1 }]]));
  });
});

describe("arrow keys", () => {
  it("go along an edge that leads that way", () => {
    const { model, places } = small();
    expect(stepFrom(model, places, "agent:w1", "up")).toBe("resource:repo/src/a.ts");
    expect(stepFrom(model, places, "resource:repo/src/a.ts", "down")).toMatch(/agent:w[12]/);
  });

  it("go to the nearest node that way where no edge does, and stay at the rim", () => {
    const { model, places } = small();
    expect(stepFrom(model, places, "agent:w2", "right")).toBe("resource:repo/src/b.ts");
    expect(stepFrom(model, places, "agent:w3", "right")).toBeUndefined();
    expect(stepFrom(model, places, "agent:nobody", "up")).toBeUndefined();
  });
});

describe("path groups", () => {
  it("are the first two segments, but never the last one", () => {
    expect(["repo/src/engine/locks.ts", "repo/src", "gpu/h200", "index", "repo/src/*.ts"].map(groupOf)).toEqual([
      "repo/src",
      "repo",
      "gpu",
      "index",
      "repo/src",
    ]);
    expect(nameInGroup("repo/src/engine/locks.ts", "repo/src")).toBe("engine/locks.ts");
    expect(nameInGroup("index", "index")).toBe("index");
  });
});
