import type { Alarm } from "../alarm.ts";
import type { Leadership } from "../term.ts";

export interface BullyConfig {
  readonly agent: string;
  /** All who take part, this node among them; the highest id is to lead. */
  readonly members: readonly string[];
  /** A coordinator shows that it lives this often. */
  readonly heartbeatMs: number;
  /** A coordinator that was silent for so long has failed. */
  readonly timeoutMs: number;
  /** Who does not answer within this time is not there: longer than a message takes there and back. */
  readonly answerMs: number;
  /** Who answered has become coordinator within this time, or has failed in between. */
  readonly coordinatorMs: number;
}

/** For a live fleet whose messages take less than a quarter of a second each way. */
export const bullyDefaults = { heartbeatMs: 500, timeoutMs: 2_000, answerMs: 500, coordinatorMs: 1_500 };

/** `starting`: it listens for a moment before it asks anybody. `asking` whether anybody above is there, `waiting` for somebody above who answered. */
export type BullyPhase = "starting" | "follower" | "asking" | "waiting" | "coordinator";

export interface BullyNode {
  readonly config: BullyConfig;
  readonly phase: BullyPhase;
  readonly known: Leadership;
  /** Who above answered in this election. */
  readonly answered: readonly string[];
  readonly alarm: Alarm | undefined;
  readonly because: string;
}

export const higherThan = ({ agent, members }: BullyConfig) => members.filter((member) => member > agent);
export const lowerThan = ({ agent, members }: BullyConfig) => members.filter((member) => member < agent);
export const othersOf = ({ agent, members }: BullyConfig) => members.filter((member) => member !== agent);
