import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { z } from "zod";
import { answerSchema, errorCodeSchema, errorSchema } from "../model/index.ts";
import { handshakeSchema, oldestProtocolVersion, protocolVersion, releasedProtocolVersion } from "./index.ts";
import { changedSchemas, schemaName, wire, wireSchema } from "./wire.ts";

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");
const document = read("README.md");

describe("the version", () => {
  test("a schema does not change without it", () => {
    const known = JSON.parse(read("schema.json")) as { version: number };
    const changed = changedSchemas(known, wireSchema());
    const what = `These parts of the wire changed: ${changed.join(", ")}.`;
    const raise = "Raise protocolVersion in shared/protocol/version.ts (and keep reading the older version, or raise oldestProtocolVersion too)";
    const renew = "then run `npm run protocol:fingerprint` and say in shared/protocol/README.md what changed";
    const toDo = protocolVersion > releasedProtocolVersion ? `Version ${protocolVersion} is not released yet, so it may still change:` : `${raise},`;
    expect(changed, `${what} ${toDo} ${renew}.`).toEqual([]);
    expect(known.version, `schema.json is of another version: ${renew}.`).toBe(protocolVersion);
  });

  test("the oldest spoken is not newer than the newest", () => {
    expect(oldestProtocolVersion).toBeLessThanOrEqual(protocolVersion);
    expect(releasedProtocolVersion).toBeLessThanOrEqual(protocolVersion);
  });
});

test("the fingerprint sees a change of any field, and names where", () => {
  const before = structuredClone(wireSchema()) as { server: { $defs: { lock: { properties: Record<string, unknown> } } }; limits: Record<string, number> };
  const after = structuredClone(before);
  after.server.$defs.lock.properties.colour = { type: "string" };
  after.limits.pathLength = 513;
  expect(changedSchemas(before, after)).toEqual(["limits pathLength", "server lock"]);
});

describe("the documentation", () => {
  const names = Object.entries(wire).flatMap(([namespace, messages]) => Object.keys(messages).map((name) => schemaName(namespace, name)));

  test.each(names)("has the message %s", (name) => {
    expect(document).toContain(`\`${name.split(".")[1]}\``);
  });

  test.each(errorCodeSchema.options)("has the error code %s", (code) => {
    expect(document).toContain(`| \`${code}\``);
  });

  const types = ["agentCommand", "operatorCommand"].flatMap((name) => commandTypes("client", name)).concat(commandTypes("server", "notice"));
  test.each(types)("has the command or notice %s", (type) => {
    expect(document).toContain(`\`${type}\``);
  });

  test("shows every transcript, and every one it shows is there", () => {
    const shown = [...document.matchAll(/\(transcripts\/([a-z-]+\.json)\)/g)].map((match) => match[1]);
    expect([...new Set(shown)].sort()).toEqual(transcriptFiles());
  });
});

function commandTypes(side: string, name: string): string[] {
  const schemas = wireSchema() as Record<string, { $defs: Record<string, { oneOf: { properties: { type: { const: string } } }[] }> }>;
  return (schemas[side]?.$defs[name]?.oneOf ?? []).map((variant) => variant.properties.type.const);
}

function transcriptFiles(): string[] {
  return readdirSync(new URL("transcripts", import.meta.url)).sort();
}

interface Step {
  readonly who?: string;
  readonly connect?: { namespace: "/agents" | "/operators"; auth: unknown };
  readonly refused?: unknown;
  readonly send?: string;
  readonly receive?: string;
  readonly message?: unknown;
  readonly answer?: unknown;
}

/** Messages that are wrong on purpose, so only their answers are held against the schemas. */
const wrongOnPurpose = ["batch.json", "refusals.json"];

describe("transcripts", () => {
  test.each(transcriptFiles())("%s: every message fits its schema", (file) => {
    const { steps } = JSON.parse(read(`transcripts/${file}`)) as { steps: Step[] };
    const namespaces = new Map<string, "/agents" | "/operators">();
    let checked = 0;
    const check = (schema: z.ZodType, value: unknown): void => {
      checked++;
      const parsed = schema.safeParse(value);
      expect(parsed.error?.message, JSON.stringify(value)).toBeUndefined();
    };
    const wrong = wrongOnPurpose.includes(file);
    for (const { who = "", connect, refused, send, receive, message, answer } of steps) {
      if (connect !== undefined) {
        namespaces.set(who, connect.namespace);
        if (!wrong) check(handshakeSchema, connect.auth);
      }
      if (refused !== undefined) check(errorSchema, refused);
      const known = wire[namespaces.get(who) ?? "/agents"];
      if (send !== undefined) {
        const sent = known[send];
        if (!wrong) expect(sent?.from, `${send} is a message of clients`).toBe("client");
        if (!wrong && sent !== undefined) check(sent.message, message);
        if (answer !== undefined && sent?.answer !== undefined) check(sent.answer, answer);
        if (send === "commands" && Array.isArray(answer)) for (const each of answer) check(answerSchema, each);
      }
      if (receive !== undefined) {
        const received = known[receive];
        expect(received?.from, `${receive} is a message of the server`).toBe("server");
        if (received !== undefined) check(received.message, message);
      }
    }
    expect(checked).toBeGreaterThan(0);
  });
});
