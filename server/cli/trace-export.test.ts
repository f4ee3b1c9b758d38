import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { exportFormats, recordingOf } from "../../shared/trace/export/index.ts";
import { journalOf, openedAfter, textOf } from "../../shared/trace/testing/journals.ts";
import { convert } from "./trace-export.ts";

const folder = mkdtempSync(join(tmpdir(), "signalbox-convert-"));
const { trace } = openedAfter(journalOf(7));
const file = join(folder, "run.sbtrace");

beforeAll(() => {
  writeFileSync(file, textOf(trace));
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
});
afterAll(() => rmSync(folder, { recursive: true }));

it("a trace is written in every format, packed when the name says so", async () => {
  for (const [name, format] of Object.entries(exportFormats)) {
    const expected = [...format.write(recordingOf(trace))].join("");
    await convert(file, join(folder, name), { to: name });
    expect(readFileSync(join(folder, name), "utf8")).toBe(expected);
    await convert(file, join(folder, `${name}.gz`), { to: name });
    expect(gunzipSync(readFileSync(join(folder, `${name}.gz`))).toString("utf8")).toBe(expected);
  }
});

it("an unknown format, a file that is there and a file that is no trace are refused, and leave nothing behind", async () => {
  const exit = vi.spyOn(process, "exit").mockImplementation((code) => {
    throw new Error(`exit ${code}`);
  });
  const wrong = join(folder, "wrong.sbtrace");
  writeFileSync(wrong, "no trace\n");
  await expect(convert(file, join(folder, "out"), { to: "pdf" })).rejects.toThrow("exit 2");
  await expect(convert(file, file, { to: "csv" })).rejects.toThrow("exit 2");
  await expect(convert(wrong, join(folder, "out"), { to: "csv" })).rejects.toThrow("exit 1");
  expect(existsSync(join(folder, "out"))).toBe(false);
  exit.mockRestore();
});
