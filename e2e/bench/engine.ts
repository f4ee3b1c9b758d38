import { Command } from "commander";
import { execute } from "../../shared/engine/index.ts";
import type { EngineCommand } from "../../shared/model/index.ts";
import { emptyState } from "../../shared/state/index.ts";
import { number, quantile, table } from "./figures.ts";

/** What one command costs the engine, decided and applied, in a space that is already full of agents and locks. */
const options = new Command("bench:engine")
  .option("--agents <n>", "agents, each with a lock of its own", Number, 10_000)
  .option("--commands <n>", "measured commands of each kind", Number, 100_000)
  .parse()
  .opts<{ agents: number; commands: number }>();

const state = emptyState("bench");
let nowMs = 1_700_000_000_000;
let ids = 0;

function run(command: EngineCommand) {
  const outcome = execute(state, command);
  if (outcome.error !== undefined) throw new Error(`${JSON.stringify(command)}: ${outcome.error.message}`);
  return outcome;
}
const agent = (session: string, command: object) => run({ from: "agent", nowMs, session, command: { id: `c${ids++}`, ...command } } as EngineCommand);
const acquire = (session: string, resource: string, mode = "exclusive") =>
  agent(session, { type: "lock.acquire", wants: [{ resource, mode, weight: 1 }], priority: 0 });
const release = (session: string, resource: string, fence: string) => agent(session, { type: "lock.release", resource, fence, wrote: false });

function fenceOf(outcome: ReturnType<typeof run>): string {
  const result = outcome.result;
  if (result?.status !== "granted") throw new Error(`not granted: ${JSON.stringify(result)}`);
  return result.locks[0]?.fence as string;
}

for (let number = 0; number < options.agents; number++) {
  const session = `s${number}`;
  run({
    from: "system",
    nowMs,
    command: { type: "session.join", session, agent: `a${number}`, principal: "bench", roles: [], labels: {}, ttlMs: 15_000, resumeHash: "", replace: false },
  });
  acquire(session, `repo/part${number % 100}/file${number}.ts`);
}

/** Times each command by itself, in microseconds. */
function measure(name: string, step: (turn: number, time: <T>(work: () => T) => T) => void): readonly string[] {
  const micros: number[] = [];
  const time = <T>(work: () => T): T => {
    const start = performance.now();
    const value = work();
    micros.push((performance.now() - start) * 1_000);
    return value;
  };
  for (let turn = 0; turn < 5_000; turn++) step(turn, (work) => work());
  const startMs = performance.now();
  for (let turn = 0; micros.length < options.commands; turn++) {
    nowMs++;
    step(turn, time);
  }
  const meanMicros = ((performance.now() - startMs) * 1_000) / micros.length;
  micros.sort((a, b) => a - b);
  return [
    name,
    number(micros.length),
    number(meanMicros, 2),
    number(quantile(micros, 0.5), 2),
    number(quantile(micros, 0.99), 2),
    number(quantile(micros, 0.999), 1),
  ];
}

const someSession = (turn: number) => `s${(turn * 7_919) % options.agents}`;
const rows = [
  measure("acquire and release a free path", (turn, time) => {
    const session = someSession(turn);
    const resource = `free/dir${turn % 1_000}/file${turn % 10_000}.ts`;
    const fence = fenceOf(time(() => acquire(session, resource)));
    time(() => release(session, resource, fence));
  }),
  measure("try a taken path, refused", (turn, time) => {
    const taken = (turn * 31) % options.agents;
    time(() =>
      execute(state, {
        from: "agent",
        nowMs,
        session: `s${(taken + 1) % options.agents}`,
        command: {
          id: `c${ids++}`,
          type: "lock.acquire",
          wants: [{ resource: `repo/part${taken % 100}/file${taken}.ts`, mode: "exclusive", weight: 1 }],
          waitMs: 0,
          priority: 0,
        },
      }),
    );
  }),
  measure("queue behind a holder, hand over, release", (turn, time) => {
    const [first, second] = [`s${turn % options.agents}`, `s${(turn + 1) % options.agents}`];
    const resource = `hot/key${turn % 4}`;
    const fence = fenceOf(time(() => acquire(first, resource)));
    time(() => acquire(second, resource));
    const handed = time(() => release(first, resource, fence)).events.find((event) => event.type === "lock.granted");
    if (handed?.type !== "lock.granted") throw new Error("the waiter was not granted");
    time(() => release(second, resource, handed.locks[0]?.fence as string));
  }),
  measure("a directory whose parts are free, shared", (turn, time) => {
    const session = someSession(turn);
    const fence = fenceOf(time(() => acquire(session, `free/dir${turn % 1_000}`, "shared")));
    time(() => release(session, `free/dir${turn % 1_000}`, fence));
  }),
  measure("declare progress", (turn, time) => {
    time(() => agent(someSession(turn), { type: "session.declare", state: "working", doing: "edits", progress: turn }));
  }),
];
console.log(
  `${number(state.sessions.size)} agents, ${number(state.locks.size)} locks; Node ${process.version}. Decide, apply and follow-up grants of one command, in microseconds (target: 5).\n`,
);
console.log(table(["command", "commands", "mean", "p50", "p99", "p99.9"], rows));
console.log(`\nmemory: ${number(process.memoryUsage().rss / 1_048_576)} MB`);
