import { describe, expect, it } from "vitest";
import { TestSpace } from "../../engine/testing/space.ts";
import { recordingOfSpace, recordings, wholeOf } from "../testing/recordings.ts";
import { shivizOf, shivizParser } from "./shiviz.ts";

interface Line {
  readonly host: string;
  readonly clock: Record<string, number>;
  readonly event: string;
}

/** As ShiViz reads it: the expression of the first line over all the rest. */
function linesOf(text: string): Line[] {
  const [first = "", second, ...rest] = text.split("\n");
  expect([first, second]).toEqual([shivizParser, ""]);
  const log = rest.join("\n");
  const lines = [...log.matchAll(new RegExp(first, "gm"))].map(({ groups = {} }) => ({
    host: groups.host ?? "",
    clock: JSON.parse(groups.clock ?? "") as Record<string, number>,
    event: groups.event ?? "",
  }));
  expect(lines).toHaveLength(log.split("\n").filter((line) => line !== "").length);
  return lines;
}

const isBefore = (a: Line, b: Line) => a !== b && (a.clock[a.host] as number) <= (b.clock[a.host] ?? 0);

describe("ShiViz", () => {
  for (const { name, recording } of recordings()) {
    it(`${name}: every clock counts its own events and knows of none that is not there`, () => {
      const seen = new Map<string, Line[]>();
      for (const line of linesOf(wholeOf(shivizOf(recording)))) {
        const own = seen.get(line.host) ?? [];
        seen.set(line.host, [...own, line]);
        expect(line.clock[line.host]).toBe(own.length + 1);
        for (const [host, count] of Object.entries(line.clock)) {
          const known = (seen.get(host) ?? [])[count - 1];
          expect(known).toBeDefined();
          // Whoever knows of an event knows all that it knew.
          for (const [other, least] of Object.entries(known?.clock ?? {})) expect(line.clock[other] ?? 0).toBeGreaterThanOrEqual(least);
          expect(line.clock[host] ?? 0).toBeGreaterThanOrEqual(own.at(-1)?.clock[host] ?? 0);
        }
      }
    });
  }

  it("a hold comes after the exclusive holds before it on what overlaps, and those who never met are concurrent", () => {
    const space = new TestSpace();
    for (const agent of ["w1", "w2", "w3", "w4"]) space.join(agent);
    space.acquire("w1", "repo/src");
    space.acquire("w3", "docs", { mode: "shared" });
    space.acquire("w4", "docs", { mode: "shared" });
    space.release("w1", "repo/src");
    space.acquire("w2", "repo/src/app.ts");
    const lines = linesOf(wholeOf(shivizOf(recordingOfSpace(space))));
    const find = (host: string, words: string) => lines.find((line) => line.host === host && line.event.startsWith(words)) as Line;
    const released = find("w1", "gives back repo/src");
    const granted = find("w2", "gets repo/src/app.ts");
    expect(isBefore(released, granted)).toBe(true);
    expect(isBefore(find("w2", "joined"), released)).toBe(false);
    for (const other of ["w3", "w4"])
      for (const line of [released, granted]) expect([isBefore(find(other, "gets"), line), isBefore(line, find(other, "gets"))]).toEqual([false, false]);
    expect(isBefore(find("w3", "gets"), find("w4", "gets"))).toBe(false);
  });

  it("an exclusive hold comes after all shared ones before it", () => {
    const space = new TestSpace();
    for (const agent of ["w1", "w2", "w3"]) space.join(agent);
    space.acquire("w1", "docs", { mode: "shared" });
    space.acquire("w2", "docs", { mode: "shared" });
    space.release("w1", "docs");
    space.release("w2", "docs");
    space.acquire("w3", "docs");
    const lines = linesOf(wholeOf(shivizOf(recordingOfSpace(space))));
    expect(lines.at(-1)?.clock).toEqual({ w1: 3, w2: 3, w3: 2 });
    expect(lines.findLast(({ host }) => host === "w2")?.clock).toEqual({ w2: 3 });
  });

  it("OP-1: an operator's act comes before what it does to an agent", () => {
    const space = new TestSpace();
    space.join("w1");
    space.acquire("w1", "repo", { reason: "two\nlines } {" });
    space.operator({ type: "lock.forceRelease", resource: "repo", fence: "1", reason: "stuck" }, "dana smith");
    const lines = linesOf(wholeOf(shivizOf(recordingOfSpace(space))));
    expect(lines.slice(-2).map(({ host, clock }) => [host, clock])).toEqual([
      ["operator:dana-smith", { "operator:dana-smith": 1 }],
      ["w1", { w1: 3, "operator:dana-smith": 1 }],
    ]);
  });
});
