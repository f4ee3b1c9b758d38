import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeEach, expect, it, vi } from "vitest";
import { journalOf, openedAfter, textOf } from "../../shared/trace/testing/journals.ts";
import { splitBrainText } from "../../shared/trace/testing/split-brain.ts";
import { check, redact, rerun } from "./trace.ts";
import { convert } from "./trace-export.ts";
import { importFile } from "./trace-import.ts";

const folder = mkdtempSync(join(tmpdir(), "signalbox-trace-"));
const file = join(folder, "run.sbtrace");
const packed = gzipSync("x".repeat(100_000));
writeFileSync(file, textOf(openedAfter(journalOf(7)).trace));
writeFileSync(join(folder, "empty"), "");
writeFileSync(join(folder, "cut.gz"), packed.subarray(0, packed.length - 30));
let out = "";

beforeEach(() => {
  out = "";
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    out += String(text);
    return true;
  });
  vi.spyOn(process, "exit").mockImplementation((code) => {
    throw new Error(`exit ${code}`);
  });
});
afterAll(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

for (const [name, command] of Object.entries({ check, rerun, import: importFile }))
  it.each(["missing", ".", "empty", "cut.gz"])(`${name} --json of %s is JSON that says what is wrong, and ends with 1`, async (what) => {
    await expect(command(join(folder, what), { json: true })).rejects.toThrow("exit 1");
    expect(JSON.parse(out)).toMatchObject({ ok: false, error: { message: expect.any(String) as string } });
  });

it("EL-17 check names two that believed to lead, their terms, since when and what shows it", async () => {
  const split = join(folder, "split.sbtrace");
  writeFileSync(split, splitBrainText());
  await check(split, {});
  expect(out).toMatch(
    /^Split brain at position \d+: w1 \(term 1, since [^)]+\) and w2 \(term 2, since [^)]+\) believed to lead repo\/main, from .*: it said that it leads/m,
  );
  expect(out).toContain("Nothing is broken.");
  out = "";
  await check(split, { json: true });
  expect(JSON.parse(out)).toMatchObject({
    ok: true,
    splitBrains: [
      {
        group: "repo/main",
        believers: [
          { agent: "w1", term: "1" },
          { agent: "w2", term: "2" },
        ],
      },
    ],
  });
});

it("a device or a folder is never written over, whatever is said", async () => {
  for (const path of [folder, "/dev/null"]) {
    await expect(redact(file, path, { rules: "names", force: true })).rejects.toThrow("exit 2");
    await expect(convert(file, path, { to: "csv", force: true })).rejects.toThrow("exit 2");
  }
  expect(statSync("/dev/null").isCharacterDevice()).toBe(true);
});
