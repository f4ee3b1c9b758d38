import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Counts, countPlaywright, countSuite, countVitest, sum } from "./counts.ts";

/** One suite: its npm script, and how its own report counts. Without a report its exit code is the one check it makes. */
interface Suite {
  readonly name: string;
  readonly script: string;
  readonly args?: (report: string) => readonly string[];
  readonly count?: (report: unknown) => Counts;
  /** A suite that hangs is ended and has failed. */
  readonly limitMinutes: number;
}

const simulations = ["shared/sim/simulation.test.ts", "shared/sim/planted.test.ts", "shared/sim/protocols/simulation.test.ts"];
const vitestReport = (report: string) => ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];

const suites: readonly Suite[] = [
  { name: "types", script: "types", limitMinutes: 5 },
  { name: "lint", script: "lint", limitMinutes: 5 },
  {
    name: "unit",
    script: "unit",
    args: (report) => [...simulations.map((file) => `--exclude=${file}`), ...vitestReport(report)],
    count: countVitest,
    limitMinutes: 15,
  },
  { name: "simulation", script: "unit", args: (report) => [...simulations, ...vitestReport(report)], count: countVitest, limitMinutes: 20 },
  { name: "journeys", script: "e2e", args: (report) => ["--report", report], count: countPlaywright, limitMinutes: 20 },
];

/** Runs `npm run` with its output streamed; gives the exit code, 1 when it was ended for taking too long. */
function run(suite: Suite, report: string): Promise<number> {
  const child = spawn("npm", ["run", "--silent", suite.script, "--", ...(suite.args?.(report) ?? [])], { stdio: "inherit", detached: true });
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
  if (total.failures.length > 0) console.log(`\n=== what failed ===\n${total.failures.slice(0, 20).join("\n\n")}`);
  console.log(`\n${lines.join("\n")}\n\n${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed === 0 ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
