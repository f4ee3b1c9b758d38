import type { EventOf, Schedule } from "../../model/index.ts";
import type { CheckerFactory, Fail } from "./checker.ts";
import type { Ledger } from "./ledger.ts";

/** Longest time that a fault may last. */
const lastsAtMostMs = 600_000;
/** Faults of the whole server: they name nobody. */
const ofServer = ["stallServer", "slowViewer", "killServer", "loseUnflushed", "tornTail", "bitFlip", "fullDisk"];
const strikesServer = (kind: string, target: string) => ofServer.includes(kind) || (kind === "clockJump" && target === "server");

/**
 * FI-1: a fault is bounded, strikes who is here, and heals at its end. FI-2: stop all leaves nothing. FI-3: a schedule
 * strikes by its seed and its count alone. FI-4: it ends where its condition does not hold, and only there.
 */
export const faults: CheckerFactory = (fail) => {
  /** Acts of stopping all, so that their repeats are told from new ones. */
  const stopped = new Set<string>();
  /** How the fleet stood when the command came: a tick decides all that is due by that. */
  let health: Health = { waiting: 0, deadlocks: 0, agents: 0 };
  return {
    event(event, before, { events }) {
      if (event === events[0] && before.schedules.size > 0) health = healthOf(before);
      if (event.type === "fault.began") began(fail, before, event, health);
      if (event.type === "fault.ended") {
        const fault = before.faults.get(event.fault);
        if (fault === undefined) fail("FI-1", `${event.fault} ends, which is not there`);
        else if (event.why === "healed" && event.atMs < fault.untilMs) fail("FI-1", `${event.fault} heals at ${event.atMs}, its end is ${fault.untilMs}`);
      }
      if (event.type === "schedule.ended") {
        const schedule = before.schedules.get(event.schedule);
        if (schedule === undefined) fail("FI-4", `${event.schedule} ends, which is not there`);
        else if (event.why === "halted" && !isUnwell(health, schedule)) fail("FI-4", `${event.schedule} is halted, though all is as it should be`);
      }
    },
    step({ command, events }, after) {
      if (command?.from !== "operator" || command.command.type !== "fault.stopAll") return;
      // A repeat is answered as before: what has begun since is not its affair.
      const id = `${command.actor.principal} ${command.command.id}`;
      if (events.length === 0 && stopped.has(id)) return;
      stopped.add(id);
      for (const oldest of stopped) if (stopped.size > 100) stopped.delete(oldest);
      if (after.faults.size + after.schedules.size > 0)
        fail("FI-2", `${after.faults.size} faults and ${after.schedules.size} schedules are left after all were stopped`);
    },
    fact(fact, now) {
      if (fact.kind !== "awake") return;
      for (const fault of now.faults.values())
        if (fault.untilMs < fact.atMs) fail("FI-1", `${fault.fault} is still there at ${fact.atMs}, its end was ${fault.untilMs}`);
    },
  };
};

function began(fail: Fail, before: Ledger, { fault, atMs }: EventOf<"fault.began">, health: Health): void {
  if (before.faults.has(fault.fault)) fail("FI-1", `${fault.fault} begins a second time`);
  if (fault.untilMs <= atMs || fault.untilMs > atMs + lastsAtMostMs) fail("FI-1", `${fault.fault} lasts from ${atMs} to ${fault.untilMs}`);
  const targets = agentsOf(before, fault.target);
  if (!strikesServer(fault.kind, fault.target) && targets.length === 0) fail("FI-1", `${fault.fault} strikes ${fault.target}, who is not here`);
  if (fault.schedule === undefined) {
    if (fault.peer !== undefined && agentsOf(before, fault.peer).length === 0)
      fail("FI-1", `${fault.fault} cuts ${fault.target} off from ${fault.peer}, who is not here`);
    return;
  }
  const schedule = before.schedules.get(fault.schedule);
  if (schedule === undefined) return fail("FI-3", `${fault.fault} comes of ${fault.schedule}, which is not there`);
  if (isUnwell(health, schedule)) fail("FI-4", `${fault.schedule} strikes, though its condition does not hold`);
  const all = agentsOf(before, schedule.target);
  const expected = strikesServer(schedule.kind, schedule.target) ? schedule.target : all[Math.floor(splitmix32(schedule.seed, schedule.runs) * all.length)];
  if (fault.target !== expected) fail("FI-3", `run ${schedule.runs} of ${fault.schedule} strikes ${fault.target}, its seed says ${expected ?? "nobody"}`);
  if (fault.kind !== schedule.kind || fault.peer !== schedule.peer || fault.point !== schedule.point)
    fail("FI-3", `run ${schedule.runs} of ${fault.schedule} is a ${fault.kind} of another aim than planned`);
  if (fault.seed !== (schedule.seed + schedule.runs) % 2 ** 32) fail("FI-3", `run ${schedule.runs} of ${fault.schedule} has seed ${fault.seed}`);
}

function agentsOf(ledger: Ledger, target: string): string[] {
  const pattern = new RegExp(`^(${target.replace(/[.*,]/g, (sign) => ({ "*": ".*", ",": "|", ".": "\\." })[sign] ?? sign)})$`);
  return [...ledger.sessions.values()]
    .map((session) => session.agent)
    .filter((agent) => pattern.test(agent))
    .sort();
}

interface Health {
  readonly waiting: number;
  readonly deadlocks: number;
  readonly agents: number;
}

function healthOf(ledger: Ledger): Health {
  const waiting = new Set([...ledger.waits.values()].map((wait) => wait.session)).size;
  return { waiting, deadlocks: ledger.deadlocks.size, agents: ledger.sessions.size };
}

function isUnwell({ waiting, deadlocks, agents }: Health, { halt }: Schedule): boolean {
  const most = Number.POSITIVE_INFINITY;
  return waiting > (halt.waiting ?? most) || deadlocks > (halt.deadlocks ?? most) || agents < (halt.agents ?? 0);
}

/** The published generator, by turn: from 0 to 1. */
function splitmix32(seed: number, turn: number): number {
  let word = BigInt(seed) + BigInt(turn + 1) * 0x9e3779b9n;
  const step = (shift: bigint, factor: bigint) => {
    word = BigInt.asUintN(32, word);
    word = BigInt.asUintN(32, (word ^ (word >> shift)) * factor);
  };
  step(16n, 0x21f0aaadn);
  step(15n, 0x735a2d97n);
  return Number(word ^ (word >> 15n)) / 2 ** 32;
}
