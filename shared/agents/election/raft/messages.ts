import { z } from "zod";
import { agentIdSchema, limits } from "../../../model/index.ts";
import { isWhole } from "./log.ts";

/** What bounds the messages of a group, each to `limits.messageLength` characters of JSON, and what its nodes keep. */
export const raftLimits = {
  /** Characters of a value, and of an id that somebody gave to what he asked. */
  valueLength: 4_096,
  idLength: 128,
  /** Characters of JSON: of one entry, of the names of a group, of the entries in one message, of a part of a snapshot. */
  entryLength: 8_000,
  groupLength: 3_000,
  batchLength: 12_000,
  partLength: 8_000,
  batchEntries: 64,
  /** A state longer than this goes into no snapshot. */
  stateLength: 65_536,
  /** Entries that wait to be committed, and entries that are in the log at all, before a leader refuses more. */
  uncommitted: 1_024,
  logEntries: 32_768,
  /** Reads, and proposals, that wait at a time. */
  reads: 1_024,
  waiting: 1_024,
  /** Proposals whose ids a snapshot tells. */
  idsKept: 1_024,
} as const;

/** Terms and indices: far from where whole numbers end. */
const countSchema = z
  .number()
  .int()
  .min(0)
  .max(2 ** 48);
const groupSchema = z.array(agentIdSchema).max(limits.membersPerGroup);
const idSchema = z.string().min(1).max(raftLimits.idLength);

/**
 * Who takes part. While members change there are two groups of voters, and whatever takes a majority takes one of each
 * (joint consensus); `outgoing` is empty otherwise. Learners get the log and count for nothing.
 */
const configurationSchema = z.strictObject({ voters: groupSchema, outgoing: groupSchema, learners: groupSchema });

const entrySchema = z.discriminatedUnion("type", [
  /** The first of every leader: what is before it is committed with it. */
  z.strictObject({ type: z.literal("begin"), term: countSchema }),
  z.strictObject({ type: z.literal("value"), term: countSchema, id: idSchema, value: z.string().max(raftLimits.valueLength) }),
  /** `id` is that of whoever asked for it. */
  z.strictObject({ type: z.literal("members"), term: countSchema, id: idSchema, configuration: configurationSchema }),
]);

/** The ids of the newest proposals up to some index, oldest first, and at which index each is. */
export const idsSchema = z
  .array(z.tuple([idSchema, countSchema]).readonly())
  .max(raftLimits.idsKept)
  .readonly();

const snapshotHeadSchema = z.strictObject({ index: countSchema, term: countSchema, configuration: configurationSchema });

/** What the entries up to `index` made, who takes part as of it, and which proposals were among them. Earlier versions kept no ids. */
const snapshotSchema = snapshotHeadSchema.extend({ state: z.string().max(raftLimits.stateLength), ids: idsSchema.default([]) });

/** Characters of a snapshot's text: an id is no longer than six times its characters, and an index than 16. */
const snapshotLength = raftLimits.stateLength + raftLimits.idsKept * (6 * raftLimits.idLength + 24);

/**
 * What nodes say to each other. `term` is the sender's. `round` counts the leader's calls for a sign of life; a follower gives
 * back the one it answers.
 */
export const messageSchema = z.discriminatedUnion("type", [
  /** Asks for a vote in term `campaign`; `pre` only asks whether it would be given. `transfer` says that the leader wants it. */
  z.strictObject({
    type: z.literal("vote"),
    term: countSchema,
    campaign: countSchema,
    pre: z.boolean(),
    transfer: z.boolean(),
    lastIndex: countSchema,
    lastTerm: countSchema,
  }),
  z.strictObject({ type: z.literal("voted"), term: countSchema, campaign: countSchema, pre: z.boolean(), granted: z.boolean() }),
  z.strictObject({
    type: z.literal("append"),
    term: countSchema,
    round: countSchema,
    previousIndex: countSchema,
    previousTerm: countSchema,
    commit: countSchema,
    entries: z.array(entrySchema).max(raftLimits.batchEntries),
  }),
  /** The follower's log agrees with the leader's up to `index`. */
  z.strictObject({ type: z.literal("appended"), term: countSchema, round: countSchema, index: countSchema }),
  /** It does not agree at `at`; it may at `index`, which has term `indexTerm` there, and not between the two. */
  z.strictObject({
    type: z.literal("differs"),
    term: countSchema,
    round: countSchema,
    at: countSchema,
    index: countSchema,
    indexTerm: countSchema,
  }),
  /** A part of a snapshot whose text (`textOf`) has so many characters, from `offset` on. */
  z.strictObject({
    type: z.literal("snapshot"),
    term: countSchema,
    round: countSchema,
    snapshot: snapshotHeadSchema,
    offset: countSchema,
    length: z.number().int().min(0).max(snapshotLength),
    part: z.string().max(raftLimits.partLength),
  }),
  /** So many characters of the snapshot up to `index` are there. */
  z.strictObject({ type: z.literal("received"), term: countSchema, round: countSchema, index: countSchema, offset: countSchema }),
  /** The leader wants the receiver to campaign at once. */
  z.strictObject({ type: z.literal("lead"), term: countSchema }),
  /** What somebody wants in the log, from a node that does not lead. Nobody answers: its own node sees when it is applied. */
  z.strictObject({ type: z.literal("propose"), term: countSchema, id: idSchema, value: z.string().max(raftLimits.valueLength) }),
]);

export const logSchema = z.strictObject({
  base: countSchema,
  baseTerm: countSchema,
  last: countSchema,
  shelves: z
    .array(z.array(entrySchema).max(64).readonly())
    .max(raftLimits.logEntries / 64 + 64)
    .readonly(),
});

/** What has to survive a crash. A node shares its parts with it, so that persisting copies nothing. */
export const durableSchema = z
  .strictObject({ term: countSchema, votedFor: agentIdSchema.nullable(), log: logSchema, snapshot: snapshotSchema })
  .readonly()
  .refine(({ log, snapshot }) => isWhole(log) && log.base <= snapshot.index && snapshot.index <= log.last, "the log has a gap");

export type Configuration = Readonly<z.infer<typeof configurationSchema>>;
export type Entry = Readonly<z.infer<typeof entrySchema>>;
export type Snapshot = Readonly<z.infer<typeof snapshotSchema>>;
export type Message = Readonly<z.infer<typeof messageSchema>>;
export type Log = Readonly<z.infer<typeof logSchema>>;
export type Durable = z.infer<typeof durableSchema>;
