import { describe, expect, it } from "vitest";
import { exportFormats } from "./export/index.ts";
import { importTrace } from "./import/index.ts";
import { type Recording, spansOf } from "./spans.ts";
import { bytesOf } from "./testing/journals.ts";
import { recordings, wholeOf } from "./testing/recordings.ts";

const sorted = (list: readonly unknown[]) => list.map((one) => JSON.stringify(one)).sort();
const ns = (ms: number | undefined) => (ms === undefined ? null : String(BigInt(ms) * 1_000_000n));

/** What has to come back: who, what, how, from when to when, and how it ended. */
function told(recording: Recording) {
  const { holds, waits } = spansOf(recording);
  return {
    holds: sorted(holds.map((one) => [one.agent, one.resource, one.mode, ns(one.startMs), ns(one.endMs)])),
    waits: sorted(waits.flatMap((one) => one.wants.map((want) => [one.agent, want.resource, want.mode, ns(one.startMs), ns(one.endMs), one.ended ?? null]))),
  };
}

describe("what was exported and imported again has the same holds and waits", () => {
  for (const format of ["chrome", "otlp"] as const) {
    for (const { name, recording } of recordings()) {
      it(`${format}, ${name}`, () => {
        const imported = importTrace(bytesOf(wholeOf(exportFormats[format].write(recording))));
        expect(imported.format).toBe(format);
        expect(imported.problems).toEqual([]);
        const { holds, waits } = told(recording);
        expect(sorted(imported.holds.map((one) => [one.agent, one.resource, one.mode, one.sinceNs, one.untilNs ?? null]))).toEqual(holds);
        expect(sorted(imported.waits.map((one) => [one.agent, one.resource, one.mode, one.sinceNs, one.untilNs ?? null, one.ended ?? null]))).toEqual(waits);
      });

      it(`${format}, ${name}: the space made of it shows them too`, () => {
        const { events } = importTrace(bytesOf(wholeOf(exportFormats[format].write(recording))));
        const shown = spansOf({ snapshot: undefined, events });
        const { holds } = spansOf(recording);
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
