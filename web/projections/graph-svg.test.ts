import { expect, test } from "vitest";
import { TestSpace } from "../../shared/engine/testing/space.ts";
import { GraphModel } from "./graph-model.ts";
import { graphSvg } from "./graph-svg.ts";

const tones = { hold: "green", wait: "amber", alert: "red", lead: "violet", intend: "blue", idle: "grey" };
const colours = { canvas: "black", surface: "dimgrey", text: "white", quiet: "silver", line: "grey", tones };

function drawn(name = "repo/a") {
  const space = new TestSpace();
  for (const agent of ["w1", "w2"]) space.join(agent);
  space.acquire("w1", name);
  space.acquire("w2", name);
  const model = new GraphModel();
  model.reset(space.state);
  let next = 0;
  const places = new Map([...model.resources.values(), ...model.agents.values()].map(({ id }) => [id, { x: 200 * ++next, y: 100 }]));
  return graphSvg(model, { colours, at: (id) => places.get(id), plots: [], needsYou: () => false, title: `Space <main> & "more"` });
}

test("the picture has every node, the hold and the wait, each in its colour", () => {
  const svg = drawn();
  expect(svg).toContain(">w1</text>");
  expect(svg).toContain(">w2</text>");
  expect(svg).toContain(">repo/a</text>");
  expect(svg).toMatch(/stroke="green"[^>]*marker-end="url\(#to-hold\)"/);
  expect(svg).toMatch(/stroke="amber"[^>]*stroke-dasharray="6 4"[^>]*marker-end="url\(#to-wait\)"/);
});

test("a name never becomes markup", () => {
  const svg = drawn("repo/<script>alert(1)<");
  expect(svg).not.toContain("<script");
  expect(svg).toContain("&#60;script");
  expect(svg).toContain("Space &#60;main&#62; &#38; &#34;more&#34;");
});

test("an empty graph is a picture as well", () => {
  const svg = graphSvg(new GraphModel(), { colours, at: () => undefined, plots: [], needsYou: () => false, title: "Space main" });
  expect(svg).toMatch(/^<svg [^>]*width="\d+"/);
  expect(svg.trimEnd().endsWith("</svg>")).toBe(true);
});
