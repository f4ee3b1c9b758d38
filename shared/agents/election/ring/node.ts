import type { Alarm } from "../alarm.ts";
import type { Leadership } from "../term.ts";
import type { Hops, Place } from "./hops.ts";
import type { ElectionBody, Side } from "./messages.ts";

export interface RingConfig extends Place {
  /** A leader sends a sign of life round this often. */
  readonly heartbeatMs: number;
  /** A leader of which nothing came for so long has failed: longer than a heartbeat and a lap with its detours. */
  readonly timeoutMs: number;
  /** An election that nobody has won within this time is begun anew: longer than two laps. */
  readonly electionMs: number;
}

/** For a live ring of up to eight or so whose hops take less than an eighth of a second; longer rings need longer timeouts. */
export const ringDefaults = { heartbeatMs: 500, timeoutMs: 2_500, electionMs: 3_000, ackMs: 250 };

export interface RingNode<Election> {
  readonly config: RingConfig;
  readonly phase: "follower" | "candidate" | "leader";
  /** Its number is that of the last election or leader that it heard of. */
  readonly known: Leadership;
  /** The last sign of life of that leader. */
  readonly beat: number;
  /** How far it has come in the election of the number that it knows; empty when it takes no part in one. */
  readonly election: Election | undefined;
  readonly hops: Hops;
  readonly alarm: Alarm | undefined;
  readonly because: string;
}

/** What every election on a ring knows of itself. */
export interface Standing {
  /** It sent its own id, so it may win. */
  readonly stands: boolean;
}

export interface Sent {
  readonly side: Side;
  readonly body: ElectionBody;
}

/** What an election makes of a message. */
export interface Verdict<Election> {
  readonly election: Election;
  readonly sends: readonly Sent[];
  readonly won: boolean;
  readonly because: string;
}

/** How the leader of a ring is found. The rest is the same for all: `ringMachine`. */
export interface RingProtocol<Election extends Standing> {
  begin(agent: string, round: number): Verdict<Election>;
  /** `election` is empty when this is the first that the node hears of it. */
  take(agent: string, election: Election | undefined, body: ElectionBody): Verdict<Election> | undefined;
}
