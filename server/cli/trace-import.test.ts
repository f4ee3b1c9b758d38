import { expect, test } from "vitest";
import { bytesOf, fixture } from "../../shared/trace/import/testing/fixtures.ts";
import { importInWorker } from "./trace-import.ts";

const bytes = (text: string) => new Uint8Array(bytesOf(text));

test("a file is read in a worker and reported", async () => {
  const answer = await importInWorker({ bytes: bytes(fixture("two deadlocks as the JVM tells them")), options: {} });
  if (answer.kind !== "imported") throw new Error(answer.message);
  expect(JSON.parse(answer.report)).toMatchObject({ format: "jvm", cycle: ["a1", "b1"], victim: null, problems: [] });
  expect(answer.words).toContain("cycle: a1 -> b1");
});

test("a file that cannot be read says where", async () => {
  expect(await importInWorker({ bytes: bytes('{"traceEvents":[{"ph":'), options: {} })).toMatchObject({ kind: "failed", line: 1, byte: 22 });
  expect(await importInWorker({ bytes: bytes("x"), options: { format: "nothing" } })).toMatchObject({
    kind: "failed",
    message: expect.stringContaining("there are sbtrace, otlp") as string,
  });
});

test("an expression that would be matched for ever is stopped", async () => {
  const text = `h {"h":1}\n${"a".repeat(60)}!`;
  const parser = String.raw`(?<host>\S+) (?<clock>{.*})\n(?<event>(a+)+)$`;
  expect(await importInWorker({ bytes: bytes(text), options: { parser } })).toMatchObject({
    kind: "failed",
    message: expect.stringContaining("takes too long") as string,
  });
});
