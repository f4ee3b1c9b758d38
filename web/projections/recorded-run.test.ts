import { describe, expect, test } from "vitest";
import { recordTrial } from "../../shared/sim/lab/recording.ts";
import { toyWorld } from "../../shared/sim/protocols/testing/toy.ts";
import { nodesPicture, nodesWords } from "./nodes-view.ts";
import { RecordedRun } from "./recorded-run.ts";

const cell = { algorithm: "toy", members: 5, loss: 0.05, delayMs: 20, trouble: "leaderDies" as const };
const run = new RecordedRun(recordTrial(cell, 3, 20)(toyWorld()));

describe("a recorded run", () => {
  test("shows at every step what each node had shown last", () => {
    const shown = new Map<string, unknown>();
    for (const [step, moment] of run.recording.moments.entries()) {
      shown.set(moment.agent, moment.view);
      expect(run.nodes(step, moment.atMs).map(({ agent, view }) => [agent, view])).toEqual(run.recording.agents.map((agent) => [agent, shown.get(agent)]));
    }
  });

  test("knows the step of any time, also where several fall together", () => {
    for (const step of [0, 1, 50, run.lastStep]) {
      const found = run.stepAt(run.timeOf(step));
      expect(found).toBeGreaterThanOrEqual(step);
      expect(run.timeOf(found)).toBe(run.timeOf(step));
    }
    expect(run.stepAt(-1)).toBe(0);
    expect(run.stepAt(run.endMs + 1)).toBe(run.lastStep);
  });

  test("shows exactly the messages that are on their way, and how far they are", () => {
    for (const atMs of [500, 1_234, 5_000]) {
      const on = run.recording.flights.filter(({ sentMs, arriveMs }) => sentMs <= atMs && (arriveMs ?? sentMs + cell.delayMs) > atMs);
      const shown = run.flights(atMs);
      expect(shown.map(({ from, to, kind }) => [from, to, kind])).toEqual(on.map(({ from, to, kind }) => [from, to, kind]));
      for (const { share, lost } of shown) {
        expect(share).toBeGreaterThanOrEqual(0);
        expect(share).toBeLessThan(lost ? 0.5 : 1);
      }
    }
  });

  test("goes from term to term and stays where there is no other", () => {
    expect(run.terms.length).toBeGreaterThan(2);
    const [first, second] = run.terms;
    expect(run.termFrom(0, -1)).toBe(0);
    expect(run.termFrom(first?.step ?? 0, 1)).toBe(second?.step);
    expect(run.termFrom(second?.step ?? 0, -1)).toBe(first?.step);
    expect(run.termFrom(run.lastStep, 1)).toBe(run.lastStep);
    expect(run.terms.map(({ term }) => term)).toEqual([...run.terms.map(({ term }) => term)].sort((a, b) => a - b));
  });
});

describe("the picture of nodes", () => {
  const ledAt = run.recording.moments.findIndex(({ view }) => view?.role === "leader");

  test("a candidate's votes are lines to it, followers' lines go to the leader", () => {
    const candidateAt = run.recording.moments.findIndex(({ view }) => view?.role === "candidate" && view.votes.length > 1);
    const campaign = nodesPicture(run.nodes(candidateAt, run.timeOf(candidateAt)));
    expect(campaign.edges.some(({ kind }) => kind === "vote")).toBe(true);
    const settled = run.recording.moments.findIndex((_, step) => run.nodes(step, 0).every(({ view }) => view?.leader != null));
    const led = nodesPicture(run.nodes(settled, run.timeOf(settled)));
    expect(led.edges.filter(({ kind }) => kind === "follows")).toHaveLength(4);
    expect(nodesWords(led.nodes)).toMatch(/^a\d leads in term 1; highest term 1$/);
  });

  test("a timer runs on between two steps, and a node that is down has none", () => {
    const agent = run.recording.moments[ledAt]?.agent;
    const shareAfter = (ms: number) => nodesPicture(run.nodes(ledAt, run.timeOf(ledAt) + ms)).nodes.find((node) => node.agent === agent)?.timerShare;
    expect(shareAfter(0)).toBe(1);
    expect(shareAfter(20)).toBeCloseTo(0.5);
    expect(shareAfter(1_000)).toBe(0);
    const downAt = run.recording.moments.findIndex(({ view }) => view === undefined);
    const picture = nodesPicture(run.nodes(downAt, run.timeOf(downAt)));
    expect(picture.nodes.find(({ state }) => state === "down")?.timerShare).toBeUndefined();
    expect(nodesWords(picture.nodes)).toContain("1 of 5 down");
  });

  test("places are those of the ring whatever happens, and dots are between them", () => {
    const places = (step: number) => nodesPicture(run.nodes(step, 0)).nodes.map(({ x, y }) => [x, y]);
    expect(places(0)).toEqual(places(run.lastStep));
    const flight = { from: "a1", to: "a2", kind: "lead", share: 0.25, lost: false };
    const { nodes, dots } = nodesPicture(run.nodes(0, 0), [flight, { ...flight, to: "nobody" }]);
    const [a1, a2] = nodes;
    expect(dots).toHaveLength(1);
    expect(dots[0]?.x).toBeCloseTo((a1?.x ?? 0) * 0.75 + (a2?.x ?? 0) * 0.25);
  });

  test("of many, lamps are small and bear no names", () => {
    const many = Array.from({ length: 99 }, (_, index) => ({ agent: `a${index}`, view: undefined, agoMs: 0 }));
    const { named, lampRadius } = nodesPicture(many);
    expect(named).toBe(false);
    expect(lampRadius * 2 * 99).toBeLessThan(2 * Math.PI * 180);
  });
});
