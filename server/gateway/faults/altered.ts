import type { Fault } from "../../../shared/model/index.ts";

/** The commands of an agent as they arrive, where a fault makes it say something else than it meant to. */
export function altered(message: unknown, faults: readonly Fault[]): unknown {
  if (!Array.isArray(message)) return message;
  let commands: unknown[] = message;
  if (faults.some(({ kind }) => kind === "holdForever")) commands = commands.map(withheld);
  if (faults.some(({ kind }) => kind === "doubleVote")) commands = commands.map(granted);
  return commands;
}

interface Sent {
  readonly id: unknown;
  readonly type: unknown;
  readonly [field: string]: unknown;
}

/** It gives nothing back: its releases never arrive. */
function withheld(sent: unknown): unknown {
  return isSent(sent) && sent.type === "lock.release" ? { id: sent.id, type: "session.declare" } : sent;
}

/** What it says to another agent grants whatever it was asked for: protocols answer for a vote with \`granted\`. */
function granted(sent: unknown): unknown {
  if (!isSent(sent) || sent.type !== "message.send" || typeof sent.body !== "string") return sent;
  const said = parsed(sent.body);
  const refuses = typeof said === "object" && said !== null && "granted" in said && said.granted === false;
  return refuses ? { ...sent, body: JSON.stringify({ ...said, granted: true }) } : sent;
}

function isSent(sent: unknown): sent is Sent {
  return typeof sent === "object" && sent !== null && "type" in sent && "id" in sent;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
