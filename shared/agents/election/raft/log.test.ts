import fc from "fast-check";
import { expect, test } from "vitest";
import { append, cutAfter, cutUpTo, emptyLog, entriesBetween, entryAt, indexOfId, isWhole, lastTerm, termAt } from "./log.ts";
import { type Entry, type Log, logSchema } from "./messages.ts";

/** A log as plain as can be, to compare with. */
interface Plain {
  readonly base: number;
  readonly baseTerm: number;
  readonly entries: readonly Entry[];
}

const entryOf = (term: number): Entry => ({ type: "value", term, id: `e${term}`, value: "x" });

const act = fc.oneof(
  fc.record({ act: fc.constant("append" as const), terms: fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 150 }) }),
  fc.record({ act: fc.constant("cutAfter" as const), part: fc.double({ min: 0, max: 1, noNaN: true }) }),
  fc.record({ act: fc.constant("cutUpTo" as const), part: fc.double({ min: 0, max: 1, noNaN: true }) }),
);

function expectSame(log: Log, plain: Plain): void {
  expect(log.last).toBe(plain.base + plain.entries.length);
  expect(isWhole(log)).toBe(true);
  expect(logSchema.parse(JSON.parse(JSON.stringify(log)))).toEqual(log);
  expect(entriesBetween(log, 0, log.last + 5)).toEqual(plain.entries);
  for (const [at, entry] of plain.entries.entries()) expect(entryAt(log, plain.base + 1 + at)).toBe(entry);
  expect(termAt(log, plain.base)).toBe(plain.baseTerm);
  expect(termAt(log, plain.base - 1)).toBeUndefined();
  expect(termAt(log, log.last + 1)).toBeUndefined();
  for (const id of ["e1", "e9", "nobody's"]) {
    const at = plain.entries.findLastIndex((entry) => entry.type === "value" && entry.id === id);
    expect(indexOfId(log, id)).toBe(at === -1 ? undefined : plain.base + 1 + at);
  }
  expect(lastTerm(log)).toBe(plain.entries.at(-1)?.term ?? plain.baseTerm);
}

test("a log does what a plain list does, and older ones stay as they were", () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 12 }), (acts) => {
      let log = emptyLog(0, 0);
      let plain: Plain = { base: 0, baseTerm: 0, entries: [] };
      const past: (readonly [Log, Plain])[] = [[log, plain]];
      for (const step of acts) {
        if (step.act === "append") {
          const entries = step.terms.map(entryOf);
          log = append(log, entries);
          plain = { ...plain, entries: [...plain.entries, ...entries] };
        } else {
          const kept = Math.floor(step.part * plain.entries.length);
          const at = plain.base + kept;
          if (step.act === "cutAfter") {
            log = cutAfter(log, at);
            plain = { ...plain, entries: plain.entries.slice(0, kept) };
          } else {
            log = cutUpTo(log, at);
            plain = { base: at, baseTerm: kept === 0 ? plain.baseTerm : (plain.entries[kept - 1]?.term ?? 0), entries: plain.entries.slice(kept) };
          }
        }
        past.push([log, plain]);
      }
      for (const [known, expected] of past) expectSame(known, expected);
    }),
    { numRuns: 200 },
  );
});

test("an append to a long log copies one shelf", () => {
  const log = append(
    emptyLog(0, 0),
    Array.from({ length: 10_000 }, () => entryOf(1)),
  );
  const longer = append(log, [entryOf(2)]);
  expect(longer.shelves.filter((shelf, at) => shelf !== log.shelves[at])).toHaveLength(1);
});

test("a log with a gap is found out", () => {
  const log = append(emptyLog(5, 1), [entryOf(1), entryOf(1)]);
  expect(isWhole({ ...log, last: 8 })).toBe(false);
  expect(isWhole({ ...log, base: 6 })).toBe(false);
  expect(isWhole({ ...log, shelves: [] })).toBe(false);
  expect(isWhole({ ...log, shelves: [...log.shelves, []] })).toBe(false);
});
