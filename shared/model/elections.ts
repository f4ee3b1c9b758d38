import { z } from "zod";
import { actorSchema } from "./actors.ts";
import { agentIdSchema, durationMsSchema, fenceSchema, reasonSchema, resourceSchema, sessionIdSchema, timeMsSchema, versionNumberSchema } from "./ids.ts";
import { limits } from "./limits.ts";
import { nodeViewSchema } from "./nodes.ts";

/** Elections that the engine runs: one leader at a time for each group of agents. */

/** A group by its name, which is a path: what its leader writes may stand under the same name before a guard. */
export const groupSchema = resourceSchema.refine((group) => !/[*?]/.test(group), "a group has one name: * and ? are for patterns");

/** A term is a fence: whatever a leader does under it, a guard tells from what came after. */
export const termSchema = fenceSchema;

/**
 * Who becomes leader: whoever campaigned first; the highest priority; the one that a hash of window and name falls on;
 * whom an operator appoints; the highest priority that a majority of the members confirms.
 */
export const electionPolicySchema = z.enum(["firstCome", "priority", "rendezvous", "operator", "quorum"]);

const rolesSchema = z.array(z.string().min(1).max(64)).max(limits.rolesPerSession);
const labelsSchema = z
  .record(z.string().min(1).max(64), z.string().max(256))
  .refine((labels) => Object.keys(labels).length <= limits.labelsPerSession, `at most ${limits.labelsPerSession} labels`);
const agentsSchema = z.array(agentIdSchema).max(limits.membersPerGroup);

export const electionSettingsSchema = z.strictObject({
  policy: electionPolicySchema.default("firstCome"),
  /** `priority`: somebody of a higher priority takes over from whoever leads. */
  preempt: z.boolean().default(false),
  /** `rendezvous`: how long one leader leads before the hash falls anew. */
  windowMs: durationMsSchema.min(1_000).default(3_600_000),
  /** Only sessions with one of these roles may lead; none named: everybody. */
  roles: rolesSchema.default([]),
  /** Only sessions with all of these labels may lead. */
  labels: labelsSchema.default({}),
  /** Who may say something in the group, and under `quorum` confirms, here or not; none named: everybody, and the candidates. */
  members: agentsSchema.default([]),
  /** `quorum`: how long a ballot is open. */
  confirmMs: durationMsSchema.min(100).max(600_000).default(2_000),
  /** How long nobody leads after a leader that did not go by itself, where no guard keeps it from writing on. */
  delayMs: durationMsSchema.max(600_000).default(0),
});

/** Somebody who would lead. */
export const candidateSchema = z.strictObject({
  session: sessionIdSchema,
  agent: agentIdSchema,
  priority: z.number().int(),
  /** Share of the windows (`rendezvous`). */
  weight: z.number().int().min(1),
  /** What it would proclaim as leader: an address, a version. */
  value: z.string(),
  enteredMs: timeMsSchema,
  /** It was deposed: it leads again only when there is nobody else, or once it campaigns anew. */
  deposedMs: timeMsSchema.optional(),
  /** A majority did not confirm it at that time: the others are asked first. */
  unconfirmedMs: timeMsSchema.optional(),
});

/** How a leader came to lead. */
export const electedWhySchema = z.enum(["vacant", "preempted", "window", "appointed", "handedOver", "confirmed"]);
/** How it ceased to. The first three it did by itself. */
export const leaderEndWhySchema = z.enum([
  "resigned",
  "left",
  "handedOver",
  "expired",
  "expelled",
  "replaced",
  "deposed",
  "blocked",
  "ineligible",
  "preempted",
  "window",
  "appointed",
]);
export const ballotEndWhySchema = z.enum(["refused", "timeout", "nomineeGone", "overtaken"]);
export const candidateEndWhySchema = z.enum(["resigned", "left", "expired", "expelled", "replaced", "blocked", "ineligible"]);

export const leaderSchema = z.strictObject({
  session: sessionIdSchema,
  agent: agentIdSchema,
  term: termSchema,
  sinceMs: timeMsSchema,
  value: z.string(),
  why: electedWhySchema,
  /** Why this one and no other, in words. */
  because: z.string().max(limits.reasonLength),
  /** `rendezvous`: when the hash falls anew. */
  turnMs: timeMsSchema.optional(),
});

/** A vote under way: its number is the fence that becomes the term when it is won. */
export const ballotSchema = z.strictObject({
  ballot: termSchema,
  session: sessionIdSchema,
  agent: agentIdSchema,
  electorate: agentsSchema,
  need: z.number().int().min(1),
  yes: agentsSchema,
  no: agentsSchema,
  sinceMs: timeMsSchema,
  untilMs: timeMsSchema,
});

const noted = { by: z.string(), reason: reasonSchema, atMs: timeMsSchema };

/** One group and its election. */
export const electionSchema = z.strictObject({
  group: groupSchema,
  settings: electionSettingsSchema,
  /** Set when an operator configured it: then it stays when nobody campaigns. */
  configured: z.strictObject(noted).optional(),
  /** Whoever campaigns, the leader included, in the order of entering. */
  candidates: z.array(candidateSchema).max(limits.candidatesPerGroup),
  leader: leaderSchema.optional(),
  ballot: ballotSchema.optional(),
  /** The highest term or ballot so far, "0" when there was none. */
  lastTerm: versionNumberSchema,
  /** How many leaders it has had. */
  terms: z.number().int().min(0),
  /** Since when nobody leads. */
  vacantMs: timeMsSchema.optional(),
  /** Until when nobody is elected: after a leader that did not go by itself, or when nobody of all candidates was confirmed. */
  coolingUntilMs: timeMsSchema.optional(),
  /** Nobody new is elected. */
  frozen: z.strictObject(noted).optional(),
  /** Who may not campaign. */
  blocked: z.array(z.strictObject({ agent: agentIdSchema, ...noted })).max(limits.blockedPerGroup),
});

/** A node of a protocol that agents run among themselves, as its agent told it. */
export const nodeSchema = z.strictObject({
  group: groupSchema,
  session: sessionIdSchema,
  agent: agentIdSchema,
  view: nodeViewSchema,
  toldMs: timeMsSchema,
  /** Since when it is in this role and term. */
  sinceMs: timeMsSchema,
});

const id = z.string().min(1).max(64);
const valueSchema = z.string().max(limits.reasonLength);
/** What agents say to each other through the server: JSON in a string, which the server does not read. */
const message = { group: groupSchema, to: agentIdSchema, kind: z.string().min(1).max(40), body: z.string().max(limits.messageLength) };

export const electionAgentCommandSchemas = [
  /** Enters, or enters anew with other words. `settings` count only where the group is new and no operator set it up. */
  z.strictObject({
    id,
    type: z.literal("election.campaign"),
    group: groupSchema,
    priority: z.number().int().min(-limits.priority).max(limits.priority).default(0),
    weight: z.number().int().min(1).max(limits.weight).default(1),
    value: valueSchema.default(""),
    settings: electionSettingsSchema.optional(),
  }),
  /** Leads no more and campaigns no more. */
  z.strictObject({ id, type: z.literal("election.resign"), group: groupSchema }),
  z.strictObject({ id, type: z.literal("election.proclaim"), group: groupSchema, term: termSchema, value: valueSchema }),
  /** Makes another candidate leader, without a moment in between at which nobody leads. */
  z.strictObject({ id, type: z.literal("election.handOver"), group: groupSchema, term: termSchema, to: agentIdSchema }),
  /** Says that it leads in this term: refused and written down when it does not. */
  z.strictObject({ id, type: z.literal("election.assert"), group: groupSchema, term: termSchema }),
  z.strictObject({ id, type: z.literal("election.vote"), group: groupSchema, ballot: termSchema, yes: z.boolean() }),
  /** Wants to be told who leads. */
  z.strictObject({ id, type: z.literal("election.observe"), group: groupSchema }),
  z.strictObject({ id, type: z.literal("election.unobserve"), group: groupSchema }),
  z.strictObject({ id, type: z.literal("message.send"), ...message }),
  /** Shows what its node of a protocol is at; null when it runs none any more. */
  z.strictObject({ id, type: z.literal("node.tell"), group: groupSchema, view: nodeViewSchema.nullable() }),
] as const;

export const electionOperatorCommandSchemas = [
  /** Null: back to the defaults, and gone when nobody campaigns. */
  z.strictObject({ id, type: z.literal("election.configure"), group: groupSchema, settings: electionSettingsSchema.nullable(), reason: reasonSchema }),
  /** Names the term, so that nobody deposes another than the one he saw. */
  z.strictObject({ id, type: z.literal("election.depose"), group: groupSchema, term: termSchema, reason: reasonSchema }),
  z.strictObject({ id, type: z.literal("election.appoint"), group: groupSchema, agent: agentIdSchema, reason: reasonSchema }),
  z.strictObject({ id, type: z.literal("election.block"), group: groupSchema, agent: agentIdSchema, reason: reasonSchema }),
  z.strictObject({ id, type: z.literal("election.unblock"), group: groupSchema, agent: agentIdSchema, reason: reasonSchema }),
  z.strictObject({ id, type: z.literal("election.freeze"), group: groupSchema, reason: reasonSchema }),
  z.strictObject({ id, type: z.literal("election.thaw"), group: groupSchema, reason: reasonSchema }),
] as const;

const by = { actor: actorSchema.optional(), reason: reasonSchema.optional() };
const acted = { actor: actorSchema, reason: reasonSchema };
const who = { session: sessionIdSchema, agent: agentIdSchema };

/** Who led until now and how that ended. */
const endedSchema = z.strictObject({ ...who, term: termSchema, why: leaderEndWhySchema, ledMs: timeMsSchema });

export const electionEvents = {
  "election.configured": { group: groupSchema, settings: electionSettingsSchema.nullable(), ...acted },
  "election.frozen": { group: groupSchema, ...acted },
  "election.thawed": { group: groupSchema, ...acted },
  /** Entered, or entered anew. `settings`: the group is new and these are its. */
  "candidate.entered": { group: groupSchema, candidate: candidateSchema, settings: electionSettingsSchema.optional() },
  "candidate.left": { group: groupSchema, ...who, why: candidateEndWhySchema },
  "candidate.blocked": { group: groupSchema, agent: agentIdSchema, ...acted },
  "candidate.unblocked": { group: groupSchema, agent: agentIdSchema, ...acted },
  /** With `after` somebody led until now: one leader follows on the other with nothing in between. */
  "leader.elected": { group: groupSchema, leader: leaderSchema, after: endedSchema.optional(), confirmedBy: agentsSchema.optional(), ...by },
  /** Nobody leads now. */
  "leader.ended": { group: groupSchema, ...endedSchema.shape, coolingUntilMs: timeMsSchema.optional(), ...by },
  /** `rendezvous`: the hash fell on the leader that is there. */
  "leader.kept": { group: groupSchema, term: termSchema, turnMs: timeMsSchema },
  "leader.proclaimed": { group: groupSchema, ...who, term: termSchema, value: z.string() },
  "leader.delayEnded": { group: groupSchema },
  /** Somebody said that it leads, and does not. */
  "leader.refused": { group: groupSchema, ...who, command: z.string(), term: termSchema, leader: agentIdSchema.nullable(), current: versionNumberSchema },
  "ballot.opened": { group: groupSchema, ballot: ballotSchema },
  "ballot.voted": { group: groupSchema, ...who, ballot: termSchema, yes: z.boolean() },
  /** Without a leader; a ballot that is won ends with `leader.elected`. */
  "ballot.closed": {
    group: groupSchema,
    ...who,
    ballot: termSchema,
    why: ballotEndWhySchema,
    coolingUntilMs: timeMsSchema.optional(),
  },
  "group.observed": { group: groupSchema, ...who },
  "group.unobserved": { group: groupSchema, ...who },
  "message.sent": { ...message, ...who },
  "node.told": { group: groupSchema, ...who, view: nodeViewSchema },
  "node.gone": { group: groupSchema, ...who },
} as const;

export type Group = z.infer<typeof groupSchema>;
export type ElectionPolicy = z.infer<typeof electionPolicySchema>;
export type ElectionSettings = Readonly<z.infer<typeof electionSettingsSchema>>;
export type ElectionSettingsInput = z.input<typeof electionSettingsSchema>;
export type Candidate = Readonly<z.infer<typeof candidateSchema>>;
export type Leader = Readonly<z.infer<typeof leaderSchema>>;
export type Ballot = Readonly<z.infer<typeof ballotSchema>>;
export type Election = Readonly<z.infer<typeof electionSchema>>;
export type GroupNode = Readonly<z.infer<typeof nodeSchema>>;
export type LeaderEndWhy = z.infer<typeof leaderEndWhySchema>;
export type CandidateEndWhy = z.infer<typeof candidateEndWhySchema>;
export type ElectedWhy = z.infer<typeof electedWhySchema>;

/** What holds for a group that nobody set up. */
export const defaultElectionSettings: ElectionSettings = electionSettingsSchema.parse({});
