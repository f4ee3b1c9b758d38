import { ancestors } from "./ancestors.ts";
import { ballots } from "./ballots.ts";
import { blockers } from "./blockers.ts";
import { bounds } from "./bounds.ts";
import { candidates } from "./candidates.ts";
import { capacity } from "./capacity.ts";
import { certainty } from "./certainty.ts";
import type { CheckerFactory } from "./checker.ts";
import { claims } from "./claims.ts";
import { cycles } from "./cycles.ts";
import { deadlocks } from "./deadlocks.ts";
import { durability } from "./durability.ts";
import { exclusion } from "./exclusion.ts";
import { faults } from "./faults.ts";
import { fences } from "./fences.ts";
import { grantedWishes } from "./granted-wishes.ts";
import { guard } from "./guard.ts";
import { holdLimit } from "./hold-limit.ts";
import { idleWait } from "./idle-wait.ts";
import { inheritance } from "./inheritance.ts";
import { intents } from "./intents.ts";
import { journal } from "./journal.ts";
import { leaders } from "./leaders.ts";
import { leases } from "./leases.ts";
import { levels } from "./levels.ts";
import { lifecycle } from "./lifecycle.ts";
import { lockDelay } from "./lock-delay.ts";
import { messages } from "./messages.ts";
import { notices } from "./notices.ts";
import { once } from "./once.ts";
import { operators } from "./operators.ts";
import { ownership } from "./ownership.ts";
import { policies } from "./policies.ts";
import { preview } from "./preview.ts";
import { progress } from "./progress.ts";
import { queueOrder } from "./queue-order.ts";
import { quotas } from "./quotas.ts";
import { rank } from "./rank.ts";
import { recordings } from "./recordings.ts";
import { reentrance } from "./reentrance.ts";
import { replay } from "./replay.ts";
import { sessions } from "./sessions.ts";
import { splitBrains } from "./split-brains.ts";
import { streams } from "./streams.ts";
import { terms } from "./terms.ts";
import { vacancies } from "./vacancies.ts";
import { victims } from "./victims.ts";
import { waiting } from "./waiting.ts";

/** Every checker of SPEC.md, by the name of its file. */
export const checkers: Readonly<Record<string, CheckerFactory>> = {
  ancestors,
  ballots,
  candidates,
  leaders,
  messages,
  terms,
  vacancies,
  victims,
  quotas,
  recordings,
  policies,
  inheritance,
  faults,
  cycles,
  deadlocks,
  claims,
  blockers,
  bounds,
  capacity,
  certainty,
  durability,
  exclusion,
  fences,
  "granted-wishes": grantedWishes,
  guard,
  "hold-limit": holdLimit,
  "idle-wait": idleWait,
  intents,
  journal,
  leases,
  levels,
  lifecycle,
  "lock-delay": lockDelay,
  once,
  notices,
  operators,
  ownership,
  preview,
  progress,
  "queue-order": queueOrder,
  rank,
  reentrance,
  replay,
  sessions,
  "split-brains": splitBrains,
  streams,
  waiting,
};

export type { Breach, Checker, CheckerFactory, Fact, Fail, Step, Told } from "./checker.ts";
export { isLeaderless } from "./groups.ts";
export { Ledger } from "./ledger.ts";
export { Monitor } from "./monitor.ts";
