import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Box, connect } from "../../shared/client/index.ts";
import { closeServers, command, connectOperator, startServer, until } from "../test-server.ts";

afterEach(closeServers);

/** The `signalbox` command as processes of its own. */

let folder = "";
const running: ChildProcess[] = [];
const boxes: Box[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "signalbox-cli-"));
});
afterEach(async () => {
  for (const box of boxes.splice(0)) box.close();
  for (const child of running.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill("SIGKILL");
    await once(child, "exit");
  }
  rmSync(folder, { recursive: true, force: true });
});

interface Run {
  readonly child: ChildProcess;
  out: string;
  err: string;
  readonly ended: Promise<number | null>;
}

function signalbox(args: readonly string[], env: Record<string, string> = {}): Run {
  const child = spawn(process.execPath, ["server/cli/signalbox.js", ...args], {
    env: { ...process.env, SIGNALBOX_DATA: join(folder, "data"), PORT: "0", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.push(child);
  const run: Run = { child, out: "", err: "", ended: once(child, "close").then(([code]: (number | null)[]) => code ?? null) };
  child.stdout.on("data", (text: Buffer) => {
    run.out += text;
  });
  child.stderr.on("data", (text: Buffer) => {
    run.err += text;
  });
  return run;
}

async function served(args: readonly string[] = []): Promise<Run & { url: string }> {
  const run = signalbox(["serve", ...args]);
  const url = await until(() => {
    const found = /running: (http:\S+)/.exec(run.out)?.[1];
    if (found === undefined) throw new Error(`no address yet: ${run.out}${run.err}`);
    return found;
  });
  return Object.assign(run, { url });
}

async function boxOf(url: string, agent: string): Promise<Box> {
  const box = await connect({ url, agent });
  boxes.push(box);
  return box;
}

describe("signalbox serve", { timeout: 30_000 }, () => {
  it.each(["SIGTERM", "SIGKILL"] as const)("JR-1: holders and fences are there again after %s", async (signal) => {
    const first = await served();
    const box = await boxOf(first.url, "a1");
    const lock = await box.lock("repo/a");
    first.child.kill(signal);
    expect(await first.ended).toBe(signal === "SIGTERM" ? 0 : null);
    const second = await served();
    const other = await boxOf(second.url, "a2");
    expect(await other.tryLock("repo/a/b")).toMatchObject({ busy: true, blockers: [{ kind: "holder", agent: "a1", fence: lock.fence }] });
    second.child.kill("SIGTERM");
    expect(await second.ended).toBe(0);
  });

  it("refuses a configuration that cannot be used, with 2, and starts nothing", async () => {
    const config = join(folder, "signalbox.config.json");
    writeFileSync(config, JSON.stringify({ port: "x", rules: [{ pattern: "/a", settings: {}, reason: "r" }] }));
    const run = signalbox(["serve", "--config", config], { PORT: "" });
    expect(await run.ended).toBe(2);
    expect(run.err).toContain("signalbox.config.json cannot be used; nothing was started.");
    expect(run.err).toContain("rules[0].pattern: empty segment");
    expect(run.out).toBe("");
    expect(existsSync(join(folder, "data"))).toBe(false);
  });

  it("refuses to be reached from elsewhere without tokens, and says what to do", async () => {
    const run = signalbox(["serve", "--host", "0.0.0.0"]);
    expect(await run.ended).toBe(2);
    expect(run.err).toMatch(/host: 0\.0\.0\.0 can be reached from other machines.*signalbox token new/);
  });

  it("says so when its port or its data folder is in use", async () => {
    const first = await served();
    const { port } = new URL(first.url);
    const samePort = signalbox(["serve", "--port", port, "--data", join(folder, "other")]);
    expect(await samePort.ended).toBe(1);
    expect(samePort.err).toContain(`Port ${port} on 127.0.0.1 is taken`);
    const sameData = signalbox(["serve"]);
    expect(await sameData.ended).toBe(1);
    expect(sameData.err).toMatch(/journal\.lock is held by process \d+/);
  });
});

describe("signalbox token new", () => {
  it("prints a token, and the entry with its hash for the configuration", async () => {
    const run = signalbox(["token", "new", "ann", "--role", "operator"]);
    expect(await run.ended).toBe(0);
    const entry: unknown = JSON.parse(/\{.*\}/.exec(run.err)?.[0] ?? "");
    expect(entry).toMatchObject({ principal: "ann", role: "operator" });
    expect(run.err).not.toContain(run.out.trim());
  });

  it.each([
    [["a b", "--role", "agent"], "use letters"],
    [["ann", "--role", "king"], "it is agent, viewer or operator"],
  ])("refuses %j", async (args, message) => {
    const run = signalbox(["token", "new", ...args]);
    expect(await run.ended).toBe(2);
    expect(run.err).toContain(message);
  });
});

describe("signalbox lock", { timeout: 30_000 }, () => {
  const run = (url: string, ...args: string[]) => signalbox(["lock", "--url", url, ...args]);

  it("runs the command under the lock, hands it the fence, and passes its exit code on", async () => {
    const app = await startServer();
    const passed = run(app.url, "repo/a", "--", "sh", "-c", "echo $SIGNALBOX_RESOURCE $SIGNALBOX_FENCE; exit 7");
    expect(await passed.ended).toBe(7);
    expect(passed.out).toBe("repo/a 1\n");
    const { state } = app.spaces.get("main")!;
    expect([state.locks.size, state.sessions.size]).toEqual([0, 0]);
    const missing = run(app.url, "repo/a", "--", "no-such-command");
    expect(await missing.ended).toBe(127);
    expect(state.locks.size).toBe(0);
  });

  it("gives up when it may not wait longer, and waits otherwise", async () => {
    const app = await startServer();
    const box = await boxOf(app.url, "a1");
    const lock = await box.lock("repo");
    const impatient = run(app.url, "--wait", "0", "repo/a", "--", "true");
    const patient = run(app.url, "repo/a", "--", "true");
    expect(await impatient.ended).toBe(75);
    expect(impatient.err).toContain("taken");
    await until(() => expect(app.spaces.get("main")!.state.waits.size).toBe(1));
    await lock.release();
    expect(await patient.ended).toBe(0);
  });

  it("ends the command, and all that it started, when the lock is taken away", async () => {
    const app = await startServer();
    const file = join(folder, "inner");
    // The inner loop would go on for ever if only the outer shell were ended.
    const script = `(while true; do sleep 0.05; done) & echo $! > ${file}; wait`;
    const long = run(app.url, "repo/a", "--", "sh", "-c", script);
    const inner = await until(() => {
      const pid = Number(readFileSync(file, "utf8"));
      if (!(pid > 0)) throw new Error("not written yet");
      return pid;
    });
    const [held] = [...app.spaces.get("main")!.state.locks.values()];
    const operator = await connectOperator(app);
    await command(operator, { type: "lock.forceRelease", resource: "repo/a", fence: held!.fence, reason: "stuck" });
    expect(await long.ended).toBe(76);
    expect(long.err).toContain("The lock on repo/a was lost while the command ran");
    await until(() => expect(() => process.kill(inner, 0)).toThrow(/ESRCH/));
  });

  it("passes signals on to the command and gives the lock back", async () => {
    const app = await startServer();
    const file = join(folder, "started");
    const long = run(app.url, "repo/a", "--", "sh", "-c", `trap 'exit 9' TERM; touch ${file}; while true; do sleep 0.05; done`);
    await until(() => expect(existsSync(file)).toBe(true));
    long.child.kill("SIGTERM");
    expect(await long.ended).toBe(9);
    expect(app.spaces.get("main")!.state.locks.size).toBe(0);
  });
});

describe("signalbox lead", { timeout: 30_000 }, () => {
  const group = "team/deployer";
  const run = (url: string, ...args: string[]) => signalbox(["lead", "--url", url, ...args]);
  const leaderOf = (app: Awaited<ReturnType<typeof startServer>>) => app.spaces.get("main")!.state.elections.get(group)?.leader;

  it("runs the command while it leads, hands it the term, resigns, and passes its exit code on", async () => {
    const app = await startServer();
    const first = run(app.url, "--agent", "first", group, "--", "sh", "-c", "echo $SIGNALBOX_GROUP $SIGNALBOX_TERM; exit 7");
    expect(await first.ended).toBe(7);
    expect(first.out).toBe("team/deployer 1\n");
    const { state } = app.spaces.get("main")!;
    expect([state.elections.size, state.sessions.size]).toEqual([0, 0]);
    expect(await run(app.url, "--priority", "high", group, "--", "true").ended).toBe(2);
  });

  it("gives up when it may not wait longer, and leads when the one before resigns", async () => {
    const app = await startServer();
    const box = await boxOf(app.url, "a1");
    const candidacy = await box.campaign(group);
    const impatient = run(app.url, "--wait", "0.2", group, "--", "true");
    expect(await impatient.ended).toBe(75);
    const patient = run(app.url, "--agent", "patient", group, "--", "sh", "-c", "echo $SIGNALBOX_TERM");
    await until(() => expect(app.spaces.get("main")!.state.elections.get(group)?.candidates.length).toBe(2));
    await candidacy.resign();
    expect(await patient.ended).toBe(0);
    expect(patient.out).toBe("2\n");
  });

  it("ends the command when it is deposed, and with --stay runs it anew in its next term", async () => {
    const app = await startServer();
    const operator = await connectOperator(app);
    const script = "echo $SIGNALBOX_TERM; while true; do sleep 0.05; done";
    const once = run(app.url, "--agent", "once", group, "--", "sh", "-c", script);
    await until(() => expect(once.out).toBe("1\n"));
    await command(operator, { type: "election.depose", group, term: "1", reason: "drill" });
    expect(await once.ended).toBe(76);
    expect(once.err).toContain("The leadership of team/deployer was lost while the command ran");
    const staying = run(app.url, "--agent", "staying", "--stay", group, "--", "sh", "-c", script);
    await until(() => expect(staying.out).toContain("\n"));
    const { term } = leaderOf(app)!;
    await command(operator, { type: "election.depose", group, term, reason: "drill" });
    await until(() => expect(staying.out.split("\n").length).toBe(3));
    expect(Number(leaderOf(app)!.term)).toBeGreaterThan(Number(term));
    staying.child.kill("SIGTERM");
    expect(await staying.ended).toBe(128 + 15);
  });

  it("ends its command with it, also by a signal at the moment at which it starts", async () => {
    const app = await startServer();
    const script = "echo $$; kill -TERM $PPID; while true; do sleep 0.05; done";
    const runs = ["a", "b", "c"].map((agent) => run(app.url, "--agent", agent, `${group}/${agent}`, "--", "sh", "-c", script));
    for (const one of runs) expect(await one.ended).toBe(128 + 15);
    for (const one of runs) expect(() => process.kill(Number(one.out), 0)).toThrow("ESRCH");
  });
});

describe("signalbox status and journal", { timeout: 30_000 }, () => {
  it("say how a server and its journal are, also while it runs", async () => {
    const server = await served();
    const box = await boxOf(server.url, "a1");
    await box.lock("repo/a");
    const status = signalbox(["status", "--url", server.url]);
    const verify = signalbox(["journal", "verify"]);
    const exported = signalbox(["journal", "export"]);
    expect([await status.ended, await verify.ended, await exported.ended]).toEqual([0, 0, 0]);
    expect(status.out).toBe("main: 1 agents, 1 locks, 0 waiting, 0 intents, position 2\n");
    expect(verify.out).toContain("Space main: events 1 to 2 are good");
    expect(
      exported.out
        .trim()
        .split("\n")
        .slice(1)
        .map((line) => JSON.parse(line).type ?? "command"),
    ).toEqual(["command", "session.joined", "command", "lock.granted"]);
  });

  it("accept a journal whose anchor is gone, but only when told that this is meant", async () => {
    const server = await served();
    const box = await boxOf(server.url, "a1");
    await box.lock("repo/a");
    server.child.kill("SIGTERM");
    await server.ended;
    rmSync(join(folder, "data", "main", "journal.anchor"));
    const asked = signalbox(["journal", "accept"]);
    expect(await asked.ended).toBe(2);
    expect(asked.err).toContain("--yes");
    const refused = signalbox(["serve", "--port", "0"]);
    expect(await refused.ended).toBe(1);
    expect(refused.err).toMatch(/journal\.anchor is missing.*signalbox journal accept/);
    const accepted = signalbox(["journal", "accept", "--yes"]);
    expect(await accepted.ended).toBe(0);
    expect(accepted.out).toMatch(/goes on from position \d+/);
    await served();
  });

  it("say what is wrong when there is no server, or no journal", async () => {
    const status = signalbox(["status", "--url", "http://127.0.0.1:9"]);
    const verify = signalbox(["journal", "verify"]);
    expect([await status.ended, await verify.ended]).toEqual([1, 1]);
    expect(status.err).toContain("No answer from http://127.0.0.1:9");
    expect(verify.err).not.toContain("    at ");
  });
});

describe("signalbox trace", { timeout: 60_000 }, () => {
  const at = (name: string) => join(folder, name);

  async function ran(args: readonly string[]): Promise<Run & { code: number | null }> {
    const run = signalbox(["trace", ...args]);
    return Object.assign(run, { code: await run.ended });
  }

  it("JR-11, JR-12, JR-14: exports from a running server what checks and is decided again to the same", async () => {
    const server = await served();
    const box = await boxOf(server.url, "a1");
    const lock = await box.lock("repo/a");
    await lock.release();
    expect(await ran(["export", at("t.sbtrace.gz")])).toMatchObject({ code: 0, err: expect.stringContaining("events and") });
    const check = await ran(["check", at("t.sbtrace.gz"), "--json"]);
    expect(check.code).toBe(0);
    expect(JSON.parse(check.out)).toMatchObject({ ok: true, space: "main", from: 1, breaks: [] });
    expect(JSON.parse(check.out).rules).toContainEqual({ rule: "JR-6", title: "Chain", verdict: "held" });
    expect(await ran(["rerun", at("t.sbtrace.gz")])).toMatchObject({ code: 0, out: expect.stringContaining("decided again") });
    const again = await ran(["export", at("t.sbtrace.gz")]);
    expect(again).toMatchObject({ code: 2, err: expect.stringContaining("--force") });
    const redacted = await ran(["redact", at("t.sbtrace.gz"), at("r.sbtrace"), "--rules", "names,resources"]);
    expect(redacted.code).toBe(0);
    expect(readFileSync(at("r.sbtrace"), "utf8")).not.toContain("repo");
    expect((await ran(["check", at("r.sbtrace")])).code).toBe(0);
  });

  it("says what is wrong with a file, and where", async () => {
    cpSync("shared/trace/format/fixtures/version-1.sbtrace", at("good.sbtrace"));
    const good = readFileSync(at("good.sbtrace"), "utf8");
    writeFileSync(at("changed.sbtrace"), good.replace("release day", "a rainy day"));
    const changed = await ran(["check", at("changed.sbtrace")]);
    expect(changed).toMatchObject({ code: 1, out: expect.stringMatching(/Broken: JR-6 at position 11/) });
    expect(await ran(["rerun", at("changed.sbtrace")])).toMatchObject({ code: 1, out: expect.stringMatching(/At position 11 it comes to something else/) });
    writeFileSync(at("cut.sbtrace"), good.slice(0, 2_000));
    const cut = await ran(["check", at("cut.sbtrace"), "--json"]);
    expect(cut.code).toBe(1);
    expect(JSON.parse(cut.out)).toMatchObject({ ok: false, error: { line: expect.any(Number), byte: expect.any(Number) } });
    for (const file of [at("none"), folder])
      expect(await ran(["check", file])).toMatchObject({ code: 1, out: "", err: expect.not.stringContaining("    at ") });
    expect(await ran(["redact", at("good.sbtrace"), at("x"), "--rules", "faces"])).toMatchObject({ code: 2, err: expect.stringContaining("there are: names") });
  });
});
