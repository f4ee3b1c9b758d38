import { existsSync } from "node:fs";
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance } from "fastify";

const notBuilt = `<!doctype html><html lang="en"><title>Signalbox</title><body><h1>The dashboard is not built</h1>
<p>The server is running and agents can connect. Run <code>npm run build</code> and load this page again.</p></body></html>`;

/**
 * The dashboard's files. Addresses without a file are places within the dashboard, so they get its page; what looks like a
 * file and is none stays not found.
 */
export async function serveDashboard(app: FastifyInstance, folder: string): Promise<void> {
  // Vite gives every file below assets a name with a hash, so that it never changes under it.
  await app.register(fastifyStatic, {
    root: folder,
    wildcard: true,
    index: ["index.html"],
    cacheControl: false,
    setHeaders: (reply, path) => {
      reply.header("cache-control", path.includes("/assets/") ? "public, max-age=31536000, immutable" : "no-cache");
    },
  });
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split("?", 1)[0] ?? "/";
    const isPage = request.method === "GET" && !path.startsWith("/api/") && !path.startsWith("/assets/") && !/\.[a-z0-9]+$/i.test(path);
    if (!isPage) return reply.code(404).send({ error: `there is nothing at ${path}` });
    if (existsSync(join(folder, "index.html"))) return reply.header("cache-control", "no-cache").sendFile("index.html");
    return reply.type("text/html").send(notBuilt);
  });
}
