import { z } from "zod";
import { fail, messageOf } from "./fail.ts";
import { serverUrl } from "./server-url.ts";

const spacesSchema = z.object({
  spaces: z.array(
    z.object({
      space: z.string(),
      position: z.number(),
      sessions: z.number(),
      locks: z.number(),
      waits: z.number(),
      intents: z.number(),
      stopped: z.string().nullable(),
    }),
  ),
});

/** Says how the spaces of a running server are; ends with 1 when it does not answer or one is stopped. */
export async function printStatus({ url, token }: { readonly url?: string; readonly token?: string }): Promise<void> {
  const server = serverUrl(url);
  const bearer = token ?? process.env.SIGNALBOX_TOKEN;
  const response = await fetch(`${server}/api/spaces`, {
    headers: bearer === undefined ? {} : { authorization: `Bearer ${bearer}` },
    signal: AbortSignal.timeout(5_000),
  }).catch((error: unknown) =>
    fail(`No answer from ${server}: ${error instanceof Error && error.cause instanceof Error ? error.cause.message : messageOf(error)}.`),
  );
  const body: unknown = await response.json().catch(() => undefined);
  if (!response.ok) {
    const told = z.object({ error: z.string() }).safeParse(body);
    fail(`${server} answered ${response.status}${told.success ? `: ${told.data.error}` : ""}`);
  }
  const parsed = spacesSchema.safeParse(body);
  if (!parsed.success) fail(`${server} is no Signalbox server, or of another version.`);
  for (const { space, position, sessions, locks, waits, intents, stopped } of parsed.data.spaces) {
    process.stdout.write(
      `${space}: ${sessions} agents, ${locks} locks, ${waits} waiting, ${intents} intents, position ${position}${stopped === null ? "" : `; STOPPED: ${stopped}`}\n`,
    );
  }
  if (parsed.data.spaces.some(({ stopped }) => stopped !== null)) process.exitCode = 1;
}
