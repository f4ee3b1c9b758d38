import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chromium } from "playwright";

/** Flags under which Chromium runs in a container, without a GPU and without calls to the outside. */
export function chromiumFlags(): string[] {
  const asRoot = process.getuid?.() === 0;
  return [
    ...(asRoot ? ["--no-sandbox"] : []),
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ];
}

/** Where an installed Chromium is: CHROME_PATH, then the system's, then the one that Playwright fetched. */
export function findChromium(): string | undefined {
  const named = process.env.CHROME_PATH;
  if (named !== undefined && named !== "") {
    if (!existsSync(named)) throw new Error(`CHROME_PATH is ${named}, but nothing is there. Unset it or name an installed Chromium.`);
    return named;
  }
  return ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", chromium.executablePath()].find((path) => existsSync(path));
}

/** Finds Chromium and, where there is none, installs it: Debian's as root, otherwise Playwright's. */
export function ensureChromium(): string {
  const found = findChromium();
  if (found !== undefined) return found;
  console.log("No Chromium is installed: installing one for the browser journeys.");
  const run = (command: string, args: string[]) => execFileSync(command, args, { stdio: "inherit", timeout: 15 * 60_000 });
  if (process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    run("apt-get", ["update"]);
    run("apt-get", ["install", "-y", "chromium"]);
  } else {
    run("npx", ["playwright", "install", "chromium"]);
  }
  const installed = findChromium();
  if (installed === undefined) throw new Error("Chromium was installed but is not found. Set CHROME_PATH to it and run again.");
  return installed;
}
