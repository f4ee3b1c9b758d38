import { z } from "zod";
import { agentIdSchema, limits } from "../../../model/index.ts";
import { termSchema } from "../term.ts";

/** Which way round: to who comes next in the list of members, or to who comes before. */
export const sideSchema = z.enum(["next", "previous"]);
export type Side = z.infer<typeof sideSchema>;

/** The sender's number of what it hands on; who takes it says so with an `ack` of that number. */
const hop = z.number().int().min(0);
/** Counts elections; drawn from the same numbers as terms, so that a later one is always the higher. */
const round = termSchema;
const phase = z
  .number()
  .int()
  .min(0)
  .max(Math.ceil(Math.log2(limits.membersPerGroup)));
const hops = z
  .number()
  .int()
  .min(1)
  .max(2 * limits.membersPerGroup);

const election = z.strictObject({ type: z.literal("election"), hop, round, candidate: agentIdSchema });
/** Goes `hops` further in its direction, and comes back as a reply when nobody on the way has a higher id. */
const probe = z.strictObject({ type: z.literal("probe"), hop, round, candidate: agentIdSchema, phase, hops, side: sideSchema });
const reply = z.strictObject({ type: z.literal("reply"), hop, round, candidate: agentIdSchema, phase, hops, side: sideSchema });
const elected = z.strictObject({ type: z.literal("elected"), hop, term: termSchema, leader: agentIdSchema });
/** A leader's sign of life, ours: goes once round. `beat` counts them, so that none goes round twice. */
const heartbeat = z.strictObject({ type: z.literal("heartbeat"), hop, term: termSchema, leader: agentIdSchema, beat: z.number().int().min(0) });
const ack = z.strictObject({ type: z.literal("ack"), hop });

export const changRobertsMessageSchema = z.discriminatedUnion("type", [election, elected, heartbeat, ack]);
export const hirschbergSinclairMessageSchema = z.discriminatedUnion("type", [probe, reply, elected, heartbeat, ack]);

/** What is said on rings, by either protocol. */
export type RingMessage = Readonly<z.infer<typeof changRobertsMessageSchema> | z.infer<typeof hirschbergSinclairMessageSchema>>;
export type Passed = Exclude<RingMessage, { type: "ack" }>;

type Unhopped<M> = M extends unknown ? Omit<M, "hop"> : never;
/** A message that no neighbour has been given yet. */
export type Body = Unhopped<Passed>;
export type ElectionBody = Extract<Body, { round: number }>;
