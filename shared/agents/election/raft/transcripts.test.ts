import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { play } from "./testing/play.ts";

/**
 * Plays every script of `testdata`, compares what comes out, word for word, and sees that no rule breaks on the way.
 * `npm run protocol:transcripts` writes it anew.
 */
const folder = fileURLToPath(new URL("testdata/", import.meta.url));
const renew = process.env.SIGNALBOX_RENEW_TRANSCRIPTS !== undefined;

test.each(readdirSync(folder).filter((file) => file.endsWith(".txt")))("transcript %s", (file) => {
  const script = readFileSync(`${folder}${file}`, "utf8");
  const { text, breaches } = play(script);
  if (renew) writeFileSync(`${folder}${file}`, text);
  else expect(text).toBe(script);
  expect(breaches).toEqual([]);
});
