import type { z } from "zod";
import type { CommandInput } from "../../shared/host/index.ts";
import type { Answer, CommandError } from "../../shared/model/index.ts";
import { commandsSchema } from "../../shared/protocol/index.ts";
import type { Ticket } from "../host/space.ts";
import type { Account } from "./accounts.ts";
import type { Place } from "./connection.ts";
import { invalid, type Reply } from "./messages.ts";

/** The answers of commands that came in one message: they go back together, in the order of the commands. */
class Batch {
  readonly #answers: Answer[];
  readonly #reply: Reply;
  readonly #account: Account;
  #missing: number;

  constructor(size: number, account: Account, reply: Reply) {
    this.#answers = new Array<Answer>(size);
    this.#missing = size;
    this.#account = account;
    this.#reply = reply;
  }

  settle(index: number, answer: Answer): void {
    this.#answers[index] = answer;
    if (--this.#missing === 0) this.#reply(this.#answers);
  }

  answered(index: number, answer: Answer): void {
    this.#account.outstanding--;
    this.settle(index, answer);
  }
}

class Slot implements Ticket {
  readonly #batch: Batch;
  readonly #index: number;

  constructor(batch: Batch, index: number) {
    this.#batch = batch;
    this.#index = index;
  }

  answered(answer: Answer): void {
    this.#batch.answered(this.#index, answer);
  }
}

export interface BatchOptions<C> {
  readonly schema: z.ZodType<C>;
  readonly place: Place;
  readonly account: Account;
  /** Where it goes first; true when it was taken there and need not go to the space. */
  readonly divert?: (command: CommandInput, ticket: Ticket) => boolean;
  /** The command with its sender. */
  readonly from: (command: C) => CommandInput;
  /** Why this one command may not be sent here, whoever sends it. */
  readonly refuse?: (command: C) => CommandError | undefined;
}

/**
 * Parses and submits each command by itself: a malformed one, or one over the limits, is refused and spoils no other.
 * @param forbidden why the sender may do none of it.
 */
export function runCommands<C>(
  message: unknown,
  { schema, place, account, divert, from, refuse }: BatchOptions<C>,
  reply: Reply,
  forbidden?: CommandError,
): void {
  const { space } = place;
  const list = commandsSchema.safeParse(message);
  if (!list.success) {
    reply([refusal("", invalid(list.error))]);
    return;
  }
  const batch = new Batch(list.data.length, account, reply);
  const nowMs = space.nowMs();
  for (let index = 0; index < list.data.length; index++) {
    const sent = list.data[index];
    const parsed = schema.safeParse(sent);
    const error = account.pay(1, nowMs) ?? (parsed.success ? (forbidden ?? refuse?.(parsed.data) ?? account.begin()) : commandError(sent, parsed.error));
    if (error !== undefined) {
      space.measures.refused(error.code);
      batch.settle(index, refusal(idOf(sent), error));
    } else if (parsed.success) {
      const command = from(parsed.data);
      const ticket = new Slot(batch, index);
      if (divert?.(command, ticket) !== true) space.submit(command, ticket);
    }
  }
}

export function refusal(id: string, error: CommandError): Answer {
  return { id, ok: false, error };
}

/** The id of whatever was sent as a command, so that its refusal finds its sender's promise. */
function idOf(sent: unknown): string {
  const id = typeof sent === "object" && sent !== null && "id" in sent ? sent.id : undefined;
  return typeof id === "string" ? id.slice(0, 64) : "";
}

/** A type of command that does not exist is `unknown`; everything else that is malformed is `invalid`. */
function commandError(sent: unknown, error: z.ZodError): CommandError {
  const problem = invalid(error);
  const named = typeof sent === "object" && sent !== null && "type" in sent && typeof sent.type === "string";
  return problem.field === "type" && named ? { ...problem, code: "unknown" } : problem;
}
