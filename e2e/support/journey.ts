import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test as base, expect, type Page } from "playwright/test";
import type { ConfigInput } from "../../server/config/schema.ts";
import { SignalboxServer } from "./signalbox-server.ts";
import { Worker, type WorkerOptions } from "./worker.ts";

interface Fixtures {
  /** What is in the server's configuration file. */
  config: ConfigInput;
  /** A folder of the journey's own. */
  folder: string;
  /** A real server, empty, in its own process. */
  server: SignalboxServer;
  /** Starts an agent in a process of its own, joined to the server. */
  startWorker: (agent: string, options?: Partial<WorkerOptions>) => Promise<Worker>;
  /** Opens the dashboard and waits until it is live. */
  openDashboard: (search?: string, page?: Page) => Promise<Page>;
}

/** A journey has everything of its own: server, data, workers, browser page. What it started is ended with it. */
export const test = base.extend<Fixtures>({
  config: [{}, { option: true }],
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads what a fixture needs from this pattern.
  folder: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), "signalbox-journey-"));
    await use(folder);
    await rm(folder, { recursive: true, force: true });
  },
  server: async ({ config, folder }, use, testInfo) => {
    const configFile = join(folder, "signalbox.json");
    await writeFile(configFile, JSON.stringify(config));
    const server = await SignalboxServer.start({ args: ["--config", configFile], dataFolder: join(folder, "data") });
    await use(server);
    if (testInfo.status !== testInfo.expectedStatus) await testInfo.attach("server output", { body: server.output() });
    await server.stop();
  },
  startWorker: async ({ server, folder }, use) => {
    const workers: Worker[] = [];
    await use(async (agent, options = {}) => {
      const worker = await Worker.start({ url: server.url, agent, folder, ...options });
      workers.push(worker);
      return worker;
    });
    await Promise.all(workers.map((worker) => worker.kill()));
  },
  openDashboard: async ({ server, page }, use) => {
    await use(async (search = "", on = page) => {
      await on.goto(`${server.url}/${search}`);
      await expect(on.getByText("Live", { exact: true }).first()).toBeVisible();
      return on;
    });
  },
});

export { expect } from "playwright/test";
