import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { newToken } from "../config/tokens.ts";
import { acquire, closeServers, command, connectOperator, joined, startServer, subscribe } from "../test-server.ts";
import { Addresses } from "./addresses.ts";

afterEach(closeServers);

const dashboard = mkdtempSync(join(tmpdir(), "signalbox-web-"));
mkdirSync(join(dashboard, "assets"));
writeFileSync(join(dashboard, "index.html"), "<title>Signalbox</title>");
writeFileSync(join(dashboard, "assets", "app-1a2b.js"), "export {};");
afterAll(() => rmSync(dashboard, { recursive: true }));

/** `fetch` sets Host itself, so that it cannot lie. */
function get(url: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    request(url, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on("error", reject)
      .end();
  });
}

describe("the dashboard's files", () => {
  it("are served with what keeps other pages out", async () => {
    const app = await startServer({}, { dashboard });
    const page = await fetch(app.url);
    expect(await page.text()).toContain("Signalbox");
    const policy = page.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe-eval|script-src[^;]*unsafe-inline/);
    expect(page.headers.get("x-content-type-options")).toBe("nosniff");
    expect(page.headers.get("cache-control")).toBe("no-cache");
    const asset = await fetch(`${app.url}/assets/app-1a2b.js`);
    expect(asset.headers.get("cache-control")).toContain("immutable");
    expect(asset.headers.get("content-security-policy")).toBe(policy);
  });

  it("give a place within the dashboard its page, and what is not there a 404", async () => {
    const app = await startServer({}, { dashboard });
    expect(await (await fetch(`${app.url}/main/locks?at=3`)).text()).toContain("Signalbox");
    for (const path of ["/assets/none.js", "/none.png", "/api/none", "/%2e%2e/package.json", "/..%2fpackage.json"]) {
      expect((await fetch(app.url + path)).status, path).toBeGreaterThanOrEqual(400);
    }
    expect((await fetch(app.url, { method: "POST" })).status).toBe(404);
  });

  it("say what to do when they were not built", async () => {
    const app = await startServer({}, { dashboard: join(dashboard, "none") });
    expect(await (await fetch(app.url)).text()).toContain("npm run build");
  });
});

describe("health and figures", () => {
  it("answer /healthz, /api/spaces and /metrics", async () => {
    const app = await startServer({}, { dashboard });
    const agent = await joined(app, "a1");
    await acquire(agent, "repo/a");
    await command(agent, { type: "lock.release", resource: "repo/a", fence: "77" });
    await command(agent, { type: "election.campaign", group: "repo/merger" });
    await subscribe(await connectOperator(app));
    const health = await fetch(`${app.url}/healthz`);
    expect([health.status, await health.json()]).toEqual([200, { ok: true, spaces: 1, stopped: [] }]);
    expect(await (await fetch(`${app.url}/api/spaces`)).json()).toEqual({
      spaces: [{ space: "main", position: 4, sessions: 1, locks: 1, waits: 0, intents: 0, stopped: null }],
    });
    const text = await (await fetch(`${app.url}/metrics`)).text();
    for (const line of [
      'signalbox_commands_total{space="main"} 4',
      'signalbox_refusals_total{space="main",code="notHolder"} 1',
      'signalbox_connections{kind="agent"} 1',
      'signalbox_connections{kind="viewer"} 1',
      'signalbox_flush_seconds_count{space="main"} 3',
      'signalbox_batch_events_sum{space="main"} 4',
      'signalbox_groups{space="main"} 1',
      'signalbox_groups_without_leader{space="main"} 0',
      'signalbox_elected_total{space="main"} 1',
      'signalbox_undurable_events{space="main"} 0',
    ]) {
      expect(text).toContain(line);
    }
    expect(text).toContain("nodejs_eventloop_lag_seconds");
    // Asking twice counts nothing twice.
    expect(await (await fetch(`${app.url}/metrics`)).text()).toContain('signalbox_commands_total{space="main"} 4');
  });

  it("need a token where there are tokens, but for /healthz", async () => {
    const agent = newToken("fleet", "agent");
    const viewer = newToken("vera", "viewer");
    const app = await startServer({ tokens: [agent.entry, viewer.entry] }, { dashboard });
    const status = async (path: string, token?: string) =>
      (await fetch(app.url + path, { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } })).status;
    expect(await status("/healthz")).toBe(200);
    for (const path of ["/metrics", "/api/spaces"]) {
      expect(await status(path)).toBe(401);
      expect(await status(path, agent.token)).toBe(401);
      expect(await status(path, viewer.token)).toBe(200);
    }
  });
});

describe("addresses", () => {
  it("keep strange names and pages out of every path", async () => {
    const app = await startServer({ origins: ["https://box.example.com"] }, { dashboard });
    for (const path of ["/", "/healthz", "/metrics", "/api/spaces", "/assets/app-1a2b.js"]) {
      expect(await get(app.url + path, { host: "evil.example" }), path).toBe(403);
      expect(await get(app.url + path, { origin: "https://evil.example" }), path).toBe(403);
      expect(await get(app.url + path, { host: "box.example.com", origin: "https://box.example.com" }), path).toBe(200);
    }
  });

  const here = (host: string, origins: string[] = []) => new Addresses({ host, origins });

  it.each([
    ["127.0.0.1", { host: "127.0.0.1:4600" }],
    ["127.0.0.1", { host: "localhost:4600", origin: "http://localhost:4600" }],
    ["127.0.0.1", { host: "[::1]:4600" }],
    ["0.0.0.0", { host: "192.168.1.7:4600", origin: "http://192.168.1.7:4600" }],
    ["box.local", { host: "box.local:4600" }],
  ])("let in, listening on %s: %j", (host, headers) => {
    expect(here(host).problem(headers)).toBeUndefined();
  });

  it.each([
    ["127.0.0.1", {}, "does not go by the name (none given)"],
    ["127.0.0.1", { host: "192.168.1.7:4600" }, "does not go by the name"],
    ["127.0.0.1", { host: "localhost.evil.example" }, "does not go by the name"],
    ["127.0.0.1", { host: "localhost@evil.example" }, "does not go by the name"],
    ["0.0.0.0", { host: "evil.example:4600" }, "does not go by the name"],
    ["127.0.0.1", { host: "localhost:4600", origin: "http://localhost:3000" }, "Pages from"],
    ["127.0.0.1", { host: "localhost:4600", origin: "null" }, "Pages from"],
  ])("turn away, listening on %s: %j", (host, headers, problem) => {
    expect(here(host).problem(headers)).toContain(problem);
  });
});
