import { describe, expect, it } from "vitest";
import { exportFormats } from "./export/index.ts";
import { importTrace } from "./import/index.ts";
import { splitBrainsIn } from "./index.ts";
import { type Recording, spansOf } from "./spans.ts";
import { bytesOf } from "./testing/journals.ts";
import { recordingOfSpace, recordings, twoLeaders, wholeOf } from "./testing/recordings.ts";

const sorted = (list: readonly unknown[]) => list.map((one) => JSON.stringify(one)).sort();
const ns = (ms: number | undefined) => (ms === undefined ? null : String(BigInt(ms) * 1_000_000n));

/** What has to come back, of holds, waits and leaderships: who, what, how, from when to when, and how it ended. */
function told(recording: Recording) {
  const { holds, waits, leads } = spansOf(recording);
  return {
    leads: sorted(leads.map((one) => [one.agent, one.group, one.term, ns(one.startMs), ns(one.endMs), one.ended ?? null])),
    holds: sorted(holds.map((one) => [one.agent, one.resource, one.mode, ns(one.startMs), ns(one.endMs)])),
    waits: sorted(waits.flatMap((one) => one.wants.map((want) => [one.agent, want.resource, want.mode, ns(one.startMs), ns(one.endMs), one.ended ?? null]))),
  };
}

describe("what was exported and imported again has the same holds, waits and leaderships", () => {
  for (const format of ["chrome", "otlp"] as const) {
    for (const { name, recording } of recordings()) {
      it(`${format}, ${name}`, () => {
        const imported = importTrace(bytesOf(wholeOf(exportFormats[format].write(recording))));
        expect(imported.format).toBe(format);
        expect(imported.problems).toEqual([]);
        const { holds, waits, leads } = told(recording);
        expect(sorted((imported.leads ?? []).map((one) => [one.agent, one.group, one.term, one.sinceNs, one.untilNs ?? null, one.ended ?? null]))).toEqual(
          leads,
        );
        expect(sorted(imported.holds.map((one) => [one.agent, one.resource, one.mode, one.sinceNs, one.untilNs ?? null]))).toEqual(holds);
        expect(sorted(imported.waits.map((one) => [one.agent, one.resource, one.mode, one.sinceNs, one.untilNs ?? null, one.ended ?? null]))).toEqual(waits);
      });

      it(`${format}, ${name}: the space made of it shows them too`, () => {
        const { events } = importTrace(bytesOf(wholeOf(exportFormats[format].write(recording))));
        const shown = spansOf({ snapshot: undefined, events });
        const { holds, leads } = spansOf(recording);
        const led = (list: typeof leads) => sorted(list.map((one) => [one.agent, one.group, one.term, one.why, one.startMs, one.endMs ?? null, one.ended]));
        expect(led(shown.leads)).toEqual(led(leads));
        const figures = (list: typeof holds) => sorted(list.map((one) => [one.agent, one.resource, one.mode, one.level, one.startMs, one.endMs ?? null]));
        expect(figures(shown.holds)).toEqual(figures(holds));
        // A hold that was waited for was waited for here as well; a wait that took no time is no wait any more.
        const waited = (list: typeof holds) =>
          sorted(
            list.filter(({ request, waitedMs }) => request !== undefined && waitedMs > 0).map((one) => [one.agent, one.resource, one.startMs, one.waitedMs]),
          );
        expect(waited(shown.holds)).toEqual(waited(holds.filter(({ startPosition }) => startPosition !== undefined)));
      });
    }
  }

  it("some of these have leaderships, ended ones and one that lasts", () => {
    const ended = recordings().flatMap(({ recording }) => spansOf(recording).leads.map((lead) => lead.ended));
    expect(ended.filter((why) => why !== undefined).length).toBeGreaterThan(5);
    expect(ended).toContain(undefined);
  });

  it.each(["chrome", "otlp"] as const)(
    "EL-17 %s: two that lead one group at once, as a file may say, are told of; the end of the first is its own",
    (format) => {
      const text = wholeOf(exportFormats[format].write(recordingOfSpace(twoLeaders())));
      // The first goes on for 20 ms beside the second.
      const beside =
        format === "otlp" ? text.replace(/"endTimeUnixNano":"1040000000"/, '"endTimeUnixNano":"1060000000"') : text.replace(/"dur":40000,/g, '"dur":60000,');
      expect(beside).not.toBe(text);
      const { events } = importTrace(bytesOf(beside));
      expect(splitBrainsIn(events)).toMatchObject([
        {
          group: "repo/merger",
          believers: [
            { agent: "w1", term: "1" },
            { agent: "w2", term: "2" },
          ],
          sinceMs: 1_040,
          untilMs: 1_060,
        },
      ]);
      expect(spansOf({ snapshot: undefined, events }).leads).toMatchObject([
        { term: "1", endMs: 1_060 },
        { term: "2", endMs: undefined },
      ]);
      expect(splitBrainsIn(importTrace(bytesOf(text)).events)).toEqual([]);
    },
  );

  for (const { name, recording } of recordings()) {
    it(`shiviz, ${name}: the same events, the same order`, () => {
      const imported = importTrace(bytesOf(wholeOf(exportFormats.shiviz.write(recording))));
      expect(imported.format).toBe("shiviz");
      expect(imported.problems).toEqual([]);
      expect(imported.order).toMatchObject({ duplicateOwnIndex: 0, regressions: 0, unparseable: 0 });
      expect(imported.order?.dangling).toEqual([]);
    });
  }
});
