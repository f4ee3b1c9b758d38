import { describe, expect, test } from "vitest";
import { eventSchema } from "../../model/index.ts";
import { emptyState, evolve } from "../../state/index.ts";
import { TraceError } from "../format/error.ts";
import { importTrace, traceOfImport } from "./import.ts";
import { formats } from "./imported.ts";
import { reportOf } from "./report.ts";
import { bytesOf, fixtures } from "./testing/fixtures.ts";
import { mutated } from "./testing/mutations.ts";
import { ownTrace } from "./testing/own-trace.ts";

const filesPerFormat = 200;

describe("mutated files", () => {
  for (const format of formats) {
    test(`${format}: ${filesPerFormat} mutated files are imported whole or refused with words`, () => {
      const own = fixtures.filter((one) => one.format === format).map(({ name, text }) => ({ name, bytes: bytesOf(text) }));
      if (format === "sbtrace") own.push({ name: "an own trace", bytes: ownTrace() });
      for (let seed = 1; seed <= filesPerFormat; seed += 1) {
        const file = own[seed % own.length]!;
        const { bytes, mutations } = mutated(file.bytes, seed);
        const options = seed % 2 === 0 ? { format } : {};
        try {
          const imported = importTrace(bytes, options);
          const state = emptyState("fuzz");
          // Our own traces may begin later; then their reader folded them from their snapshot on.
          if (imported.events[0]?.position === 1) for (const event of imported.events) evolve(state, eventSchema.parse(event));
          JSON.stringify(reportOf(imported));
        } catch (error) {
          if (error instanceof TraceError && error.message.length > 10 && error.message.length < 2_000) continue;
          throw new Error(`${file.name}, seed ${seed}, ${mutations.join(" + ")}`, { cause: error });
        }
      }
    });
  }
});

describe("own files of every format", () => {
  for (const { name, format, text } of fixtures) {
    test(`${format}: ${name}`, () => {
      const imported = importTrace(bytesOf(text));
      expect(imported.format).toBe(format);
      const state = emptyState("import");
      for (const event of imported.events) evolve(state, eventSchema.parse(event));
      expect(imported.events.length).toBeGreaterThan(0);
      expect(new Set(imported.agents.map((agent) => agent.id)).size).toBe(imported.agents.length);
      for (const { id } of imported.agents) expect(state.agents.has(id)).toBe(true);
      const { trace } = traceOfImport(imported, name);
      expect(trace.events(1, trace.to)).toEqual(imported.events);
    });
  }
});
