import { describe, expect, test } from "vitest";
import { toyWorld } from "../protocols/testing/toy.ts";
import { type LabCell, labTroubles } from "./parameters.ts";
import { flightsAtMost, momentsAtMost, recordTrial } from "./recording.ts";
import { quantile, summarise } from "./summary.ts";
import { runTrial } from "./trial.ts";

const cell: LabCell = { algorithm: "toy", members: 5, loss: 0.02, delayMs: 20, trouble: "leaderDies" };

test.each(labTroubles)("EL-47 the same seed gives the same figures, whoever watches: %s", (trouble) => {
  const world = toyWorld();
  const one = runTrial(world, { ...cell, trouble }, 7, 30);
  expect(runTrial(world, { ...cell, trouble }, 7, 30, { stepped: () => {} })).toEqual(one);
  expect(runTrial(world, { ...cell, trouble }, 8, 30)).not.toEqual(one);
});

describe("troubles", () => {
  test("without any there is one election, and a steady stream of messages", () => {
    const trial = runTrial(toyWorld(), { ...cell, loss: 0, trouble: "none" }, 1, 30);
    expect(trial.nextMs).toEqual([]);
    expect(trial.electionMessages).toHaveLength(1);
    expect(trial.firstMs).toBeGreaterThan(0);
    expect(trial.leaderlessMs).toBe(trial.firstMs);
    // The toy's leader tells four others every 40 ms.
    expect(trial.steadyMessages / (trial.steadyMs / 1_000)).toBeCloseTo(100, 0);
  });

  test("a leader that dies is followed by another one, again and again", () => {
    const trial = runTrial(toyWorld(), { ...cell, loss: 0 }, 1, 60);
    expect(trial.nextMs.length).toBeGreaterThan(5);
    expect(trial.nextMs).not.toContain(null);
    expect(trial.overlapMs).toBe(0);
    expect(trial.terms).toBeGreaterThanOrEqual(trial.nextMs.length);
  });

  test("a leader that is cut off still believes that it leads while the others have another", () => {
    const trial = runTrial(toyWorld(), { ...cell, loss: 0, trouble: "partition" }, 1, 60);
    expect(trial.nextMs.length).toBeGreaterThan(3);
    expect(trial.overlapMs).toBeGreaterThan(500);
  });
});

test("a protocol that never elects is told as such", () => {
  const row = summarise(cell, [runTrial(toyWorld("neverTries"), cell, 1, 20)]);
  expect(row).toMatchObject({ without: 1, firstP50Ms: null, perElection: null, steadyPerSecond: null, leaderlessShare: 1 });
});

test("quantiles are by the nearest rank", () => {
  expect(quantile([], 0.5)).toBeNull();
  expect(quantile([5], 0.95)).toBe(5);
  expect(quantile([4, 1, 3, 2], 0.5)).toBe(2);
  expect(quantile([4, 1, 3, 2], 0.95)).toBe(4);
});

describe("recording", () => {
  test("has what everybody showed and sent, in order of time, and what was done to them", () => {
    const world = toyWorld();
    const recording = recordTrial(cell, 3, 20)(world);
    expect(recording.agents).toEqual(["a1", "a2", "a3", "a4", "a5"]);
    expect(recording.cut).toBe(false);
    for (const list of [recording.moments.map(({ atMs }) => atMs), recording.flights.map(({ sentMs }) => sentMs)])
      expect(list).toEqual([...list].sort((a, b) => a - b));
    expect(recording.troubles[0]?.what).toMatch(/^a\d dies$/);
    expect(recording.moments.some(({ view }) => view === undefined)).toBe(true);
    expect(recording.flights.some(({ arriveMs }) => arriveMs === undefined)).toBe(true);
    expect(new Set(recording.flights.map(({ kind }) => kind))).toEqual(new Set(["ask", "vote", "lead"]));
  });

  test("of a long run of many is bounded, and says so", () => {
    const recording = recordTrial({ ...cell, members: 30 }, 3, 60)(toyWorld());
    expect(recording.cut).toBe(true);
    expect(recording.moments.length).toBeLessThanOrEqual(momentsAtMost);
    expect(recording.flights.length).toBeLessThanOrEqual(flightsAtMost);
  });
});
