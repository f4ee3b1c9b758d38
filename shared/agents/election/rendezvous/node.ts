import { z } from "zod";
import { highestWeight, type RendezvousGroup, type RendezvousMember } from "../../../model/index.ts";

export interface RendezvousConfig extends RendezvousGroup {
  readonly agent: string;
  /** All who may be there: they are sent hellos. */
  readonly members: readonly string[];
  /** This node's share, from 1 to `highestWeight`. */
  readonly weight: number;
  /** It says that it is there this often. */
  readonly helloMs: number;
  /** Who was not heard of for so long is not there: several hellos. */
  readonly forgetMs: number;
  /** Who comes up only listens for so long: longer than a hello takes there and back. */
  readonly listenMs: number;
}

export const rendezvousDefaults = { windowMs: 10_000, weight: 1, helloMs: 2_000, forgetMs: 7_000, listenMs: 1_000 };

/** The only thing that is ever said, now and then: that its sender is there. Who leads is not. */
export const rendezvousMessageSchema = z.strictObject({ type: z.literal("hello"), weight: z.number().int().min(1).max(highestWeight) });
export type RendezvousMessage = Readonly<z.infer<typeof rendezvousMessageSchema>>;

export interface Known extends RendezvousMember {
  /** By this node's own clock. */
  readonly heardMs: number;
}

export interface RendezvousNode {
  readonly config: RendezvousConfig;
  /** Until then, by its own clock, it follows nobody. */
  readonly listensUntilMs: number;
  /** Who is there beside itself, by id. */
  readonly known: readonly Known[];
  /** When its timer for hellos is due, and the one for what happens next. */
  readonly helloMs: number;
  readonly window: number;
  readonly leader: string | undefined;
}

/** All that count, itself among them. */
export const presentIn = ({ config, known }: RendezvousNode): readonly RendezvousMember[] => [...known, { agent: config.agent, weight: config.weight }];
