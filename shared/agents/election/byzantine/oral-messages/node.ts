import { z } from "zod";
import { agentIdSchema } from "../../../../model/index.ts";
import type { Alarm } from "../../alarm.ts";
import { termSchema } from "../../term.ts";

export interface OralConfig {
  readonly agent: string;
  readonly members: readonly string[];
  /** So many may lie: fewer than a third of the members. The messages grow as members to the power of `liars` + 1. */
  readonly liars: number;
  /** A message of one round arrives before the next, however far the clocks are apart. */
  readonly roundMs: number;
  /** How long a choice counts: longer than all its rounds. Members have to agree on what time it is. */
  readonly epochMs: number;
}

/** For a live group of four to six whose clocks are kept by NTP. */
export const oralDefaults = { liars: 1, roundMs: 500, epochMs: 10_000 };

/** More lieutenants in a row than that would make more messages than anybody wants. */
export const mostLiars = 3;

/** `value` is whom the commander chose, as the last of `path` says that it heard from the one before it. The first is the commander. */
export const oralMessageSchema = z.strictObject({
  type: z.literal("order"),
  epoch: termSchema,
  path: z
    .array(agentIdSchema)
    .min(1)
    .max(mostLiars + 1),
  value: agentIdSchema.nullable(),
});

export type OralMessage = Readonly<z.infer<typeof oralMessageSchema>>;

export interface Decision {
  readonly epoch: number;
  /** Nobody when there was no majority. */
  readonly leader: string | null;
}

export interface OralNode {
  readonly config: OralConfig;
  /** The epoch that it takes part in: at first the one that is to begin next. */
  readonly epoch: number;
  /** Who is to lead when it commands. */
  readonly choice: string;
  /** What came along each path in time, by epoch and path. Only of this epoch and the next. */
  readonly orders: ReadonlyMap<string, string | null>;
  readonly decided: Decision | undefined;
  readonly alarm: Alarm | undefined;
}

export const orderKey = (epoch: number, path: readonly string[]) => `${epoch} ${path.join(" ")}`;
export const commanderOf = ({ members }: OralConfig, epoch: number) => members[epoch % members.length] ?? "";
