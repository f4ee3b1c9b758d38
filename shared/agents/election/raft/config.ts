import { z } from "zod";
import { agentIdSchema, limits } from "../../../model/index.ts";
import { raftLimits } from "./messages.ts";
import { registers } from "./registers.ts";

/** What all values up to some point make: `fold` takes the state so far and the next value. Has to be pure, and the same on every node. */
export interface Fold {
  readonly initial: string;
  readonly next: (state: string, value: string) => string;
}

const spanMsSchema = z.number().int().min(1).max(600_000);
const groupSchema = z.array(agentIdSchema).max(limits.membersPerGroup).readonly();

/**
 * How a node is set up. The defaults are for agents that talk through a relay. The times have to be the same on every node:
 * a node keeps its promise not to vote for `electionMs`, and the leader counts on that.
 */
export const raftConfigSchema = z
  .strictObject({
    id: agentIdSchema,
    /** Who votes, and who only follows, when the group begins. A node that joins a group later begins without any members. */
    members: groupSchema,
    learners: groupSchema.default([]),
    heartbeatMs: spanMsSchema.default(500),
    /** Who hears no leader for this long, up to twice as long, campaigns; a leader that hears no majority for this long steps down. */
    electionMs: spanMsSchema.default(2_000),
    /** A snapshot is taken after this many entries; half as many stay in the log for followers that lag a little. */
    snapshotAfter: z.number().int().min(2).max(10_000).default(512),
    /** How reads are made safe: by asking a majority, or by the lease that `driftBound` bounds. */
    reads: z.enum(["index", "lease"]).default("index"),
    /**
     * For reads by lease: every node's clock runs between `1 - driftBound` and `1 + driftBound` times true time, and never
     * jumps. If one does not, a deposed leader may answer a read with what was true before.
     */
    driftBound: z.number().min(0).max(0.5).default(0.05),
    /** Entries in one message at most, and entries under way to one follower at most. */
    batchEntries: z.number().int().min(1).max(64).default(64),
    windowEntries: z.number().int().min(1).max(4_096).default(256),
    /** A proposal whose id is among so many of the newest is not taken again. The same on every node. */
    idsKept: z.number().int().min(1).max(raftLimits.idsKept).default(raftLimits.idsKept),
    /** Characters in one part of a snapshot. */
    partLength: z.number().int().min(1).max(raftLimits.partLength).default(raftLimits.partLength),
  })
  .refine(({ heartbeatMs, electionMs }) => 2 * heartbeatMs <= electionMs, "an election timeout has to be at least two heartbeats long")
  .refine(({ members, learners }) => JSON.stringify([...members, ...learners]).length <= raftLimits.groupLength, "the members' ids are too long for a message");

/** What is left out is as `raftConfigSchema` says; the state is that of `registers` then. */
export type RaftConfig = Readonly<z.input<typeof raftConfigSchema>> & { readonly fold?: Fold };

export type Settings = Readonly<z.output<typeof raftConfigSchema>> & { readonly fold: Fold };

/** Throws when a setting is out of its bounds. */
export function settingsOf({ fold = registers, ...config }: RaftConfig): Settings {
  return { ...raftConfigSchema.parse(config), fold };
}
