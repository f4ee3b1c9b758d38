import { execFile } from "node:child_process";

/** Git said no. `stderr` is its own word. */
export class GitError extends Error {
  override name = "GitError";
  readonly stderr: string;
  constructor(command: string, stderr: string) {
    super(`git ${command}: ${stderr.trim().split("\n").at(-1) ?? "failed"}`);
    this.stderr = stderr;
  }
}

/** Settings of the machine must not change what the demo does, and its commits must not ask for a key or run hooks. */
const always = ["-c", "core.hooksPath=/dev/null", "-c", "commit.gpgsign=false", "-c", "gc.auto=0", "-c", "core.autocrlf=false"];
const outputAtMost = 16 * 1024 * 1024;
const withinMs = 30_000;

/** Runs git in a folder and gives what it printed. @throws GitError */
export function git(cwd: string, ...args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = {
      cwd,
      maxBuffer: outputAtMost,
      timeout: withinMs,
      env: { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null", LC_ALL: "C" },
    };
    execFile("git", [...always, ...args], options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new GitError(args[0] ?? "", stderr || error.message));
    });
  });
}

/** Did git find another git at work? */
export function isIndexLocked(error: unknown): boolean {
  return error instanceof GitError && /index\.lock|cannot lock ref|Unable to create .*\.lock/.test(error.stderr);
}
