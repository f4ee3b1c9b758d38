import Fastify, { type FastifyInstance } from "fastify";
import type { Registry } from "prom-client";
import type { TokenTable } from "../config/tokens.ts";
import type { Space } from "../host/space.ts";
import type { RecordKeeper } from "../recordings/record-keeper.ts";
import type { Addresses } from "./addresses.ts";
import { serveDashboard } from "./dashboard.ts";
import { serveRecordings } from "./recordings.ts";

/**
 * Nothing from elsewhere, nothing inline but the styles that the component library writes into elements, and nobody may
 * put the dashboard into a frame to lure clicks onto its buttons.
 */
const securityHeaders = {
  "content-security-policy": [
    "default-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; "),
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), microphone=(), geolocation=()",
};

export interface HttpOptions {
  readonly addresses: Addresses;
  readonly tokens: TokenTable;
  readonly spaces: ReadonlyMap<string, Space>;
  /** Undefined where a space keeps no recordings. */
  readonly keeper: (space: string) => RecordKeeper | undefined;
  /** Made once the gateway is there, which needs this server first. */
  readonly metrics: () => Registry;
  /** Folder of the built dashboard. */
  readonly dashboard: string;
}

/** The HTTP side: the dashboard, health, metrics, and what spaces there are. */
export async function createHttp({ addresses, tokens, spaces, keeper, metrics, dashboard }: HttpOptions): Promise<FastifyInstance> {
  // Node answers slow or endless requests itself: nobody may hold a connection by sending a byte now and then.
  const app = Fastify({ logger: false, forceCloseConnections: true, requestTimeout: 10_000, bodyLimit: 16_384, routerOptions: { maxParamLength: 200 } });
  app.addHook("onRequest", async (request, reply) => {
    reply.headers(securityHeaders);
    const problem = addresses.problem(request.headers);
    if (problem !== undefined) return reply.code(403).send({ error: problem });
  });

  app.get("/healthz", (_request, reply) => {
    const stopped = [...spaces.values()].flatMap(({ name, stoppedReason }) => (stoppedReason === undefined ? [] : [{ space: name, reason: stoppedReason }]));
    reply.code(stopped.length === 0 ? 200 : 503).send({ ok: stopped.length === 0, spaces: spaces.size, stopped });
  });

  /** With tokens in use, figures are for those who may look. */
  const onlyViewers = (authorization: string | undefined): string | undefined => {
    if (tokens.open) return undefined;
    const role = tokens.find(/^Bearer (\S+)$/i.exec(authorization ?? "")?.[1] ?? "")?.role;
    return role === "viewer" || role === "operator" ? undefined : "this needs a viewer's or an operator's token: Authorization: Bearer TOKEN";
  };
  const guarded = {
    preHandler: async (request: { headers: { authorization?: string } }, reply: { code(code: number): { send(body: unknown): unknown } }) => {
      const problem = onlyViewers(request.headers.authorization);
      if (problem !== undefined) return reply.code(401).send({ error: problem });
    },
  };

  app.get("/api/spaces", guarded, async () => ({
    spaces: [...spaces.values()].map((space) => ({
      space: space.name,
      position: space.durablePosition,
      sessions: space.state.sessions.size,
      locks: space.state.locks.size,
      waits: space.state.waits.size,
      intents: space.state.intents.size,
      stopped: space.stoppedReason ?? null,
    })),
  }));
  app.get("/metrics", guarded, async (_request, reply) => reply.type(metrics().contentType).send(await metrics().metrics()));
  serveRecordings(app, { spaces, keeper, guarded });
  await serveDashboard(app, dashboard);
  return app;
}
