import { expect, test } from "vitest";
import { type Bad, queued, Stream, silentAmong, who } from "./testing/streams.ts";

const bad: Bad = [
  ["LE-1", "a record at level none", () => new Stream().join("a").configure("k", { level: "none" }).grant("a", "1", "k", { level: "none" })],
  [
    "LE-2",
    "an advisory request that waits",
    () =>
      new Stream()
        .join("a", "b")
        .configure("k", { level: "advisory" })
        .step(undefined, queued("b", 1, "k")),
  ],
  [
    "LE-3",
    "two writers of one version",
    () => {
      const wrote = (agent: string, fence: string, version: string) => ({ type: "version.advanced", ...who(agent), fence, resource: "d", version, base: "0" });
      return new Stream()
        .join("a", "b")
        .configure("d", { level: "optimistic" })
        .grant("a", "1", "d", { level: "optimistic", version: "0" })
        .grant("b", "2", "d", { level: "optimistic", version: "0" })
        .step(undefined, wrote("a", "1", "3"))
        .step(undefined, wrote("b", "2", "4"));
    },
  ],
  [
    "LE-4",
    "a floor below what it buries",
    () =>
      new Stream()
        .join("a")
        .configure("d", { level: "optimistic" })
        .grant("a", "1", "d", { level: "optimistic", version: "0" })
        .step(undefined, { type: "version.advanced", ...who("a"), fence: "1", resource: "d", version: "5", base: "0" })
        .step(undefined, { type: "version.folded", floor: "4", resources: ["d"] }),
  ],
  ["LE-5", "a lock that is not guarded as the rules say", () => new Stream().join("a").configure("k", { guarded: true }).grant("a", "1", "k")],
];

test.each(bad)("%s shows %s", (rule, _, make) => {
  expect(make().broken).toContain(rule);
});

test("its checkers catch some bad stream each", () => {
  expect(silentAmong(["levels"], bad)).toEqual([]);
});
