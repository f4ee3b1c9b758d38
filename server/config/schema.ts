import { z } from "zod";
import { limits as modelLimits, principalSchema, reasonSchema, resourceSchema, roleSchema, settingsSchema } from "../../shared/model/index.ts";

/** A space's name is also its folder's name. */
export const spaceNameSchema = z
  .string()
  .max(64)
  .regex(/^[a-z0-9][a-z0-9-]*$/, "use lower-case letters, digits and -, and begin with a letter or digit");

/** One who may connect. Only the hash of the token is kept: `signalbox token new` makes both. */
export const tokenSchema = z.strictObject({
  principal: principalSchema,
  role: roleSchema,
  sha256: z.string().regex(/^[0-9a-f]{64}$/, "must be the SHA-256 of the token, 64 lower-case hexadecimal digits: make one with `signalbox token new`"),
});

/** What the resources that match a pattern need. Put into the space at start where it differs from what is there. */
export const configuredRuleSchema = z.strictObject({
  pattern: resourceSchema,
  settings: settingsSchema,
  reason: reasonSchema,
});

const count = (max: number) => z.number().int().min(1).max(max);

/** Bounds per principal, except where the name says otherwise. */
export const limitsSchema = z.strictObject({
  /** Steady rate of commands; `commandBurst` may come at once. */
  commandsPerSecond: count(10_000_000),
  commandBurst: count(10_000_000),
  /** Commands sent and not yet answered. */
  outstandingCommands: count(1_000_000),
  /** Connections open at the same time, agents and viewers together. */
  connections: count(100_000),
  /** Connections of all principals together. */
  connectionsInAll: count(100_000),
  /** Characters of one message. */
  messageLength: count(1_000_000),
  /** Commands of all principals that a space holds undecided or not yet durable. */
  pendingCommandsPerSpace: count(10_000_000),
});

/** With tokens: many principals share the server, and none may take it from the others. */
const sharedLimits: Limits = {
  commandsPerSecond: 5_000,
  commandBurst: 10_000,
  outstandingCommands: 5_000,
  connections: 1_000,
  connectionsInAll: 20_000,
  messageLength: 131_072,
  pendingCommandsPerSpace: 200_000,
};

/** Without tokens everybody is on this machine and mostly one principal: only what would harm the machine is bounded. */
const loopbackLimits: Limits = { ...sharedLimits, commandsPerSecond: 200_000, commandBurst: 400_000, outstandingCommands: 50_000, connections: 20_000 };

/** How long recordings are kept, and whether incidents are recorded by themselves. Pinned ones stay. */
export const recordingRulesSchema = z.strictObject({
  /** Deadlocks, livelocks, expelled agents and broken rules, each with the time before it. */
  incidents: z.boolean().default(true),
  beforeSeconds: count(3_600).default(120),
  afterSeconds: count(3_600).default(30),
  maxAgeDays: count(36_500).default(30),
  maxMegabytes: count(10_000_000).default(1_000),
  maxCount: count(modelLimits.recordings - 50).default(200),
});

export const configSchema = z
  .strictObject({
    host: z.string().min(1).default("127.0.0.1"),
    /** 0 takes any free port. */
    port: z.number().int().min(0).max(65_535).default(4600),
    /** Folder of the journals. */
    data: z.string().min(1).default(".signalbox"),
    /** Where browsers may come from besides the server's own address, such as `https://signalbox.example.com`. */
    origins: z
      .array(z.url({ protocol: /^https?$/, error: "must be an origin such as https://signalbox.example.com" }).transform((url) => new URL(url).origin))
      .max(100)
      .default([]),
    spaces: z.array(spaceNameSchema).min(1).max(64).default(["main"]),
    /** Empty: everybody who can reach the port is let in. Allowed on a loopback address only. */
    tokens: z.array(tokenSchema).max(10_000).default([]),
    /** Operators may inject failures into the live fleet. */
    allowFaults: z.boolean().default(false),
    rules: z.array(configuredRuleSchema).max(modelLimits.rules).default([]),
    /** What is left out is chosen by whether there are tokens. */
    limits: limitsSchema.partial().default({}),
    recordings: recordingRulesSchema.prefault({}),
    /** Checks every rule of SPEC.md that events can show while the spaces run, in a thread beside each. */
    checkRules: z.boolean().default(false),
    /** A checkpoint is written after so many events. */
    checkpointEveryEvents: count(10_000_000).default(50_000),
    /** So many events are kept at least, for history and replay; older ones go after the next checkpoint. */
    keepEvents: count(1_000_000_000).default(10_000_000),
    /** A space stops, as on a full disk, before its journal grows beyond this. Left out: the disk is the limit. */
    maxJournalBytes: count(Number.MAX_SAFE_INTEGER).optional(),
  })
  .transform((config) => ({
    ...config,
    limits: { ...(config.tokens.length === 0 ? loopbackLimits : sharedLimits), ...config.limits } satisfies Limits as Limits,
  }));

export type Config = z.infer<typeof configSchema>;
export type ConfigInput = z.input<typeof configSchema>;
export type Limits = z.infer<typeof limitsSchema>;
export type Token = z.infer<typeof tokenSchema>;
export type ConfiguredRule = z.infer<typeof configuredRuleSchema>;
