import { describe, expect, it } from "vitest";
import { type Call, checkHistory, HistoryError, type Operation } from "./index.ts";

/** `did("p", 1, 4, {f: "read"}, 3)`: asked at 1, answered 3 at 4. */
const did = (process: string, invokedAt: number, completedAt: number, call: Call, value?: Operation["value"]): Operation => ({
  process,
  key: "",
  call,
  invokedAt,
  completedAt,
  outcome: "ok",
  value,
});
const maybe = (process: string, invokedAt: number, call: Call): Operation => ({ process, key: "", call, invokedAt, completedAt: null, outcome: "unknown" });
const wrongOf = (operations: readonly Operation[], ...rest: [Parameters<typeof checkHistory>[1]?]) => {
  const verdict = checkHistory(operations, ...rest);
  const wrong = verdict.keys.find((one) => one.ok === false);
  if (wrong?.ok !== false) throw new Error(`Nothing is wrong: ${verdict.words}`);
  return wrong.counterexample;
};

const read: Call = { f: "read" };
const write = (value: number): Call => ({ f: "write", value });
const acquire: Call = { f: "acquire" };
const release: Call = { f: "release" };

describe("outcomes", () => {
  it("what timed out may take effect at any time later, or never", () => {
    expect(checkHistory([maybe("p", 1, write(1)), did("q", 2, 3, read, null), did("q", 4, 5, read, 1)]).ok).toBe(true);
    expect(checkHistory([maybe("p", 1, write(1)), did("q", 2, 3, read, null)]).ok).toBe(true);
    expect(checkHistory([maybe("p", 1, write(1)), did("q", 2, 3, read, 1), did("q", 4, 5, read, null)]).ok).toBe(false);
    expect(checkHistory([did("q", 2, 3, read, 1), maybe("p", 4, write(1))]).ok).toBe(false);
  });

  it("what timed out may take effect after the answer that never came, whatever completedAt says", () => {
    const late: Operation = { ...maybe("p", 1, write(1)), completedAt: 2 };
    expect(checkHistory([late, did("q", 3, 4, read, null), did("q", 5, 6, read, 1)]).ok).toBe(true);
  });

  it("what failed did not happen, and a failed read says nothing", () => {
    const failed: Operation = { ...did("p", 1, 2, write(1)), outcome: "failed" };
    expect(checkHistory([failed, did("q", 3, 4, read, null)]).ok).toBe(true);
    expect(checkHistory([failed, did("q", 3, 4, read, 1)]).ok).toBe(false);
    expect(checkHistory([{ ...did("q", 3, 4, read, 7), outcome: "failed" }]).ok).toBe(true);
  });

  it("a cas that looked and found another value is an answer like a read", () => {
    const cas: Call = { f: "cas", from: 1, to: 2 };
    expect(checkHistory([did("p", 1, 2, write(1)), did("q", 3, 4, cas, false)]).ok).toBe(false);
    expect(checkHistory([did("p", 1, 2, write(3)), did("q", 3, 4, cas, false)]).ok).toBe(true);
  });
});

describe("what is told of a wrong history", () => {
  it("the longest part that can be put in order, what can not, and why", () => {
    const stale = did("r", 7, 9, read, 1);
    const open = did("s", 8, 12, write(3));
    const counterexample = wrongOf([did("p", 1, 2, write(1)), did("q", 3, 6, write(2)), stale, open]);
    expect(counterexample).toMatchObject({ at: 9, unplaced: [stale] });
    expect(counterexample.prefix.slice(0, 2).map(({ call }) => call)).toEqual([write(1), write(2)]);
    expect(counterexample.words).toContain("then r read 1 [7..9] can not be placed: it holds 2 or 3 there.");
  });

  it("keys are judged by themselves, and the one that can be known first is named", () => {
    const of = (key: string, one: Operation) => ({ ...one, key });
    const verdict = checkHistory([of("a", did("p", 5, 6, read, 9)), of("b", did("p", 1, 2, read, 9)), of("c", did("p", 3, 4, read, null))]);
    expect(verdict).toMatchObject({ ok: false, key: "b" });
    expect(verdict.keys.map(({ key, ok }) => [key, ok])).toEqual([
      ["a", false],
      ["b", false],
      ["c", true],
    ]);
  });

  it("who held a lock at the same time: both, and where it is known", () => {
    const history = [did("p", 1, 2, acquire), did("q", 3, 6, acquire), did("p", 8, 9, release), did("q", 10, 11, release)];
    const { at, overlaps, words } = wrongOf(history);
    expect(at).toBe(6);
    expect(overlaps).toMatchObject([{ at: 6, holders: [{ process: "p" }, { process: "q" }] }]);
    expect(words).toContain("Held at the same time by p (answered at 2) and q (answered at 6); known from 6 on.");
  });

  it("an acquire that overlaps a release, or that may never have happened, is no overlap", () => {
    expect(checkHistory([did("p", 1, 2, acquire), did("q", 3, 9, acquire), did("p", 8, 10, release)]).ok).toBe(true);
    expect(checkHistory([maybe("p", 1, acquire), did("q", 3, 4, acquire)]).ok).toBe(true);
    expect(checkHistory([did("p", 1, 2, acquire), maybe("p", 3, release), did("q", 5, 6, acquire)]).ok).toBe(true);
  });

  it("shared holds go together, an exclusive one with none", () => {
    const shared: Call = { f: "acquire", mode: "shared" };
    expect(checkHistory([did("p", 1, 2, shared), did("q", 3, 4, shared)]).ok).toBe(true);
    expect(
      wrongOf([did("p", 1, 2, shared), did("q", 3, 4, shared), did("r", 5, 6, acquire)]).overlaps.map(({ holders }) => holders.map(({ process }) => process)),
    ).toEqual([
      ["p", "r"],
      ["q", "r"],
    ]);
  });

  it("releasing what one has not is wrong without any overlap", () => {
    const counterexample = wrongOf([did("p", 1, 2, acquire), did("q", 3, 4, release)]);
    expect(counterexample.overlaps).toEqual([]);
    expect(counterexample.words).toContain("then q release [3..4] can not be placed: it is held by p there.");
  });

  it("more units of a semaphore than there are", () => {
    const take = (units: number): Call => ({ f: "acquire", units });
    const history = [did("p", 1, 2, take(2)), did("q", 3, 4, take(1)), did("r", 5, 6, take(1))];
    expect(checkHistory(history, { model: "semaphore", capacity: 4 }).ok).toBe(true);
    expect(wrongOf(history, { model: "semaphore", capacity: 3 }).overlaps).toMatchObject([
      { at: 6, holders: [{ process: "p" }, { process: "q" }, { process: "r" }] },
    ]);
  });
});

describe("bounds", () => {
  it("says that it does not know, after so many steps and no more", () => {
    const history = Array.from({ length: 40 }, (_, at) => did(`p${at}`, at, 100 + at, at % 2 === 0 ? write(at) : { f: "cas", from: at, to: at + 2 }));
    const verdict = checkHistory([...history, did("z", 200, 201, read, -1)], { model: "register" }, { maxSteps: 10_000 });
    expect(verdict).toMatchObject({ ok: null, key: "" });
    expect(verdict.steps).toBeLessThan(10_100);
  });

  it("takes a long history in steps that grow with it, not with its square", () => {
    const history = Array.from({ length: 20_000 }, (_, at) => did(`p${at % 4}`, at * 2, at * 2 + 7, at % 2 === 0 ? write(at) : read));
    expect(checkHistory(history).steps).toBeLessThan(20_000 * 8);
  });
});

describe("what is no history", () => {
  it("an answer before its question", () => expect(() => checkHistory([did("p", 5, 4, read, 1)])).toThrow(HistoryError));
  it("calls of several models", () => expect(() => checkHistory([did("p", 1, 2, read, 1), did("q", 1, 2, acquire)])).toThrow("mixes calls of several models"));
  it("a call that the model has not", () => expect(() => checkHistory([did("p", 1, 2, acquire)], { model: "register" })).toThrow("A register has no acquire"));
});
