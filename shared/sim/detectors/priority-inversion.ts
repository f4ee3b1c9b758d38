import { type Script, type Truth, World } from "./world.ts";

/** One world in which somebody urgent waits for one that stands behind somebody less urgent, or in which it only looks like it. */
export function priorityInversionWorld(seed: number): Truth {
  // Waiting is worth little here, so that who is urgent stays so.
  const world = new World(seed, { policy: "timeout", agingStepMs: 60_000 });
  const plants = [classic, firstCome, belowADirectory, reader, readerOfMany, oneUnitOfMany, farDownTheQueue];
  const lookAlikes = [inherited, moreUrgentBetween, onlyWorks, nobodyBetween, soonOver, allAlike, behindInTheQueue, readersBeside, ownTurnFirst, urgentHolder];
  return world.random.chance(0.5) ? world.random.pick(plants)(world) : world.random.pick(lookAlikes)(world);
}

const planted = ["urgent", "modest", "other"];
const runMs = 60_000;

interface Roles {
  /** Priorities: of the one that waits, of the one that it waits for, of the one before that. */
  readonly urgent?: number;
  readonly modest?: number;
  readonly other?: number;
  /** Held by the modest one, wanted by the urgent one. */
  readonly wanted?: string;
  readonly held?: string;
  readonly heldMode?: "shared" | "exclusive";
  /** Does the other one come before the modest one, after it, or never? */
  readonly otherComes?: "before" | "after" | "never";
  /** How the other one and the modest one want what the builder holds. */
  readonly mode?: "shared" | "exclusive";
  /** When the builder lets go of what both of them stand in the queue for. */
  readonly buildMs?: number;
}

/** A builder holds y; the modest one holds x and stands in the queue for y, near the other one; the urgent one wants x. */
function play(world: World, roles: Roles): void {
  const { urgent = world.random.between(20, 100), modest = 0, other = modest, wanted = "x", held = wanted, heldMode = "exclusive" } = roles;
  const { otherComes = "before", mode = "exclusive", buildMs = runMs * 2 } = roles;
  world.join("urgent", "modest", "other", "builder");
  world.ask("builder", "y");
  world.play(build());
  world.play(steps());

  function* build(): Script {
    for (let left = buildMs; left > 0; left -= 2_000) {
      yield Math.min(left, 2_000);
      world.progress("builder");
    }
    world.release("builder", "y");
  }
  function* steps(): Script {
    world.ask("modest", held, { mode: heldMode });
    yield pause();
    if (otherComes === "before") world.ask("other", "y", { priority: other, mode });
    yield pause();
    world.ask("modest", "y", { priority: modest, mode });
    yield pause();
    if (otherComes === "after") world.ask("other", "y", { priority: other, mode });
    yield pause();
    world.ask("urgent", wanted, { priority: urgent });
    // Whoever gets y works with it, and gives all back.
    for (const agent of ["other", "modest"]) world.play(finish(agent));
  }
  function* finish(agent: string): Script {
    yield* world.until(agent, "y");
    yield world.about(300);
    world.release(agent, "y");
    if (agent === "modest") world.release(agent, held);
  }
  function pause(): number {
    return world.random.between(1, 2_000);
  }
}

/** The other one is a little more urgent than who holds, and goes first. */
function classic(world: World): Truth {
  play(world, { modest: 0, other: world.random.between(1, 15), otherComes: world.random.pick(["before", "after"]) });
  return { world, name: "classic", planted, runMs };
}

/** Nobody but one is urgent, and the other one came first. */
function firstCome(world: World): Truth {
  play(world, {});
  return { world, name: "first come", planted, runMs };
}

/** What is wanted lies below what is held, or above it. */
function belowADirectory(world: World): Truth {
  const paths = world.random.chance(0.5) ? { held: "repo/src", wanted: "repo/src/a.ts" } : { held: "repo/src/a.ts", wanted: "repo" };
  play(world, paths);
  return { world, name: "below a directory", planted, runMs };
}

/** It only reads, and the urgent one wants to write. */
function reader(world: World): Truth {
  play(world, { heldMode: "shared" });
  return { world, name: "reader", planted, runMs };
}

/** Many read; all but one of them get on. */
function readerOfMany(world: World): Truth {
  const readers = Array.from({ length: world.random.between(5, 20) }, (_, at) => `reader${at}`);
  world.join(...readers);
  for (const agent of readers) world.ask(agent, "x", { mode: "shared" });
  play(world, { heldMode: "shared" });
  return { world, name: "reader of many", planted, runMs };
}

/** Many more urgent ones stand before both of them. */
function farDownTheQueue(world: World): Truth {
  const crowd = Array.from({ length: world.random.between(5, 20) }, (_, at) => `more${at}`);
  world.join(...crowd);
  play(world, { urgent: 40 });
  world.play(
    (function* (): Script {
      yield 1;
      for (const agent of crowd) world.ask(agent, "y", { priority: 60 });
    })(),
  );
  return { world, name: "far down the queue", planted, runMs };
}

/** Of several units one is held by somebody who waits. */
function oneUnitOfMany(world: World): Truth {
  world.configure("x", { capacity: 2 });
  world.join("worker");
  world.ask("worker", "x");
  play(world, {});
  return { world, name: "one unit of many", planted, runMs };
}

/** Urgency is inherited. */
function inherited(world: World): Truth {
  world.configure("**", { inherit: true, policy: "timeout", automatic: "off" });
  play(world, { other: world.random.between(0, 10) });
  return { world, name: "inherited", planted: undefined, runMs };
}

/** Who goes first is more urgent still. */
function moreUrgentBetween(world: World): Truth {
  const urgent = world.random.between(20, 50);
  play(world, { urgent, other: urgent + world.random.between(0, 50) });
  return { world, name: "more urgent between", planted: undefined, runMs };
}

/** Who holds stands in no queue: it takes long. */
function onlyWorks(world: World): Truth {
  world.join("urgent", "modest", "other");
  world.ask("modest", "x");
  world.ask("other", "x", { priority: world.random.between(0, 10) });
  world.ask("urgent", "x", { priority: 50 });
  world.play(
    (function* (): Script {
      for (;;) {
        yield world.about(2_000);
        world.progress("modest");
      }
    })(),
  );
  return { world, name: "only works", planted: undefined, runMs };
}

/** Who holds waits for the builder alone. */
function nobodyBetween(world: World): Truth {
  play(world, { otherComes: "never" });
  return { world, name: "nobody between", planted: undefined, runMs };
}

/** It is over before anybody would be told. */
function soonOver(world: World): Truth {
  play(world, { buildMs: world.random.between(1_000, 4_000) });
  return { world, name: "soon over", planted: undefined, runMs };
}

/** Nobody is urgent. */
function allAlike(world: World): Truth {
  play(world, { urgent: world.random.pick([0, -5]), modest: 0 });
  return { world, name: "all alike", planted: undefined, runMs };
}

/** The other one stands behind who holds. */
function behindInTheQueue(world: World): Truth {
  play(world, { otherComes: "after", other: world.random.pick([0, -10]) });
  return { world, name: "behind in the queue", planted: undefined, runMs };
}

/** Both only read what the builder writes: neither is in the other's way. */
function readersBeside(world: World): Truth {
  play(world, { mode: "shared" });
  return { world, name: "readers beside", planted: undefined, runMs };
}

/** The one before it in that queue is the urgent one itself. */
function ownTurnFirst(world: World): Truth {
  world.join("urgent", "modest", "builder");
  world.ask("builder", "y");
  world.ask("modest", "x");
  world.ask("urgent", "y", { priority: 50 });
  world.ask("modest", "y");
  world.ask("urgent", "x", { priority: 50 });
  return { world, name: "own turn first", planted: undefined, runMs };
}

/** Who holds is as urgent as who waits for it. */
function urgentHolder(world: World): Truth {
  const urgent = world.random.between(20, 50);
  play(world, { urgent, modest: urgent, other: urgent });
  return { world, name: "urgent holder", planted: undefined, runMs };
}
