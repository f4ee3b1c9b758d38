import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { emptyState, type State } from "../../shared/state/index.ts";
import { FakeFleet } from "../dev/fake-world.ts";
import { edgesAt, edgesOf, neighbourhood } from "./graph-edges.ts";
import { type Choice, Journey } from "./graph-journey.fixture.ts";
import { GraphModel } from "./graph-model.ts";
import { signalOf } from "./graph-nodes.ts";
import { QuietMemory } from "./graph-quiet.ts";

const choices = fc.array(fc.tuple(fc.nat(99), fc.nat(), fc.nat(), fc.nat()) as fc.Arbitrary<Choice>, { maxLength: 120 });

/** What a model says, in an order of its own. */
function picture(model: GraphModel) {
  const sorted = <T extends { id: string }>(nodes: Iterable<T>) => [...nodes].sort((a, b) => (a.id < b.id ? -1 : 1));
  const agents = sorted(model.agents.values()).map((node) => ({
    ...node,
    locks: node.locks.map((lock) => lock.fence).sort(),
    waits: node.waits.map((wait) => wait.request).sort(),
    intents: node.intents.map((intent) => intent.intent).sort(),
  }));
  return { agents, resources: sorted(model.resources.values()), edges: sorted([...model.resources.values()].flatMap(edgesOf)) };
}

function rebuilt(state: State, quiet: QuietMemory): GraphModel {
  const model = new GraphModel(quiet.copy());
  model.reset(state);
  return model;
}

describe("the graph's model", () => {
  it("is after every frame what a rebuild from the whole state gives", () => {
    fc.assert(
      fc.property(choices, fc.integer({ min: 1, max: 7 }), (list, frameSize) => {
        const journey = new Journey();
        const model = new GraphModel(new QuietMemory({ keepMs: 4_000, limit: 4 }));
        model.reset(journey.state);
        for (let from = 0; from < list.length; from += frameSize) {
          const events = list.slice(from, from + frameSize).flatMap((choice) => journey.step(choice));
          model.apply(journey.state, events);
          expect(picture(model)).toEqual(picture(rebuilt(journey.state, model.quiet)));
        }
      }),
      { numRuns: 300 },
    );
  });

  it("is the same after a reset over a gap as after following every event", () => {
    fc.assert(
      fc.property(choices, choices, (before, missed) => {
        const journey = new Journey();
        const model = new GraphModel();
        model.apply(
          journey.state,
          before.flatMap((choice) => journey.step(choice)),
        );
        for (const choice of missed) journey.step(choice);
        model.reset(journey.state);
        expect(picture(model)).toEqual(picture(rebuilt(journey.state, model.quiet)));
      }),
    );
  });

  it("is what a rebuild gives while a fleet works for minutes", () => {
    const startMs = 1_750_000_000_000;
    const fleet = new FakeFleet({ agents: 80, startMs });
    const model = new GraphModel();
    model.apply(fleet.state, fleet.take());
    for (let nowMs = startMs; nowMs < startMs + 240_000; nowMs += 2_000) {
      if (nowMs === startMs + 120_000) fleet.trouble(nowMs);
      model.apply(fleet.state, fleet.run(nowMs));
      expect(picture(model)).toEqual(picture(rebuilt(fleet.state, model.quiet)));
    }
    expect(model.resources.size).toBeGreaterThan(40);
  });

  it("keeps the record of a section that a frame did not touch", () => {
    const journey = new Journey();
    const model = new GraphModel();
    model.apply(journey.state, [...journey.join("w1"), ...journey.grant("w1", "repo/a"), ...journey.grant("w1", "repo/b")]);
    const untouched = model.resources.get("repo/a");
    const change = model.apply(journey.state, journey.release("repo/b"));
    expect(model.resources.get("repo/a")).toBe(untouched);
    expect([...change.changed].sort()).toEqual(["agent:w1", "resource:repo/b"]);
  });

  it("shows a folder as taken while a part below it is held, and the part while the folder is (LK-1)", () => {
    const journey = new Journey();
    const model = new GraphModel();
    model.apply(journey.state, [...journey.join("w1"), ...journey.join("w2"), ...journey.queue("w2", "repo/src"), ...journey.grant("w1", "repo/src/app.ts")]);
    expect(model.resources.get("repo/src")?.covered).toEqual({ by: "below", path: "repo/src", locks: 1 });
    expect(signalOf(model.resources.get("repo/src")!)).toBe("taken");
    model.apply(journey.state, [...journey.release("repo/src/app.ts"), ...journey.grant("w2", "repo/src")]);
    expect(model.resources.get("repo/src/app.ts")?.covered).toEqual({ by: "above", path: "repo/src", locks: 1 });
  });

  it("keeps a free section as quiet, then lets the longest quiet go", () => {
    const journey = new Journey();
    const model = new GraphModel(new QuietMemory({ keepMs: 60_000, limit: 2 }));
    model.apply(journey.state, journey.join("w1"));
    for (const name of ["a", "b", "c"]) {
      model.apply(journey.state, journey.grant("w1", `repo/${name}`));
      model.apply(journey.state, journey.release(`repo/${name}`));
    }
    expect([...model.resources.keys()]).toEqual(["repo/b", "repo/c"]);
    expect(model.resources.get("repo/b")?.quietSinceMs).toBeDefined();
  });

  it("learns from past events what was used before it was opened", () => {
    const journey = new Journey();
    const past = [...journey.join("w1"), ...journey.grant("w1", "repo/a"), ...journey.release("repo/a"), ...journey.grant("w1", "repo/b")];
    const model = new GraphModel();
    model.quiet.learn(past);
    model.reset(journey.state);
    expect([...model.resources.values()].map((node) => [node.path, node.quietSinceMs !== undefined])).toEqual([
      ["repo/b", false],
      ["repo/a", true],
    ]);
    expect(model.quiet.sinceMs("repo/b")).toBeUndefined();
  });

  it("numbers the queue by rank and finds what is around a node", () => {
    const journey = new Journey();
    const model = new GraphModel();
    const people = ["w1", "w2", "w3"].flatMap((agent) => journey.join(agent));
    model.apply(journey.state, [...people, ...journey.grant("w1", "gpu/0"), ...journey.queue("w2", "gpu/0"), ...journey.queue("w3", "gpu/0")]);
    expect(edgesAt(model, "resource:gpu/0").map((edge) => [edge.kind, edge.agent, edge.place])).toEqual([
      ["holds", "agent:w1", undefined],
      ["waits", "agent:w2", 1],
      ["waits", "agent:w3", 2],
    ]);
    expect([...neighbourhood(model, "agent:w3")].sort()).toEqual(["agent:w3", "resource:gpu/0"]);
  });

  it("marks plans of two agents whose windows meet", () => {
    const journey = new Journey();
    const model = new GraphModel();
    model.apply(journey.state, [
      ...journey.join("w1"),
      ...journey.join("w2"),
      ...journey.announce("w1", "repo/src"),
      ...journey.announce("w2", "repo/src/app.ts"),
    ]);
    expect(model.resources.get("repo/src")?.conflicts).toHaveLength(1);
    expect(model.resources.get("repo/src/app.ts")?.conflicts).toHaveLength(1);
  });

  it("starts empty on an empty state", () => {
    const model = new GraphModel();
    model.reset(emptyState("main"));
    expect(model.resources.size + model.agents.size).toBe(0);
  });
});
