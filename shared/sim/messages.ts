import type { AgentCommand, Answer, CommandError } from "../model/index.ts";
import type { Holdings, Notice } from "../protocol/index.ts";
import type { Sent } from "./client.ts";

/** What simulated clients and the server say to each other: the protocol's exchanges without its envelopes. */
export type ToServer =
  | { readonly type: "join"; readonly agent: string; readonly ttlMs: number; readonly replace: boolean }
  | { readonly type: "resume"; readonly session: string }
  | { readonly type: "commands"; readonly commands: readonly AgentCommand[] }
  /** What has still to be parsed. */
  | { readonly type: "raw"; readonly commands: readonly unknown[] }
  | { readonly type: "heartbeat"; readonly sent: Sent };

export type ToClient =
  | { readonly type: "welcome"; readonly holdings: Omit<Holdings, "protocol" | "space" | "serverMs"> }
  | { readonly type: "unwelcome"; readonly error: CommandError }
  | { readonly type: "answer"; readonly answer: Answer }
  | { readonly type: "beat"; readonly sent: Sent; readonly ok: boolean }
  | { readonly type: "notices"; readonly notices: readonly Notice[] }
  | { readonly type: "closed" };

/** One connection of one client. A client that reconnects gets a new one; what is still under way on the old one is lost. */
export interface Connection {
  open: boolean;
  /** The session it speaks for, once joined or resumed. */
  session: string | undefined;
  /** Puts a message on the way down. */
  send(message: ToClient): void;
}

/** Did somebody of these cause what the notice tells? */
export function isFrom(notice: Notice, isPeer: (agent: string) => boolean): boolean {
  if (notice.type === "received" || notice.type === "message") return isPeer(notice.from);
  return notice.type === "conflict" && isPeer(notice.conflict.agent);
}
