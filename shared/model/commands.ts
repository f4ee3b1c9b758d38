import { z } from "zod";
import { actorSchema } from "./actors.ts";
import { electionAgentCommandSchemas, electionOperatorCommandSchemas } from "./elections.ts";
import { faultCommandSchemas } from "./faults.ts";
import { findingKindSchema, findingSchema, verdictSchema } from "./findings.ts";
import {
  agentIdSchema,
  commandIdSchema,
  durationMsSchema,
  fenceSchema,
  positionSchema,
  principalSchema,
  reasonSchema,
  resourceSchema,
  sessionIdSchema,
  timeMsSchema,
} from "./ids.ts";
import { limits } from "./limits.ts";
import { quotaCommandSchema } from "./quotas.ts";
import { recordingCommandSchemas, recordingSystemSchemas } from "./recordings.ts";
import { settingsSchema, wantSchema } from "./resources.ts";

const id = commandIdSchema;
const lockName = { resource: resourceSchema, fence: fenceSchema };
const uses = z.array(wantSchema).min(1).max(limits.usesPerIntent);
const window = { startsInMs: durationMsSchema.default(0), lastsMs: durationMsSchema.min(1) };

/** What an agent says of itself. Progress is a counter that rises whenever something got done. */
export const declaredSchema = z.enum(["idle", "working", "blocked", "done"]);

/** What an agent may ask. `waitMs` 0 tries, left out waits without limit. */
export const agentCommandSchema = z.discriminatedUnion("type", [
  z.strictObject({
    id,
    type: z.literal("lock.acquire"),
    wants: z.array(wantSchema).min(1).max(limits.wantsPerRequest),
    waitMs: durationMsSchema.optional(),
    priority: z.number().int().min(-limits.priority).max(limits.priority).default(0),
    holdMs: durationMsSchema.min(1).optional(),
    reason: z.string().max(limits.reasonLength).optional(),
  }),
  /** `wrote` matters on optimistic resources: it asks for the version check. */
  z.strictObject({ id, type: z.literal("lock.release"), ...lockName, wrote: z.boolean().default(false) }),
  /** Gives up a wait; `acquire` is the id of the command that began it. */
  z.strictObject({ id, type: z.literal("lock.cancel"), acquire: commandIdSchema }),
  z.strictObject({ id, type: z.literal("lock.upgrade"), ...lockName, waitMs: durationMsSchema.optional() }),
  z.strictObject({ id, type: z.literal("lock.downgrade"), ...lockName }),
  z.strictObject({ id, type: z.literal("lock.transfer"), ...lockName, to: agentIdSchema }),
  z.strictObject({ id, type: z.literal("intent.announce"), uses, ...window, reason: reasonSchema }),
  /** Would this conflict? Answers and changes nothing. */
  z.strictObject({ id, type: z.literal("intent.check"), uses, ...window }),
  z.strictObject({ id, type: z.literal("intent.commit"), intent: z.string() }),
  z.strictObject({ id, type: z.literal("intent.fulfil"), intent: z.string() }),
  z.strictObject({ id, type: z.literal("intent.withdraw"), intent: z.string() }),
  z.strictObject({
    id,
    type: z.literal("session.declare"),
    state: declaredSchema.optional(),
    doing: z.string().max(limits.reasonLength).optional(),
    progress: z.number().int().min(0).optional(),
  }),
  /**
   * A wait that no lock shows: for agents to come back, answer, finish a task or approve. `need` of them are enough; left
   * out, all. It takes part in the search for deadlocks.
   */
  z.strictObject({
    id,
    type: z.literal("wait.declare"),
    kind: z.enum(["session", "message", "task", "approval"]),
    on: z.array(agentIdSchema).max(64),
    need: z.number().int().min(1).max(64).optional(),
    what: z.string().min(1).max(limits.reasonLength),
  }),
  z.strictObject({ id, type: z.literal("wait.end"), declared: z.string() }),
  z.strictObject({ id, type: z.literal("session.leave") }),
  /** A guard tells that it refused a write with an old fence. */
  z.strictObject({ id, type: z.literal("guard.report"), ...lockName, highest: fenceSchema }),
  ...electionAgentCommandSchemas,
]);

/** What an operator may do. Every act has a reason and is an event. */
export const operatorCommandSchema = z.discriminatedUnion("type", [
  z.strictObject({ id, type: z.literal("lock.forceRelease"), ...lockName, reason: reasonSchema }),
  z.strictObject({ id, type: z.literal("session.expel"), session: sessionIdSchema, reason: reasonSchema }),
  z.strictObject({ id, type: z.literal("resource.freeze"), resource: resourceSchema, reason: reasonSchema }),
  z.strictObject({ id, type: z.literal("resource.thaw"), resource: resourceSchema, reason: reasonSchema }),
  z.strictObject({
    id,
    type: z.literal("resource.configure"),
    pattern: resourceSchema,
    /** Null takes the pattern's rule away. */
    settings: settingsSchema.nullable(),
    reason: reasonSchema,
  }),
  ...faultCommandSchemas,
  ...recordingCommandSchemas,
  ...electionOperatorCommandSchemas,
  quotaCommandSchema,
  /** Says whether a finding was right; that teaches the counts. */
  z.strictObject({ id, type: z.literal("finding.judge"), finding: z.string().min(1).max(300), verdict: verdictSchema, reason: reasonSchema }),
  z.strictObject({ id, type: z.literal("finding.mute"), kind: findingKindSchema, pattern: resourceSchema, reason: reasonSchema }),
  z.strictObject({ id, type: z.literal("finding.unmute"), kind: findingKindSchema, pattern: resourceSchema, reason: reasonSchema }),
  /** Picks who goes first; the others of the loop stand back. */
  z.strictObject({ id, type: z.literal("livelock.resolve"), finding: z.string().min(1).max(300), favour: agentIdSchema, reason: reasonSchema }),
  /** Picks who gives way: the request of this session in the cycle is refused. */
  z.strictObject({ id, type: z.literal("deadlock.resolve"), deadlock: z.string(), victim: sessionIdSchema, reason: reasonSchema }),
]);

/** What the gateway and the host themselves put in: never parsed from a client as it is. */
export const systemCommandSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("session.join"),
    session: sessionIdSchema,
    agent: agentIdSchema,
    principal: principalSchema,
    roles: z.array(z.string().min(1).max(64)).max(limits.rolesPerSession),
    labels: z.record(z.string().min(1).max(64), z.string().max(256)),
    ttlMs: z.number().int().min(limits.ttlMinMs).max(limits.ttlMaxMs),
    resumeHash: z.string().max(128),
    /** Ends the agent's earlier session as if it had expired. */
    replace: z.boolean(),
  }),
  z.strictObject({ type: z.literal("session.connect"), session: sessionIdSchema }),
  z.strictObject({ type: z.literal("session.disconnect"), session: sessionIdSchema }),
  /** What the detectors of the host came to think, and what they think no more. */
  z.strictObject({
    type: z.literal("finding.report"),
    raised: z.array(findingSchema).max(limits.findings),
    cleared: z.array(z.string()).max(limits.findings),
  }),
  ...recordingSystemSchemas,
  /** Time passes. `silent` names the sessions whose lease has run out, with their last renewal. */
  z.strictObject({
    type: z.literal("tick"),
    silent: z.array(z.strictObject({ session: sessionIdSchema, renewedMs: timeMsSchema })),
  }),
]);

/** A command as the engine gets it: stamped with the host's time and with its sender. */
export const engineCommandSchema = z.discriminatedUnion("from", [
  z.strictObject({ from: z.literal("agent"), nowMs: timeMsSchema, session: sessionIdSchema, command: agentCommandSchema }),
  z.strictObject({ from: z.literal("operator"), nowMs: timeMsSchema, actor: actorSchema, command: operatorCommandSchema }),
  z.strictObject({ from: z.literal("system"), nowMs: timeMsSchema, command: systemCommandSchema }),
]);

/** A command and the position of the first event that it came to: what a recording keeps beside the events. */
export const recordedCommandSchema = z.strictObject({ command: engineCommandSchema, at: positionSchema });

export type Declared = z.infer<typeof declaredSchema>;
export type AgentCommand = z.infer<typeof agentCommandSchema>;
export type OperatorCommand = z.infer<typeof operatorCommandSchema>;
export type SystemCommand = z.infer<typeof systemCommandSchema>;
export type EngineCommand = z.infer<typeof engineCommandSchema>;
export type RecordedCommand = z.infer<typeof recordedCommandSchema>;
/** The variant of a command union that has this `type`. */
export type CommandOf<C extends { type: string }, T extends C["type"]> = Extract<C, { type: T }>;
