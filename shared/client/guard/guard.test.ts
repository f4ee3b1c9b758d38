import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { afterAll, describe, expect, test, vi } from "vitest";
import { compareFences } from "../../state/fences.ts";
import { createGuard, StaleFence } from "./guard.ts";
import { sqliteFenceStore } from "./sqlite-store.ts";
import { type FenceStore, memoryFenceStore, withAncestors } from "./store.ts";

const folder = mkdtempSync(join(tmpdir(), "signalbox-guard-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const freshPath = () => join(folder, `fences-${files++}.db`);

const stores: [string, () => FenceStore][] = [
  ["memory", () => memoryFenceStore()],
  ["sqlite", () => sqliteFenceStore(freshPath())],
];

describe.each(stores)("a guard over %s", (_name, makeStore) => {
  test("LK-6: admits the same or a higher fence, refuses a lower one with what it has seen", async () => {
    const guard = createGuard({ store: makeStore() });
    await guard.check("repo/src/app.ts", "9");
    await guard.check("repo/src/app.ts", "9");
    await guard.check("repo/src/app.ts", "10");
    await expect(guard.check("repo/src/app.ts", "9")).rejects.toMatchObject({ name: "StaleFence", resource: "repo/src/app.ts", fence: "9", highest: "10" });
    await guard.check("repo/src/other.ts", "9");
  });

  test("LK-6: a newer lock on the directory keeps late writers off every file of it, also those it has not written", async () => {
    const guard = createGuard({ store: makeStore() });
    await guard.check("repo/src/a.ts", "11");
    await guard.check(["repo/src", "repo/src/b.ts"], "12");
    await expect(guard.check("repo/src/a.ts", "11")).rejects.toMatchObject({ resource: "repo/src", highest: "12" });
    await guard.check("repo/srcs/a.ts", "11");
  });

  test("a refused check records nothing", async () => {
    const guard = createGuard({ store: makeStore() });
    await guard.check("b", "20");
    await expect(guard.check(["a", "b"], "15")).rejects.toBeInstanceOf(StaleFence);
    await guard.check("a", "14");
  });

  test("LK-6: never below the highest admitted on the resource or above it, in any order (property)", async () => {
    const resource = fc.constantFrom("a", "a/b", "a/b/c", "a/d", "e");
    const fence = fc.oneof(fc.integer({ min: 1, max: 20 }).map(String), fc.bigInt({ min: 2n ** 53n, max: 2n ** 53n + 5n }).map(String));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.array(resource, { minLength: 1, maxLength: 3 }), fence), { maxLength: 40 }), async (checks) => {
        const guard = createGuard({ store: makeStore() });
        const admitted: [string, string][] = [];
        for (const [resources, asked] of checks) {
          const higher = admitted.some(([seen, known]) => compareFences(known, asked) > 0 && resources.some((each) => withAncestors(each).includes(seen)));
          const refused = await guard.check(resources, asked).then(
            () => false,
            (error: unknown) => error instanceof StaleFence,
          );
          expect(refused).toBe(higher);
          if (!refused) for (const each of resources) admitted.push([each, asked]);
        }
      }),
      { numRuns: _name === "memory" ? 500 : 15 },
    );
  });
});

test("a write runs under its check, and the next one on the same resource begins after it", async () => {
  const guard = createGuard({ store: memoryFenceStore() });
  const log: string[] = [];
  let finish = (): void => undefined;
  const first = guard.write("doc", "1", async () => {
    log.push("first begins");
    await new Promise<void>((resolve) => {
      finish = resolve;
    });
    log.push("first ends");
    return "first";
  });
  const second = guard.write("doc", "2", () => void log.push("second"));
  await guard.write("elsewhere", "1", () => void log.push("elsewhere"));
  await vi.waitFor(() => expect(log).toEqual(["first begins", "elsewhere"]));
  finish();
  expect(await first).toBe("first");
  await second;
  const stale = guard.write("doc", "1", () => void log.push("never"));
  await expect(stale).rejects.toBeInstanceOf(StaleFence);
  expect(log).toEqual(["first begins", "elsewhere", "first ends", "second"]);
});

test("a write that fails does not hold up the next", async () => {
  const guard = createGuard({ store: memoryFenceStore() });
  await expect(
    guard.write("doc", "1", () => {
      throw new Error("disk");
    }),
  ).rejects.toThrow("disk");
  expect(await guard.write("doc", "1", () => "written")).toBe("written");
});

test("a refusal is reported; a report that fails does not hide it", async () => {
  const report = vi.fn(() => Promise.reject(new Error("no connection")));
  const guard = createGuard({ store: memoryFenceStore(), report });
  await guard.check("doc", "5");
  await expect(guard.check("doc", "4")).rejects.toBeInstanceOf(StaleFence);
  await vi.waitFor(() => expect(report).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ resource: "doc", fence: "4", highest: "5" })));
});

test("malformed resources and fences are refused before anything is recorded", async () => {
  const guard = createGuard({ store: memoryFenceStore() });
  await expect(guard.check("../etc", "1")).rejects.toThrow(/not allowed/);
  await expect(guard.check("doc", "-1")).rejects.toThrow(/positive decimal/);
  await expect(guard.check("doc", "007")).rejects.toThrow(/positive decimal/);
});

test("LK-6: the highest fence survives a restart of the guard", async () => {
  const path = freshPath();
  {
    using store = sqliteFenceStore(path);
    await createGuard({ store }).check("repo", "42");
  }
  using store = sqliteFenceStore(path);
  await expect(createGuard({ store }).check("repo", "41")).rejects.toMatchObject({ highest: "42" });
});

test("LK-6: several processes share one file; what each was admitted with never fell", async () => {
  const path = freshPath();
  const checker = fileURLToPath(new URL("./fixtures/checker.ts", import.meta.url));
  const outputs = await Promise.all(
    [0, 1, 2, 3].map(
      (worker) =>
        new Promise<string>((resolve, reject) => {
          const child = spawn(process.execPath, ["--import", "tsx", checker, path, String(worker)], { stdio: ["ignore", "pipe", "inherit"] });
          let said = "";
          child.stdout.on("data", (chunk: Buffer) => {
            said += chunk.toString();
          });
          child.on("exit", (code) => (code === 0 ? resolve(said) : reject(new Error(`checker ${worker} ended with ${code}`))));
        }),
    ),
  );
  // Within one process, what was admitted later is never below what it had seen to be highest before.
  for (const output of outputs) {
    const seen = output
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { admitted: string } | { refused: string; highest: string });
    let highest = "0";
    for (const each of seen) {
      if ("admitted" in each) expect(compareFences(each.admitted, highest)).toBeGreaterThanOrEqual(0);
      else expect(compareFences(each.refused, each.highest)).toBeLessThan(0);
      const now = "admitted" in each ? each.admitted : each.highest;
      expect(compareFences(now, highest)).toBeGreaterThanOrEqual(0);
      highest = now;
    }
  }
  expect(outputs.join("")).toContain("refused");
  using store = sqliteFenceStore(path);
  await expect(createGuard({ store }).check("doc", "399")).rejects.toMatchObject({ highest: "400" });
});
