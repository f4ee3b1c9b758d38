import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fileNodeStore } from "./file-store.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "signalbox-store-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("a file store gives back what was saved last, whole, whatever a crash left beside it", async () => {
  const path = join(folder, "nodes", "w1.json");
  const store = fileNodeStore(path);
  expect(await store.load()).toBeUndefined();
  await store.save("one");
  await store.save("two");
  writeFileSync(`${path}.new`, "thr");
  expect(await fileNodeStore(path).load()).toBe("two");
  await store.save("three");
  expect([await store.load(), readdirSync(join(folder, "nodes"))]).toEqual(["three", ["w1.json"]]);
});

test("what cannot be read is not taken for nothing", async () => {
  await expect(fileNodeStore(folder).load()).rejects.toThrow();
});
