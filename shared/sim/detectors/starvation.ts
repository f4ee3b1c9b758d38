import { crew, type Script, type Truth, World } from "./world.ts";

/** One world in which somebody starves, or in which it only looks like it. */
export function starvationWorld(seed: number): Truth {
  // Waiting is worth little here, so that priority can really starve somebody.
  const world = new World(seed, { agingStepMs: 600_000 });
  const plants = [overtaken, unluckyTries, tooLateEachTime, forgottenAfterwards];
  const lookAlikes = [longQueue, fewUrgent, sometimesRefused, behindABuild, inTime, toldToStandBack];
  return world.random.chance(0.5) ? world.random.pick(plants)(world) : world.random.pick(lookAlikes)(world);
}

/** A modest one waits while urgent ones come and go. */
function overtaken(world: World): Truth {
  const urgent = crew(world.random.between(2, 4));
  const workMs = world.random.between(500, 2_500);
  const priority = world.random.between(1, 10);
  world.join("modest", ...urgent);
  for (const agent of urgent) world.play(visit(world, agent, "hot", workMs, priority), world.random.between(0, workMs / 2));
  world.play(ask(world, "modest", "hot"), workMs);
  return { world, name: "overtaken", planted: ["modest"], runMs: 90_000 };
}

/** One tries and gives up, while all the others stand in the queue: it is never free when it looks. */
function unluckyTries(world: World): Truth {
  const patient = crew(world.random.between(2, 5));
  const workMs = world.random.between(300, 2_000);
  world.join("hasty", ...patient);
  for (const agent of patient) world.play(visit(world, agent, "hot", workMs, 0));
  world.play(tries(world, "hasty", "hot", world.random.between(500, 3_000)), workMs / 2);
  return { world, name: "unlucky tries", planted: ["hasty"], runMs: 90_000 };
}

/** A slow writer at a resource where others are always first. */
function tooLateEachTime(world: World): Truth {
  world.configure("doc", { level: "optimistic" });
  world.join("slow", "quick");
  const paceMs = world.random.between(400, 1_500);
  world.play(write(world, "quick", "doc", paceMs, 20));
  world.play(write(world, "slow", "doc", paceMs * 3, 20));
  return { world, name: "too late each time", planted: ["slow"], runMs: 90_000 };
}

/** A livelock was ended. Who stood back for it comes again in its turn, and never finds it free. */
function forgottenAfterwards(world: World): Truth {
  const { first, last, ...pair } = politePair(world, (agent) => (agent === first ? visits() : misses()));
  return { world, name: "forgotten afterwards", planted: [last], ...pair };

  function* visits(): Script {
    for (;;) {
      world.ask(first, resources);
      yield world.about(1_500, 0.2);
      for (const resource of resources) world.release(first, resource);
      yield 1;
    }
  }
  function* misses(): Script {
    for (;;) {
      if (world.ask(last, resources, { waitMs: 0 })) for (const resource of resources) world.release(last, resource);
      yield world.about(1_500, 0.2);
    }
  }
}

/** A livelock was ended: one gets what the other wants, who stands back because it was told to. Then it is the other's turn. */
function toldToStandBack(world: World): Truth {
  const { first: _first, last: _last, ...pair } = politePair(world, visits);
  return { world, name: "told to stand back", planted: undefined, ...pair };

  function* visits(agent: string): Script {
    for (;;) {
      world.ask(agent, resources);
      yield* world.until(agent, "right");
      yield world.about(400, 0.3);
      for (const resource of resources) world.release(agent, resource);
      yield world.about(20, 0.5);
    }
  }
}

const resources = ["left", "right"] as const;

/**
 * Two that keep each other from getting on, and heed the engine only when it has ended that for the second or third time:
 * by then each has failed often. What each does afterwards is up to the world; `last` is who stands back.
 */
function politePair(world: World, afterwards: (agent: string) => Script) {
  const periodMs = world.random.between(2_600, 4_000);
  const endings = world.random.between(2, 3);
  world.configure("**", { automatic: "live", agingStepMs: 600_000 });
  world.join("a1", "a2");
  world.play(polite("a1", "left", "right"));
  world.play(polite("a2", "right", "left"));
  const [first, last] = endings === 2 ? ["a2", "a1"] : ["a1", "a2"];
  return { first, last, runMs: periodMs * 8 * endings + 60_000 };

  function* polite(agent: string, own: string, next: string): Script {
    while ((world.state.favours.get("livelock a1 a2")?.attempt ?? 0) < endings) {
      world.try(agent, own);
      yield periodMs * 0.4;
      world.try(agent, next);
      yield periodMs * 0.3;
      world.release(agent, own);
      yield periodMs * 0.3;
    }
    const standsBackMs = (world.standsBackUntilMs.get(agent) ?? 0) - world.nowMs;
    if (standsBackMs > 0) yield standsBackMs;
    yield* afterwards(agent);
  }
}

/** Long, and it moves: everybody waits long and nobody is passed over. */
function longQueue(world: World): Truth {
  const agents = crew(world.random.between(15, 40));
  const workMs = world.random.between(1_500, 3_000);
  world.join(...agents);
  for (const agent of agents) world.play(visit(world, agent, "hot", workMs, 0), world.random.between(0, 2_000));
  return { world, name: "long queue", planted: undefined, runMs: 120_000 };
}

/** A few urgent ones go first, as they should. */
function fewUrgent(world: World): Truth {
  const agents = crew(world.random.between(4, 8));
  world.join("urgent", ...agents);
  for (const agent of agents) world.play(visit(world, agent, "hot", 2_000, 0), world.random.between(0, 2_000));
  world.play(rare());
  return { world, name: "few urgent", planted: undefined, runMs: 120_000 };

  function* rare(): Script {
    for (;;) {
      yield world.about(20_000, 0.3);
      world.ask("urgent", "hot", { priority: 50 });
      yield* world.until("urgent", "hot");
      yield 500;
      world.release("urgent", "hot");
    }
  }
}

/** It is refused most times, but not always. */
function sometimesRefused(world: World): Truth {
  world.join("hasty", "other");
  world.play(breaks());
  world.play(tries(world, "hasty", "hot", 700));
  return { world, name: "sometimes refused", planted: undefined, runMs: 90_000 };

  function* breaks(): Script {
    for (;;) {
      world.ask("other", "hot");
      yield world.about(2_000, 0.3);
      world.release("other", "hot");
      yield world.about(1_500, 0.2);
    }
  }
}

/** Many try for what one holds for long: nobody gets it, so nobody is passed over. */
function behindABuild(world: World): Truth {
  const agents = crew(world.random.between(2, 5));
  world.join("builder", ...agents);
  world.ask("builder", "dist");
  for (const agent of agents) world.play(tries(world, agent, "dist", 1_500), world.random.between(0, 1_500));
  return { world, name: "behind a build", planted: undefined, runMs: 90_000 };
}

/** Two writers of which now this one is first, now that one. */
function inTime(world: World): Truth {
  world.configure("doc", { level: "optimistic" });
  world.join("one", "two");
  for (const agent of ["one", "two"]) world.play(write(world, agent, "doc", world.random.between(200, 400), 1_500), world.random.between(0, 900));
  return { world, name: "in time", planted: undefined, runMs: 90_000 };
}

function* visit(world: World, agent: string, resource: string, workMs: number, priority: number): Script {
  for (;;) {
    world.ask(agent, resource, { priority });
    yield* world.until(agent, resource);
    yield world.about(workMs, 0.3);
    world.release(agent, resource);
    yield 10;
  }
}

function* ask(world: World, agent: string, resource: string): Script {
  world.ask(agent, resource);
  yield 1;
}

function* tries(world: World, agent: string, resource: string, everyMs: number): Script {
  for (;;) {
    if (world.try(agent, resource)) {
      yield 100;
      world.release(agent, resource);
    }
    yield world.about(everyMs, 0.2);
  }
}

function* write(world: World, agent: string, resource: string, workMs: number, pauseMs: number): Script {
  for (;;) {
    world.ask(agent, resource);
    yield world.about(workMs, 0.15);
    world.release(agent, resource, true);
    yield world.about(pauseMs, 0.5);
  }
}
