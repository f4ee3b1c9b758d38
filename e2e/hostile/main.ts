import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { newToken } from "../../server/config/tokens.ts";
import { type Box, connect } from "../../shared/client/index.ts";
import { SignalboxServer } from "../support/signalbox-server.ts";
import type { Case, Site } from "./case.ts";
import { batches, locks } from "./cases/commands.ts";
import { configurations, tryConfiguration } from "./cases/configuration.ts";
import { floods } from "./cases/floods.ts";
import { frames } from "./cases/frames.ts";
import { operators } from "./cases/operators.ts";
import { rights } from "./cases/rights.ts";
import { sessions } from "./cases/sessions.ts";
import { assertFlat, residentMb } from "./memory.ts";

/**
 * Hostile and broken input against a real server: each packet and each configuration with the error it has to lead to. After
 * each, a well-behaved agent must still get its lock; over the rounds, memory must stay flat; at the end the server is killed
 * and must start again from what all this has left in its journal.
 */
const options = new Command("hostile")
  .option("--rounds <n>", "how often every packet is tried", Number, 6)
  .option("--json <file>", "write the outcome there")
  .parse()
  .opts<{ rounds: number; json?: string }>();

interface Outcome {
  readonly group: string;
  readonly name: string;
  readonly said: string;
  readonly ok: boolean;
}

/** One server, and the agent that has to be served whatever others do to it. */
class Target {
  readonly server: SignalboxServer;
  readonly witness: Box;
  readonly cases: readonly Case[];
  readonly residentMb: number[] = [];

  constructor(server: SignalboxServer, witness: Box, cases: readonly Case[]) {
    this.server = server;
    this.witness = witness;
    this.cases = cases;
  }

  async assertAlive(): Promise<void> {
    const lock = await this.witness.lock("witness", { waitMs: 20_000 });
    await lock.release();
    if (this.witness.status !== "connected") throw new Error(`the witness is ${this.witness.status}`);
  }
}

const folder = mkdtempSync(join(tmpdir(), "signalbox-hostile-"));
const outcomes: Outcome[] = [];
let names = 0;

function record(group: string, name: string, outcome: { said: string } | { error: unknown }): void {
  const ok = "said" in outcome;
  const said = ok ? outcome.said : String(outcome.error instanceof Error ? outcome.error.message : outcome.error);
  // A case that failed in any round has failed.
  const index = outcomes.findIndex((each) => each.group === group && each.name === name);
  if (index < 0) outcomes.push({ group, name, said, ok });
  else if (!ok) outcomes[index] = { group, name, said, ok };
}

async function attempt(group: string, name: string, run: () => Promise<string>): Promise<void> {
  try {
    record(group, name, { said: await run() });
  } catch (error) {
    record(group, name, { error });
  }
}

async function round(target: Target): Promise<void> {
  const site: Site = { port: target.server.port, name: () => `h${++names}` };
  for (const { group, name, run } of target.cases) {
    await attempt(group, name, async () => {
      const said = await run(site);
      await target.assertAlive();
      return said;
    });
  }
  target.residentMb.push(await residentMb(target.server.pid));
}

async function open(): Promise<Target> {
  const server = await SignalboxServer.start({ dataFolder: join(folder, "open") });
  const witness = await connect({ url: server.url, agent: "witness" });
  return new Target(server, witness, [...frames, ...sessions, ...batches, ...locks, ...operators, ...floods]);
}

async function guarded(): Promise<Target> {
  const made = {
    agent: newToken("fleet", "agent"),
    otherAgent: newToken("others", "agent"),
    viewer: newToken("vera", "viewer"),
    operator: newToken("olaf", "operator"),
  };
  const config = join(folder, "guarded.json");
  writeFileSync(config, JSON.stringify({ tokens: Object.values(made).map(({ entry }) => entry) }));
  const server = await SignalboxServer.start({ dataFolder: join(folder, "guarded"), args: ["--config", config] });
  const witness = await connect({ url: server.url, agent: "witness", token: made.agent.token });
  const { agent, otherAgent, viewer, operator } = made;
  return new Target(server, witness, rights({ agent: agent.token, otherAgent: otherAgent.token, viewer: viewer.token, operator: operator.token }));
}

async function tryConfigurations(): Promise<void> {
  const waiting = [...configurations];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const one = next;
      await attempt("configuration", one.name, () => tryConfiguration(one, folder));
    }
  };
  await Promise.all([worker(), worker()]);
}

function print(memory: readonly string[]): void {
  const width = Math.max(...outcomes.map(({ name }) => name.length));
  let group = "";
  for (const outcome of outcomes) {
    if (outcome.group !== group) {
      group = outcome.group;
      console.log(`\n${group}`);
    }
    console.log(`  ${outcome.ok ? "ok  " : "FAIL"} ${outcome.name.padEnd(width)}  ${outcome.said.replace(/[\s\p{Cc}]+/gu, " ").slice(0, 130)}`);
  }
  console.log(`\n${memory.join("\n")}`);
}

const targets = [await open(), await guarded()];
try {
  for (let index = 0; index < options.rounds; index++) {
    for (const target of targets) await round(target);
    process.stderr.write(`round ${index + 1} of ${options.rounds}: ${targets.map(({ residentMb }) => `${residentMb.at(-1)} MB`).join(", ")}\n`);
  }
  await tryConfigurations();
  for (const [index, target] of targets.entries()) {
    const name = index === 0 ? "open server" : "server with tokens";
    await attempt("afterwards", `${name}: memory is flat over ${options.rounds} rounds`, async () => assertFlat(target.residentMb));
    await attempt("afterwards", `${name}: killed, it starts again from its journal and serves`, async () => {
      const { pid } = target.server;
      await target.server.kill();
      await target.server.start();
      await target.assertAlive();
      return `process ${pid} became ${target.server.pid}`;
    });
  }
} finally {
  for (const { server, witness } of targets) {
    witness.close();
    await server.stop();
  }
  rmSync(folder, { recursive: true, force: true });
}

const failed = outcomes.filter(({ ok }) => !ok).length;
print(targets.map(({ residentMb: mb }, index) => `${index === 0 ? "open server" : "server with tokens"}: ${mb.join(", ")} MB after each round`));
console.log(`\n${outcomes.length - failed} of ${outcomes.length} as expected, each packet ${options.rounds} times.`);
if (options.json !== undefined) {
  const report = { passed: outcomes.length - failed, failed, rounds: options.rounds, residentMb: targets.map(({ residentMb }) => residentMb), outcomes };
  writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
}
process.exitCode = failed === 0 ? 0 : 1;
