import { createReadStream } from "node:fs";
import type { FastifyInstance, RouteShorthandOptions } from "fastify";
import type { z } from "zod";
import { firstProblem, type Recordings, recordingsQuerySchema } from "../../shared/protocol/index.ts";
import type { RecordKeeper } from "../recordings/record-keeper.ts";

export interface RecordingRoutesOptions {
  readonly spaces: { has(space: string): boolean };
  /** Undefined where the space keeps no files. */
  readonly keeper: (space: string) => RecordKeeper | undefined;
  readonly guarded: RouteShorthandOptions;
}

interface Named {
  Params: { space: string; file: string };
}

/** Recordings are listed, searched and fetched here; shared/protocol/recordings.ts has the contract. */
export function serveRecordings(app: FastifyInstance, { spaces, keeper, guarded }: RecordingRoutesOptions): void {
  app.get<Named>("/api/spaces/:space/recordings", guarded, async (request, reply) => {
    const { space } = request.params;
    if (!spaces.has(space)) return reply.code(404).send({ error: `there is no space ${space}` });
    const query = parsed(recordingsQuerySchema, request.query);
    if ("error" in query) return reply.code(400).send(query);
    const kept = keeper(space);
    const answer: Recordings = { recordings: kept?.list(query.value) ?? [], kept: kept !== undefined };
    return answer;
  });

  app.get<Named>("/api/spaces/:space/recordings/:file", guarded, async (request, reply) => {
    const { space, file } = request.params;
    const id = /^(r\d+)\.sbtrace$/.exec(file)?.[1];
    const path = id === undefined ? undefined : keeper(space)?.path(id);
    if (path === undefined) return reply.code(404).send({ error: `there is no file of a recording ${id ?? file} in space ${space}` });
    return reply.header("content-disposition", `attachment; filename="${space}-${id}.sbtrace.gz"`).type("application/gzip").send(createReadStream(path));
  });
}

/** What was asked, or what is wrong with it in words. */
function parsed<S extends z.ZodType>(schema: S, value: unknown): { value: z.output<S> } | { error: string; field: string } {
  const result = schema.safeParse(value);
  if (result.success) return { value: result.data };
  const { field, message } = firstProblem(result.error);
  return { error: message, field };
}
