import { readFileSync } from "node:fs";
import { gunzipSync, strFromU8 } from "fflate";
import { describe, expect, test } from "vitest";
import { checkTrace, isTraceStart, type OpenTrace, readTrace, rerunTrace, TraceError, TraceWriter } from "../index.ts";
import { textOf } from "../testing/journals.ts";

/** A file of every version there was; they were written once and stay as they are. */

const fixture = (name: string): Uint8Array => new Uint8Array(readFileSync(`shared/trace/format/fixtures/${name}`));
const lastHash = "cdb778898902935292c7caa665cfd772d5e24a3e2d9e32b039920ebd2fbc2eb5";

function endOf({ trace, seeker }: OpenTrace): unknown {
  const state = seeker.at(trace.to);
  return { position: state.position, locks: [...state.locks.keys()], frozen: [...state.freezes.keys()], agents: [...state.agents.keys()] };
}

const end = { position: 11, locks: ["2"], frozen: ["repo"], agents: ["w1", "w2"] };

describe("files of every version", () => {
  test.each([
    ["version-1.sbtrace", 1, 8],
    ["version-1-later.sbtrace.gz", 6, 3],
    ["version-0-journal-1.jsonl", 1, 0],
    ["version-0-journal-2.jsonl", 6, 3],
  ])("JR-12: %s is read, verifies and shows what happened", (name, from, commands) => {
    expect(isTraceStart(fixture(name).subarray(0, 500))).toBe(true);
    const open = readTrace(fixture(name));
    expect(endOf(open)).toEqual(end);
    expect([open.trace.from, open.trace.header.from, open.trace.header.to, open.trace.header.counts]).toEqual([
      from,
      from,
      11,
      { events: 12 - from, commands },
    ]);
    expect(checkTrace(open.trace)).toMatchObject({ ok: true, breaks: [] });
    if (commands > 0) expect(rerunTrace(open.trace)).toMatchObject({ ok: true, commands });
  });

  test.each([
    ["version-2.sbtrace", 1, 12],
    ["version-2-later.sbtrace.gz", 11, 4],
  ])("JR-12: %s has an election, with who was deposed and how long nobody leads", (name, from, commands) => {
    const open = readTrace(fixture(name));
    const { elections, observers, nodes } = open.seeker.at(14);
    expect(elections.get("repo/merger")).toMatchObject({
      lastTerm: "1",
      candidates: [{ agent: "w1", deposedMs: 1_700_000_003_000 }],
      coolingUntilMs: 1_700_000_004_000,
    });
    expect([...(observers.get("repo/merger") ?? [])]).toEqual(["s-w3", "s-w2"]);
    expect([...nodes.values()]).toMatchObject([{ group: "repo/raft", agent: "w2", view: { role: "follower", leader: "w1" } }]);
    expect([open.trace.from, open.trace.header.counts]).toEqual([from, { events: 15 - from, commands }]);
    expect(checkTrace(open.trace)).toMatchObject({ ok: true, breaks: [] });
    expect(rerunTrace(open.trace)).toMatchObject({ ok: true, commands });
  });

  test("JR-6, JR-12: the hashes are those that were written then", () => {
    for (const name of ["version-1.sbtrace", "version-1-later.sbtrace.gz"]) expect(readTrace(fixture(name)).trace.header.lastHash).toBe(lastHash);
    const { header } = readTrace(fixture("version-1.sbtrace")).trace;
    for (const name of ["version-2.sbtrace", "version-2-later.sbtrace.gz"])
      expect(readTrace(fixture(name)).trace.header.lastHash).toBe("a4af497bfd6e769c634682769039c1ecf47dc578dd2d4a8de5dc394df7788ac6");
    expect(header).toMatchObject({ name: "two locks, two orders", tags: ["fixture"], notes: [{ at: 6, text: "here they meet" }] });
  });

  test("JR-12: a file of this version is written again to the byte, an older one as this version", () => {
    expect(textOf(readTrace(fixture("version-2.sbtrace")).trace)).toBe(strFromU8(fixture("version-2.sbtrace")));
    expect(textOf(readTrace(fixture("version-2-later.sbtrace.gz")).trace)).toBe(strFromU8(gunzipSync(fixture("version-2-later.sbtrace.gz"))));
    for (const older of ["version-0-journal-2.jsonl", "version-1-later.sbtrace.gz"]) {
      const renewed = readTrace(textOf(readTrace(fixture(older)).trace)).trace;
      expect(renewed.header).toMatchObject({ format: "sbtrace", version: 2, space: "fixture", counts: { events: 6, commands: 3 } });
      expect(renewed.snapshot()).toMatchObject({ elections: [], observers: [], nodes: [] });
      expect(checkTrace(renewed)?.ok).toBe(true);
    }
  });

  test("what is no trace is not taken for one", () => {
    for (const start of ["", "{", '{"traceEvents":[]}', '{"data":[{"format":"sbtrace"}]}', "hello", "\u001f\u008b"])
      expect(isTraceStart(new TextEncoder().encode(start))).toBe(false);
  });
});

describe("writing", () => {
  const { trace } = readTrace(fixture("version-2-later.sbtrace.gz"));

  test("JR-12: a trace that is not what its header says is refused", () => {
    const writer = new TraceWriter(trace.header, trace.snapshot(), () => {});
    writer.add(trace.recorded(11, 13));
    expect(() => writer.end()).toThrow(TraceError);
    writer.add(trace.recorded(14, 14));
    writer.end();
    expect(() => new TraceWriter(trace.header, undefined, () => {})).toThrow(/needs the snapshot of 10/);
  });
});
