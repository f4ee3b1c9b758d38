import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const built = "dist/web/index.html";
/** What the web is made of. */
const sources = ["web", "shared", "package-lock.json", "vite.config.ts"];

function newestMs(path: string): number {
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newestMs(join(path, name))));
}

/** True when there is no built dashboard or one of its sources is younger. */
export function buildNeeded(): boolean {
  if (!existsSync(built)) return true;
  const builtMs = statSync(built).mtimeMs;
  return sources.some((path) => newestMs(path) > builtMs);
}

/** Builds the dashboard into dist/web. */
export async function buildWeb(): Promise<void> {
  await build({ logLevel: "warn" });
}

if (process.argv[1] === fileURLToPath(import.meta.url) && !(process.argv.includes("--if-needed") && !buildNeeded())) {
  console.log("Building the dashboard ...");
  await buildWeb();
}
