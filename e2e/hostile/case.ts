import { z } from "zod";
import { answerSchema, type ErrorCode, errorSchema } from "../../shared/model/index.ts";
import { type Namespace, RawClient, Refusal } from "./raw-client.ts";

/** Where a case is tried. */
export interface Site {
  readonly port: number;
  /** A name that no other case of this run has. */
  name(): string;
}

/** One thing that a hostile or broken program does, and what has to come of it. */
export interface Case {
  readonly group: string;
  readonly name: string;
  /** Gives what the server said, for the table; throws when it is not what it should be. */
  run(site: Site): Promise<string>;
}

/** `code` and, where one is to blame, `field`; or the status of a result. */
export type Expected = { readonly code: ErrorCode; readonly field?: string } | { readonly status: string };

const resumeKey = "0123456789abcdef0123456789abcdef";

/** A clear error says something in words, bounded, and shows nothing of the inside. */
export function assertClear(message: string): void {
  if (message.length < 8 || message.length > 500) throw new Error(`a message of ${message.length} characters is not clear: ${message.slice(0, 200)}`);
  if (/\[object|undefined|\n\s+at |node_modules|TypeError|ReferenceError/.test(message)) throw new Error(`the message shows the inside: ${message}`);
}

function assertError(error: z.infer<typeof errorSchema>, expected: Expected): string {
  const said = `${error.code}${error.field ? ` ${error.field}` : ""}: ${error.message}`;
  if (!("code" in expected)) throw new Error(`expected ${expected.status}, got ${said}`);
  if (error.code !== expected.code) throw new Error(`expected ${expected.code}, got ${said}`);
  if (expected.field !== undefined && error.field !== expected.field) throw new Error(`expected field ${expected.field}, got ${said}`);
  assertClear(error.message);
  return said;
}

const okSchema = z.looseObject({ ok: z.literal(true) });
const refusedSchema = z.strictObject({ ok: z.literal(false), error: errorSchema });

/** Checks the answer to a message other than `commands`. */
export function assertAnswer(answer: unknown, expected: Expected): string {
  if (answer === undefined) throw new Error("the connection ended without an answer");
  if ("status" in expected) {
    okSchema.parse(answer);
    return "ok";
  }
  return assertError(refusedSchema.parse(answer).error, expected);
}

/** Checks each answer to `commands`. */
export function assertAnswers(answers: unknown, expected: readonly Expected[]): string {
  if (answers === undefined) throw new Error("the connection ended without an answer");
  const parsed = z.array(answerSchema).parse(answers);
  if (parsed.length !== expected.length) throw new Error(`expected ${expected.length} answers, got ${parsed.length}`);
  const said = parsed.map((answer, index) => {
    const wanted = expected[index] ?? { status: "none" };
    if (!answer.ok) return assertError(answer.error, wanted);
    if (!("status" in wanted) || wanted.status !== answer.result.status) throw new Error(`expected ${JSON.stringify(wanted)}, got ${answer.result.status}`);
    return answer.result.status;
  });
  return said.at(-1) ?? "";
}

/** Runs something with a connection, and closes it whatever comes of it. */
export async function withClient<T>(site: Site, namespace: Namespace, use: (client: RawClient) => Promise<T>, auth?: string): Promise<T> {
  const client = await RawClient.connect(site.port, namespace, auth);
  try {
    return await use(client);
  } finally {
    client.destroy();
  }
}

/** Runs something as an agent that has joined; it leaves afterwards, so that no round leaves anything behind. */
export function withAgent<T>(site: Site, use: (client: RawClient, agent: string) => Promise<T>): Promise<T> {
  return withClient(site, "/agents", async (client) => {
    const agent = site.name();
    assertAnswer(await client.ask("join", JSON.stringify({ agent, resumeKey, ttlMs: 5_000 })), { status: "ok" });
    try {
      return await use(client, agent);
    } finally {
      if (!client.socket.isClosed) await client.ask("commands", '[{"id":"leave","type":"session.leave"}]');
    }
  });
}

/** A handshake that has to be refused. */
export function refusedHandshake(name: string, namespace: Namespace, auth: string, expected: Expected): Case {
  return {
    group: "handshake",
    name,
    async run(site) {
      try {
        (await RawClient.connect(site.port, namespace, auth)).destroy();
      } catch (error) {
        if (error instanceof Refusal) return assertError(error.error, expected);
        throw error;
      }
      throw new Error("it was let in");
    },
  };
}

/** A message on a connection without a session. */
export function message(group: string, name: string, namespace: Namespace, event: string, json: string | undefined, expected: Expected): Case {
  return {
    group,
    name,
    run: (site) =>
      withClient(site, namespace, async (client) => {
        const answer = await client.ask(event, json);
        return event === "commands" ? assertAnswers(answer, [expected]) : assertAnswer(answer, expected);
      }),
  };
}

/** Commands of an agent that has joined, as JSON text; each with what has to come of it. */
export function commands(group: string, name: string, json: string, ...expected: readonly Expected[]): Case {
  return { group, name, run: (site) => withAgent(site, async (client) => assertAnswers(await client.ask("commands", json), expected)) };
}

export const invalid = (field?: string): Expected => ({ code: "invalid", ...(field === undefined ? {} : { field }) });
