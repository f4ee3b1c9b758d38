import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Counts, countPlaywright, countSimulation, countSuite, countVitest, sum } from "./counts.ts";

/** One suite: its command, and how its own report counts. Without a report its exit code is the one check it makes. */
interface Suite {
  readonly name: string;
  readonly args: (report: string) => readonly string[];
  readonly count?: (report: unknown) => Counts;
  /** A suite that hangs is ended and has failed. */
  readonly limitMinutes: number;
}

const suites: readonly Suite[] = [
  { name: "types", args: () => ["types"], limitMinutes: 5 },
  { name: "lint", args: () => ["lint"], limitMinutes: 5 },
  {
    name: "unit",
    args: (report) => ["unit", "--", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`],
    count: countVitest,
    limitMinutes: 10,
  },
  { name: "simulation", args: (report) => ["simulate", "--", "--seeds", "2000", "--json", report], count: countSimulation, limitMinutes: 8 },
  { name: "planted bugs", args: (report) => ["simulate", "--", "--planted", "--json", report], count: countSimulation, limitMinutes: 8 },
  { name: "hostile input", args: (report) => ["hostile", "--", "--json", report], count: countSimulation, limitMinutes: 10 },
  { name: "journeys", args: (report) => ["e2e", "--", "--report", report], count: countPlaywright, limitMinutes: 20 },
];

/** Runs `npm run` with its output streamed; gives the exit code, 1 when it was ended for taking too long. */
function run(suite: Suite, report: string): Promise<number> {
  const child = spawn("npm", ["run", "--silent", ...suite.args(report)], { stdio: "inherit", detached: true });
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      console.error(`${suite.name}: not done after ${suite.limitMinutes} minutes; it is ended and counts as failed.`);
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    }, suite.limitMinutes * 60_000);
    child.once("error", () => resolve(1));
    child.once("exit", (code) => {
      clearTimeout(timer);
      resolve(code ?? 1);
    });
  });
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "signalbox-reports-"));
  const lines: string[] = [];
  const all: Counts[] = [];
  for (const [index, suite] of suites.entries()) {
    console.log(`\n=== ${suite.name} ===`);
    const report = join(folder, `${index}.json`);
    const startMs = Date.now();
    const exitCode = await run(suite, report);
    const counts = countSuite(exitCode, suite.count && { count: suite.count, report: existsSync(report) ? readFileSync(report, "utf8") : undefined });
    all.push(counts);
    const seconds = ((Date.now() - startMs) / 1_000).toFixed(1);
    lines.push(
      `${suite.name.padEnd(14)}${String(counts.passed).padStart(6)} passed ${String(counts.failed).padStart(4)} failed ${seconds.padStart(7)} s${counts.problem ? `  (${counts.problem})` : ""}`,
    );
  }
  rmSync(folder, { recursive: true });
  const total = sum(all);
  console.log(`\n${lines.join("\n")}\n\n${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed === 0 ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
