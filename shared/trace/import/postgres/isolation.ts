import { TraceError } from "../../format/error.ts";
import type { Imported, WaitFound } from "../imported.ts";
import { clip } from "../json/read.ts";
import { importLimits } from "../limits.ts";
import type { Source } from "../source/source.ts";
import { importSnapshots, type WaitSnapshot } from "../wait-for/snapshots.ts";
import { type Permutation, permutationsOf, type Step } from "./isolation-output.ts";
import { sessionsOf } from "./isolation-spec.ts";
import { SessionLocks } from "./session-locks.ts";

/**
 * PostgreSQL's isolation tests: a `.out` of interleavings as they came out, or a `.spec` of sessions and their steps.
 * Which session waited is told; for whom, follows from the locks that the statements before it took.
 */
export function importIsolation(source: Source): Imported {
  return /^[ \t]*starting permutation:/m.test(source.text) ? fromOutput(source) : fromSpec(source);
}

function fromSpec(source: Source): Imported {
  const { sessions, permutations } = sessionsOf(source.text);
  if (sessions.length === 0)
    throw new TraceError('There is no session in it: a specification has lines such as session "s1" and step "a" { ... }.', { line: 1 });
  const doing = new Map(sessions.map(({ name, steps }) => [name, clip(steps.map((step) => `${step.name}: ${step.sql}`).join(" | "))]));
  return importSnapshots("pg-isolation", [{ holds: [], waits: [], edges: [], victim: null, doing }], source.problems, {
    ...{ sessions: sessions.map(({ name, steps }) => ({ name, steps: steps.map((step) => step.name) })), permutations },
  });
}

function fromOutput(source: Source): Imported {
  const permutations = permutationsOf(source.lines);
  if (permutations.length > importLimits.problems * 10) throw new TraceError(`The file has more than ${importLimits.problems * 10} permutations.`);
  const played = permutations.map(play);
  return importSnapshots(
    "pg-isolation",
    played.map((one) => one.snapshot),
    source.problems,
    {
      permutations: permutations.map(({ order, steps, line }, index) => ({
        ...{ line, order, steps: steps.map(({ name, session, ended }) => ({ name, session, ended })), waits: played[index]!.snapshot.waits },
        ...{ wait_for: played[index]!.snapshot.edges, deadlock: played[index]!.deadlock },
      })),
    },
  );
}

function play({ steps }: Permutation): { snapshot: WaitSnapshot; deadlock: boolean } {
  const locks = new SessionLocks();
  const waits: WaitFound[] = [];
  const snapshot = { holds: [] as WaitSnapshot["holds"], edges: [] as WaitSnapshot["edges"] };
  const inDeadlock = steps.filter((step) => step.ended === "deadlock");
  for (const step of steps) {
    if (step.waited || step.ended === "refused" || step.ended === "deadlock") {
      const { what, mode, holders } = locks.blockersOf(step);
      waits.push({ agent: step.session, resource: what, mode, on: holders, ended: step.ended });
      if (step.waited || step.ended === "deadlock") for (const holder of holders) snapshot.edges = [...snapshot.edges, [step.session, holder, what]];
    }
    // What a statement that was refused asked for it does not have.
    if (step.ended === "ok" || step.ended === "open") locks.ran(step);
  }
  const ring = inDeadlock.length === 0 ? [] : [...new Set([...steps.filter((step) => step.waited), ...inDeadlock].map((step) => step.session))];
  const known = new Set(snapshot.edges.map(([waiter]) => waiter));
  // A deadlock whose locks the statements do not tell: its members wait for each other in a ring.
  if (ring.length > 1 && !ring.every((session) => known.has(session)))
    snapshot.edges = ring.map((session, at) => [session, ring[(at + 1) % ring.length]!, waits.find((wait) => wait.agent === session)?.resource ?? "a lock"]);
  const victim = inDeadlock.length === 1 ? inDeadlock[0]!.session : null;
  return { snapshot: { ...snapshot, waits: unique(waits), victim, doing: lastWords(steps) }, deadlock: inDeadlock.length > 0 };
}

function unique(waits: readonly WaitFound[]): WaitFound[] {
  return [...new Map(waits.map((wait) => [JSON.stringify([wait.agent, wait.resource]), wait])).values()];
}

function lastWords(steps: readonly Step[]): Map<string, string> {
  return new Map(steps.map((step) => [step.session, `${step.name}: ${step.sql}`]));
}
