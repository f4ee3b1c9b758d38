import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fileNodeStore } from "./file-store.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "signalbox-store-"));
  path = join(folder, "nodes", "w1.json");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const load = () => fileNodeStore(path).load();

async function keep(...records: readonly string[]): Promise<void> {
  const store = fileNodeStore(path);
  const [first = "", ...rest] = records;
  await store.save(first);
  for (const record of rest) await store.add(record);
}

test("a file store gives back the records that were kept last, whatever a crash left beside them", async () => {
  expect(await load()).toEqual([]);
  await keep("one", "two", "zwölf");
  writeFileSync(`${path}.new`, "thr");
  expect(await load()).toEqual(["one", "two", "zwölf"]);
  await keep("three");
  expect([await load(), readdirSync(join(folder, "nodes"))]).toEqual([["three"], ["w1.json"]]);
});

test("a record whose writing was cut short, at whatever byte, never was; those before are all there", async () => {
  await keep("first", "sécond", "third ♥ and last");
  const bytes = readFileSync(path);
  const end = bytes.lastIndexOf("\n", -2) + 1;
  for (let length = end; length < bytes.length; length++) {
    writeFileSync(path, bytes.subarray(0, length));
    expect(await load()).toEqual(["first", "sécond"]);
    // The length is there, and what was to be in a block of it is not.
    for (const zeros of [bytes.length - length, 1]) {
      writeFileSync(path, Buffer.concat([bytes.subarray(0, length), Buffer.alloc(zeros), bytes.subarray(length + zeros)]));
      expect(await load()).toEqual(["first", "sécond"]);
    }
  }
});

test("what was durable once and is damaged is not taken for a record that never was", async () => {
  await keep("first", "second", "third");
  const text = readFileSync(path, "utf8");
  for (let at = 0; at < text.length - 1; at++) {
    writeFileSync(path, `${text.slice(0, at)}${text[at] === "x" ? "y" : "x"}${text.slice(at + 1)}`);
    await expect(load()).rejects.toThrow("damaged");
  }
  const [first, second, third] = text.split("\n");
  for (const lines of [
    [first, third],
    [second, third],
    [first, second, second],
    [first, third, second],
  ]) {
    writeFileSync(path, `${lines.join("\n")}\n`);
    await expect(load()).rejects.toThrow("damaged");
  }
});

test("a file of an earlier version is one record", async () => {
  await keep("any");
  writeFileSync(path, '{"term":3,"votedFor":null}');
  expect(await load()).toEqual(['{"term":3,"votedFor":null}']);
});

test("what cannot be read or is gone is not taken for nothing", async () => {
  await expect(fileNodeStore(folder).load()).rejects.toThrow();
  const store = fileNodeStore(path);
  await expect(store.add("changes of what")).rejects.toThrow();
  await store.save("whole");
  rmSync(path);
  await expect(store.add("changes")).rejects.toThrow("ENOENT");
  expect(await load()).toEqual([]);
});
