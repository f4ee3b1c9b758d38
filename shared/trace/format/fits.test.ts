import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { z } from "zod";
import { eventSchema, recordedCommandSchema } from "../../model/index.ts";
import { journalOf } from "../testing/journals.ts";
import { fitsOf } from "./fits.ts";

const journals = [3, 5, 12].map((seed) => journalOf(seed));
const cases: readonly [string, z.ZodType, readonly unknown[]][] = [
  ["events", eventSchema, journals.flatMap(({ events }) => events)],
  ["commands", recordedCommandSchema, journals.flatMap(({ commands }) => commands)],
];

describe.each(cases)("a fast look at %s", (_what, schema, values) => {
  const fits = fitsOf(schema);
  const json = values.map((value) => JSON.stringify(value));

  test("JR-12: takes what the simulator wrote, but for what the schema fills in", () => {
    const taken = json.filter((text) => fits(JSON.parse(text)));
    expect(taken.length).toBeGreaterThan(0.95 * json.length);
  });

  test("JR-12: takes nothing that the schema refuses or changes", () => {
    fc.assert(
      fc.property(fc.constantFrom(...json), fc.nat(), fc.jsonValue(), fc.constantFrom("put", "drop", "add", "proto"), (text, turn, junk, how) => {
        const value = JSON.parse(text) as unknown;
        const places = placesIn(value);
        const [owner, key] = places[turn % places.length] as [Record<string, unknown>, string];
        if (how === "put") owner[key] = junk;
        else if (how === "drop") delete owner[key];
        else if (how === "add") owner[`${key}x`] = junk;
        else Object.defineProperty(owner, "__proto__", { value: junk, enumerable: true, configurable: true, writable: true });
        const changed = JSON.parse(JSON.stringify(value)) as unknown;
        if (!fits(changed)) return;
        const { success, data } = schema.safeParse(changed);
        expect(success).toBe(true);
        expect(data).toEqual(changed);
      }),
      { numRuns: 3_000 },
    );
  });
});

/** Every object or list in a value, with each of its keys. */
function placesIn(value: unknown): [Record<string, unknown>, string][] {
  if (typeof value !== "object" || value === null) return [];
  const owner = value as Record<string, unknown>;
  return Object.keys(owner).flatMap((key) => [[owner, key] as [Record<string, unknown>, string], ...placesIn(owner[key])]);
}
