import { z } from "zod";
import { actorSchema } from "./actors.ts";
import { blockerSchema, conflictSchema } from "./blockers.ts";
import { declaredSchema } from "./commands.ts";
import { deadlockSchema, declaredWaitSchema } from "./deadlocks.ts";
import { electionEvents } from "./elections.ts";
import { faultEndWhySchema, faultKindSchema, faultSchema, scheduleSchema } from "./faults.ts";
import { backOffSchema, favourSchema, findingKindSchema, findingSchema, verdictSchema } from "./findings.ts";
import {
  agentIdSchema,
  commandIdSchema,
  fenceSchema,
  positionSchema,
  reasonSchema,
  resourceSchema,
  sessionIdSchema,
  timeMsSchema,
  versionNumberSchema,
} from "./ids.ts";
import { quotaSchema } from "./quotas.ts";
import { recordingEvents } from "./recordings.ts";
import { intentSchema, lockSchema, sessionSchema, waitSchema } from "./records.ts";
import { settingsSchema } from "./resources.ts";

/** Whose command an event comes from: lets a retried id get its first answer again. Consequences for others have none. */
export const causeSchema = z.strictObject({ sender: z.string(), id: commandIdSchema });

const envelope = { position: positionSchema, atMs: timeMsSchema, cause: causeSchema.optional() };
const holder = { fence: fenceSchema, resource: resourceSchema, session: sessionIdSchema, agent: agentIdSchema };
const who = { session: sessionIdSchema, agent: agentIdSchema };

/** Why a lock ended. All but the first three mean that its holder did not give it back itself. */
export const releaseWhySchema = z.enum(["released", "left", "transferred", "expired", "expelled", "forced", "overheld", "replaced"]);
export const dequeueWhySchema = z.enum(["cancelled", "deadline", "left", "expired", "expelled", "replaced", "released", "unsupported", "victim", "wounded"]);
export const sessionEndWhySchema = z.enum(["left", "expired", "expelled", "replaced"]);
export const intentEndWhySchema = z.enum(["fulfilled", "withdrawn", "expired", "sessionEnded"]);

/** What happened, in the past tense. The journal is a list of these and nothing else. */
export const eventSchema = z.discriminatedUnion("type", [
  z.strictObject({
    ...envelope,
    type: z.literal("session.joined"),
    ...sessionSchema.pick({ session: true, agent: true, principal: true, roles: true, labels: true, ttlMs: true, resumeHash: true }).shape,
  }),
  z.strictObject({ ...envelope, type: z.literal("session.connected"), ...who }),
  z.strictObject({ ...envelope, type: z.literal("session.disconnected"), ...who }),
  z.strictObject({
    ...envelope,
    type: z.literal("session.declared"),
    ...who,
    state: declaredSchema,
    doing: z.string(),
    progress: z.number().int().min(0),
  }),
  /** The end of a session; the ends of its locks, waits and intents come before it, as events of their own. */
  z.strictObject({
    ...envelope,
    type: z.literal("session.ended"),
    ...who,
    why: sessionEndWhySchema,
    /** Expiry only: its last renewal. */
    renewedMs: timeMsSchema.optional(),
    actor: actorSchema.optional(),
    reason: reasonSchema.optional(),
  }),

  z.strictObject({
    ...envelope,
    type: z.literal("lock.queued"),
    wait: waitSchema,
    /** The first few that stood before it at that moment. */
    blockers: z.array(blockerSchema),
  }),
  /** One request granted, all its locks at once. */
  z.strictObject({
    ...envelope,
    type: z.literal("lock.granted"),
    ...who,
    /** The acquire command that asked for it. */
    command: commandIdSchema,
    /** Set when it had waited. */
    request: z.number().int().optional(),
    /** What is newly held ... */
    locks: z.array(lockSchema),
    /** ... and what its session held already: taken once more. */
    reentered: z.array(fenceSchema).optional(),
    /** How many earlier, conflicting waiters it went before, and by what right; `held`: its session holds what covers it. */
    overtook: z.strictObject({ count: z.number().int().min(1), by: z.enum(["priority", "upgrade", "held"]) }).optional(),
    /** Advisory and optimistic levels: who else is at work there. */
    conflicts: z.array(conflictSchema).optional(),
  }),
  /** Re-entrance: given back once, still held. */
  z.strictObject({ ...envelope, type: z.literal("lock.counted"), ...holder, holds: z.number().int().min(1) }),
  z.strictObject({
    ...envelope,
    type: z.literal("lock.released"),
    ...holder,
    why: releaseWhySchema,
    /** Until when nobody is granted it: its lock-delay. */
    coolingUntilMs: timeMsSchema.optional(),
    actor: actorSchema.optional(),
    reason: reasonSchema.optional(),
  }),
  z.strictObject({ ...envelope, type: z.literal("lock.delayEnded"), fence: fenceSchema, resource: resourceSchema }),
  z.strictObject({
    ...envelope,
    type: z.literal("lock.upgraded"),
    ...holder,
    newFence: fenceSchema,
    command: commandIdSchema,
    request: z.number().int().optional(),
    waitedMs: timeMsSchema,
  }),
  z.strictObject({ ...envelope, type: z.literal("lock.downgraded"), ...holder }),
  z.strictObject({ ...envelope, type: z.literal("lock.transferred"), ...holder, newFence: fenceSchema, to: who.session, toAgent: agentIdSchema }),
  z.strictObject({
    ...envelope,
    type: z.literal("lock.dequeued"),
    ...who,
    request: z.number().int(),
    command: commandIdSchema,
    why: dequeueWhySchema,
    /** The deadlock that it gave way for. */
    deadlock: z.string().optional(),
    actor: actorSchema.optional(),
    reason: reasonSchema.optional(),
  }),
  /** Put before another waiter: the one way out of a deadlock that costs nobody his work. */
  z.strictObject({
    ...envelope,
    type: z.literal("lock.reordered"),
    ...who,
    request: z.number().int(),
    rank: z.number(),
    before: z.number().int(),
    deadlock: z.string(),
  }),
  /** More urgent than it asked for, because somebody more urgent waits for what its session holds. */
  z.strictObject({ ...envelope, type: z.literal("lock.inherited"), ...who, request: z.number().int(), rank: z.number(), from: z.number().int() }),

  z.strictObject({ ...envelope, type: z.literal("wait.declared"), wait: declaredWaitSchema }),
  z.strictObject({ ...envelope, type: z.literal("wait.ended"), declared: z.string(), ...who }),

  z.strictObject({ ...envelope, type: z.literal("deadlock.detected"), found: deadlockSchema }),
  z.strictObject({
    ...envelope,
    type: z.literal("deadlock.resolved"),
    deadlock: z.string(),
    /** `replanned`: it stands, and is written down anew under the settings that hold now. */
    how: z.enum(["reordered", "aborted", "operator", "other", "replanned"]),
    /** Whether an operator chose what the shadow would have done. */
    agreed: z.boolean().optional(),
    lastedMs: timeMsSchema,
  }),

  /** A detector thinks that a person should know; and thinks so no more. */
  z.strictObject({ ...envelope, type: z.literal("finding.raised"), found: findingSchema }),
  z.strictObject({ ...envelope, type: z.literal("finding.cleared"), finding: z.string(), kind: findingKindSchema, lastedMs: timeMsSchema }),
  z.strictObject({
    ...envelope,
    type: z.literal("finding.judged"),
    finding: z.string(),
    kind: findingKindSchema,
    verdict: verdictSchema,
    actor: actorSchema,
    reason: reasonSchema,
  }),
  z.strictObject({
    ...envelope,
    type: z.literal("finding.muted"),
    kind: findingKindSchema,
    pattern: resourceSchema,
    actor: actorSchema,
    reason: reasonSchema,
  }),
  z.strictObject({
    ...envelope,
    type: z.literal("finding.unmuted"),
    kind: findingKindSchema,
    pattern: resourceSchema,
    actor: actorSchema,
    reason: reasonSchema,
  }),
  /** One goes first, the others stand back, each for a time of its own. */
  z.strictObject({
    ...envelope,
    type: z.literal("livelock.resolved"),
    ...favourSchema.shape,
    backOff: z.array(backOffSchema),
    why: z.string(),
    /** Whether an operator chose whom the plan had named. */
    agreed: z.boolean().optional(),
    actor: actorSchema.optional(),
    reason: reasonSchema.optional(),
  }),
  /** Put before all others, because a livelock was ended in its favour. */
  z.strictObject({ ...envelope, type: z.literal("lock.favoured"), ...who, request: z.number().int(), rank: z.number(), finding: z.string() }),

  z.strictObject({ ...envelope, type: z.literal("intent.announced"), intent: intentSchema, conflicts: z.array(conflictSchema) }),
  z.strictObject({ ...envelope, type: z.literal("intent.committed"), intent: z.string(), ...who }),
  z.strictObject({ ...envelope, type: z.literal("intent.ended"), intent: z.string(), ...who, why: intentEndWhySchema }),

  /** An optimistic writer was first: this is the new version. */
  z.strictObject({ ...envelope, type: z.literal("version.advanced"), ...holder, version: versionNumberSchema, base: versionNumberSchema }),
  /** An optimistic writer came too late and was told to compensate. */
  z.strictObject({
    ...envelope,
    type: z.literal("version.conflicted"),
    ...holder,
    base: versionNumberSchema,
    current: versionNumberSchema,
    winner: agentIdSchema,
  }),
  /** Old versions were folded into one floor, so that the table stays bounded. */
  z.strictObject({ ...envelope, type: z.literal("version.folded"), floor: versionNumberSchema, resources: z.array(resourceSchema) }),

  z.strictObject({
    ...envelope,
    type: z.literal("resource.configured"),
    pattern: resourceSchema,
    settings: settingsSchema.nullable(),
    actor: actorSchema,
    reason: reasonSchema,
  }),
  z.strictObject({
    ...envelope,
    type: z.literal("quota.set"),
    ...quotaSchema.pick({ principal: true, locks: true, waits: true }).shape,
    actor: actorSchema,
    reason: reasonSchema,
  }),
  z.strictObject({ ...envelope, type: z.literal("resource.frozen"), resource: resourceSchema, actor: actorSchema, reason: reasonSchema }),
  z.strictObject({ ...envelope, type: z.literal("resource.thawed"), resource: resourceSchema, actor: actorSchema, reason: reasonSchema }),

  /** An agent claimed a lock that is another's: refused, and written down. */
  z.strictObject({
    ...envelope,
    type: z.literal("claim.refused"),
    ...who,
    command: z.string(),
    resource: resourceSchema,
    fence: fenceSchema,
    /** Whose lock it is. */
    holder: agentIdSchema,
  }),

  z.strictObject({ ...envelope, type: z.literal("fault.began"), fault: faultSchema, actor: actorSchema.optional() }),
  z.strictObject({
    ...envelope,
    type: z.literal("fault.ended"),
    fault: z.string(),
    kind: faultKindSchema,
    target: z.string(),
    why: faultEndWhySchema,
    actor: actorSchema.optional(),
    reason: reasonSchema.optional(),
  }),
  z.strictObject({ ...envelope, type: z.literal("schedule.set"), schedule: scheduleSchema, actor: actorSchema }),
  z.strictObject({
    ...envelope,
    type: z.literal("schedule.ended"),
    schedule: z.string(),
    /** `halted`: its health condition no longer held. */
    why: faultEndWhySchema,
    because: z.string(),
    actor: actorSchema.optional(),
    reason: reasonSchema.optional(),
  }),

  z.strictObject({ ...envelope, type: z.literal("recording.begun"), ...recordingEvents.begun }),
  z.strictObject({ ...envelope, type: z.literal("recording.extended"), ...recordingEvents.extended }),
  z.strictObject({ ...envelope, type: z.literal("recording.ended"), ...recordingEvents.ended }),
  z.strictObject({ ...envelope, type: z.literal("recording.changed"), ...recordingEvents.changed }),
  z.strictObject({ ...envelope, type: z.literal("recording.deleted"), ...recordingEvents.deleted }),

  z.strictObject({ ...envelope, type: z.literal("election.configured"), ...electionEvents["election.configured"] }),
  z.strictObject({ ...envelope, type: z.literal("election.frozen"), ...electionEvents["election.frozen"] }),
  z.strictObject({ ...envelope, type: z.literal("election.thawed"), ...electionEvents["election.thawed"] }),
  z.strictObject({ ...envelope, type: z.literal("candidate.entered"), ...electionEvents["candidate.entered"] }),
  z.strictObject({ ...envelope, type: z.literal("candidate.left"), ...electionEvents["candidate.left"] }),
  z.strictObject({ ...envelope, type: z.literal("candidate.blocked"), ...electionEvents["candidate.blocked"] }),
  z.strictObject({ ...envelope, type: z.literal("candidate.unblocked"), ...electionEvents["candidate.unblocked"] }),
  z.strictObject({ ...envelope, type: z.literal("leader.elected"), ...electionEvents["leader.elected"] }),
  z.strictObject({ ...envelope, type: z.literal("leader.ended"), ...electionEvents["leader.ended"] }),
  z.strictObject({ ...envelope, type: z.literal("leader.kept"), ...electionEvents["leader.kept"] }),
  z.strictObject({ ...envelope, type: z.literal("leader.proclaimed"), ...electionEvents["leader.proclaimed"] }),
  z.strictObject({ ...envelope, type: z.literal("leader.delayEnded"), ...electionEvents["leader.delayEnded"] }),
  z.strictObject({ ...envelope, type: z.literal("leader.refused"), ...electionEvents["leader.refused"] }),
  z.strictObject({ ...envelope, type: z.literal("ballot.opened"), ...electionEvents["ballot.opened"] }),
  z.strictObject({ ...envelope, type: z.literal("ballot.voted"), ...electionEvents["ballot.voted"] }),
  z.strictObject({ ...envelope, type: z.literal("ballot.closed"), ...electionEvents["ballot.closed"] }),
  z.strictObject({ ...envelope, type: z.literal("group.observed"), ...electionEvents["group.observed"] }),
  z.strictObject({ ...envelope, type: z.literal("group.unobserved"), ...electionEvents["group.unobserved"] }),
  z.strictObject({ ...envelope, type: z.literal("message.sent"), ...electionEvents["message.sent"] }),
  z.strictObject({ ...envelope, type: z.literal("node.told"), ...electionEvents["node.told"] }),
  z.strictObject({ ...envelope, type: z.literal("node.gone"), ...electionEvents["node.gone"] }),

  /** A guard kept a late writer out. */
  z.strictObject({
    ...envelope,
    type: z.literal("guard.refused"),
    ...who,
    resource: resourceSchema,
    fence: fenceSchema,
    highest: fenceSchema,
  }),
]);

export type Event = z.infer<typeof eventSchema>;
export type EventType = Event["type"];
export type EventOf<T extends EventType> = Extract<Event, { type: T }>;
/** An event before the sequencer gives it its place: what `decide` returns. */
export type EventBody = Event extends infer E ? (E extends Event ? Omit<E, "position" | "atMs" | "cause"> & { cause?: Cause } : never) : never;
export type Cause = z.infer<typeof causeSchema>;
export type ReleaseWhy = z.infer<typeof releaseWhySchema>;
export type SessionEndWhy = z.infer<typeof sessionEndWhySchema>;
