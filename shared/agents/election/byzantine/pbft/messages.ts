import { z } from "zod";
import { agentIdSchema, limits } from "../../../../model/index.ts";
import { termSchema } from "../../term.ts";

/** Entries that a group agrees on in all: enough to see that they survive; there are no checkpoints that would make room again. */
export const mostSlots = 32;
/** Different requests that a node remembers to have pre-prepared for one slot. */
export const mostPrePrepared = 4;

/** What a member wants in the log. The one without an id fills a slot for which nothing can have been committed. */
export const requestSchema = z.strictObject({ id: z.string().max(64), value: z.string().max(200) });
export type Request = Readonly<z.infer<typeof requestSchema>>;
export const noRequest: Request = { id: "", value: "" };

const view = termSchema;
const seq = z.number().int().min(1).max(mostSlots);
const filled = { view, seq, request: requestSchema };

/** That a request was pre-prepared, or prepared, for a slot in a view. */
const entrySchema = z.strictObject(filled);
export type Entry = Readonly<z.infer<typeof entrySchema>>;

/** What a member has to show for itself when a view changes: P and Q of Castro and Liskov 2002. */
const showing = {
  prepared: z.array(entrySchema).max(mostSlots),
  prePrepared: z.array(entrySchema).max(mostSlots * mostPrePrepared),
};
const showingSchema = z.strictObject(showing);
export type Showing = Readonly<z.infer<typeof showingSchema>>;

const shownSchema = z.strictObject({ from: agentIdSchema, ...showing });
/** What one member showed. */
export type Shown = Readonly<z.infer<typeof shownSchema>>;

const digest = z.string().length(64);

export const pbftMessageSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("request"), request: requestSchema }),
  z.strictObject({ type: z.literal("pre-prepare"), ...filled }),
  z.strictObject({ type: z.literal("prepare"), ...filled }),
  z.strictObject({ type: z.literal("commit"), ...filled }),
  /** That the sender knows a request to be committed: to who lags behind. */
  z.strictObject({ type: z.literal("committed"), seq, request: requestSchema }),
  /** A sign of life, ours: the view that the sender is in, whether it votes there, and how far it has applied. */
  z.strictObject({ type: z.literal("status"), view, votes: z.boolean(), applied: seq.or(z.literal(0)) }),
  z.strictObject({ type: z.literal("view-change"), view, ...showing }),
  /** That the sender has a view change of `of` with this digest. */
  z.strictObject({ type: z.literal("view-change-ack"), view, of: agentIdSchema, digest }),
  z.strictObject({ type: z.literal("new-view"), view, shown: z.array(shownSchema).max(limits.membersPerGroup) }),
]);

export type PbftMessage = Readonly<z.infer<typeof pbftMessageSchema>>;
export type MessageOf<Type extends PbftMessage["type"]> = Extract<PbftMessage, { type: Type }>;

const slotSchema = z.strictObject({
  /** The newest last. */
  prePrepared: z.array(z.strictObject({ view, request: requestSchema })).max(mostPrePrepared),
  prepared: z.strictObject({ view, request: requestSchema }).nullable(),
  committed: requestSchema.nullable(),
});
export type Slot = Readonly<z.infer<typeof slotSchema>>;

/** All that a member has ever vouched for: one that forgot would be a liar without meaning to. */
export const pbftDurableSchema = z.strictObject({
  view,
  /** The highest view that it asked for. */
  wanted: view,
  slots: z.array(slotSchema).max(mostSlots),
  /** What the view began with, to pass on to who missed it. */
  newView: z.array(shownSchema).max(limits.membersPerGroup),
});
export type PbftDurable = Readonly<z.infer<typeof pbftDurableSchema>>;

export const sameRequest = (a: Request, b: Request) => a.id === b.id && a.value === b.value;
