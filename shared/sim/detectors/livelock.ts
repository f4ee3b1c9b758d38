import { crew, type Script, type Truth, World } from "./world.ts";

/** Rounds that a planted livelock goes on for. */
const rounds = 14;

/** One world with or without a livelock, by its seed. */
export function livelockWorld(seed: number): Truth {
  const world = new World(seed, { policy: "timeout" });
  const plants = [politeRing, deadlineStorm, offersThatCircle, withdrawnPlans, swappedOrders];
  const lookAlikes = [pingPong, luckyRetries, behindABuild, handover, patientQueue, soonSettled];
  const periodMs = world.random.between(60, 4_000);
  return world.random.chance(0.5) ? world.random.pick(plants)(world, periodMs) : world.random.pick(lookAlikes)(world, periodMs);
}

/** Each takes its own, tries its neighbour's, gives its own back, and begins anew: all in step. */
function politeRing(world: World, periodMs: number): Truth {
  const agents = crew(world.random.between(2, 5));
  world.join(...agents);
  for (const [at, agent] of agents.entries()) world.play(polite(agent, `own/${at}`, `own/${(at + 1) % agents.length}`), at);
  return { world, name: "polite ring", planted: agents, runMs: periodMs * rounds + 5_000 };

  function* polite(agent: string, own: string, next: string): Script {
    const slack = periodMs * 0.05 * world.random.unit();
    for (let beginMs = world.nowMs; ; beginMs += periodMs) {
      yield Math.max(1, beginMs + slack - world.nowMs);
      world.try(agent, own);
      yield Math.max(1, beginMs + slack + periodMs * 0.4 - world.nowMs);
      world.try(agent, next);
      yield Math.max(1, beginMs + slack + periodMs * 0.7 - world.nowMs);
      world.release(agent, own);
    }
  }
}

/** Each holds its own, waits for the next one's until a deadline, gives up and begins anew. */
function deadlineStorm(world: World, periodMs: number): Truth {
  const agents = crew(world.random.between(2, 4));
  world.join(...agents);
  for (const [at, agent] of agents.entries()) world.play(storm(agent, `own/${at}`, `own/${(at + 1) % agents.length}`), at);
  return { world, name: "deadline storm", planted: agents, runMs: periodMs * rounds + 5_000 };

  function* storm(agent: string, own: string, next: string): Script {
    for (let beginMs = world.nowMs; ; beginMs += periodMs) {
      yield Math.max(1, beginMs - world.nowMs);
      world.try(agent, own);
      yield periodMs * 0.2;
      world.ask(agent, next, { waitMs: Math.round(periodMs * 0.4) });
      yield periodMs * 0.5;
      world.release(agent, own);
    }
  }
}

/** One lock that everybody passes on at once. */
function offersThatCircle(world: World): Truth {
  const agents = crew(world.random.between(2, 5));
  world.join(...agents);
  world.ask(agents[0] as string, "task");
  world.play(circle());
  return { world, name: "offers that circle", planted: agents, runMs: agents.length * rounds * 600 + 5_000 };

  function* circle(): Script {
    for (let at = 0; ; at++) {
      yield world.about(400, 0.4);
      world.handOn(agents[at % agents.length] as string, "task", agents[(at + 1) % agents.length] as string);
    }
  }
}

/** Each announces, sees the other's plan, and withdraws its own. */
function withdrawnPlans(world: World, periodMs: number): Truth {
  const agents = crew(2);
  world.join(...agents);
  for (const agent of agents) world.play(plan(agent));
  return { world, name: "withdrawn plans", planted: agents, runMs: periodMs * rounds + 5_000 };

  function* plan(agent: string): Script {
    for (let beginMs = world.nowMs; ; beginMs += periodMs) {
      yield Math.max(1, beginMs + world.random.unit() * periodMs * 0.2 - world.nowMs);
      const result = world.command(agent, { type: "intent.announce", uses: [{ resource: "plan" }], lastsMs: 3_600_000, reason: "next" }).result;
      yield periodMs * 0.5;
      if (result?.status === "announced") world.command(agent, { type: "intent.withdraw", intent: result.intent });
    }
  }
}

/** Two that begin with the other one's fork each time it did not work. */
function swappedOrders(world: World, periodMs: number): Truth {
  world.join("a1", "a2");
  world.play(swap("a1", "left", "right"));
  world.play(swap("a2", "right", "left"), 1);
  return { world, name: "swapped orders", planted: ["a1", "a2"], runMs: periodMs * rounds + 5_000 };

  function* swap(agent: string, one: string, other: string): Script {
    let [first, second] = [one, other];
    for (;;) {
      world.try(agent, first);
      yield periodMs * 0.4;
      world.try(agent, second);
      yield periodMs * 0.3;
      world.release(agent, first);
      yield periodMs * 0.3;
      [first, second] = [second, first];
    }
  }
}

/** Two that take turns at one lock and never say that they got anything done; they did. */
function pingPong(world: World, periodMs: number): Truth {
  world.join("a1", "a2");
  for (const agent of ["a1", "a2"]) world.play(turns(agent), world.random.between(0, periodMs));
  return { world, name: "ping-pong", planted: undefined, runMs: periodMs * 40 };

  function* turns(agent: string): Script {
    for (;;) {
      world.ask(agent, "ball");
      yield* world.until(agent, "ball");
      yield world.about(periodMs, 0.3);
      world.release(agent, "ball");
      yield world.about(20, 0.5);
    }
  }
}

/** Many that try, fail, and wait a random time: sooner or later each gets through. What really happened is kept by hand. */
function luckyRetries(world: World, periodMs: number): Truth {
  const agents = crew(world.random.between(2, 4));
  world.join(...agents);
  const inVain = new Map<string, number>();
  let stuck = false;
  for (const [at, agent] of agents.entries()) world.play(retry(agent, `own/${at}`, `own/${(at + 1) % agents.length}`));
  return {
    world,
    name: "lucky retries",
    planted: undefined,
    runMs: periodMs * 60,
    // By chance they may all fail so often that it is a livelock, by the definition and for as long as it lasts.
    get unsure() {
      return stuck;
    },
  };

  function* retry(agent: string, own: string, next: string): Script {
    for (;;) {
      yield world.random.between(1, periodMs);
      if (!world.try(agent, own)) continue;
      yield periodMs * 0.1;
      const got = world.try(agent, next);
      inVain.set(agent, got ? 0 : (inVain.get(agent) ?? 0) + 1);
      if ([...inVain.values()].filter((times) => times >= 5).length >= 2) stuck = true;
      yield periodMs * (got ? 0.2 : 0.05);
      if (got) world.release(agent, next);
      world.release(agent, own);
    }
  }
}

/** Some that try again and again for what a long build holds: they are in nobody's way but its. */
function behindABuild(world: World, periodMs: number): Truth {
  const agents = crew(world.random.between(2, 4));
  world.join("builder", ...agents);
  world.ask("builder", "dist");
  world.play(build());
  for (const [at, agent] of agents.entries()) world.play(look(agent, `own/${at}`), world.random.between(1, periodMs));
  return { world, name: "behind a build", planted: undefined, runMs: periodMs * 30 };

  function* build(): Script {
    for (;;) {
      world.progress("builder");
      yield world.about(5_000);
    }
  }
  function* look(agent: string, own: string): Script {
    for (;;) {
      world.try(agent, own);
      yield world.about(periodMs * 0.3);
      world.try(agent, "dist");
      yield world.about(periodMs * 0.2);
      world.release(agent, own);
      yield world.about(periodMs * 0.5);
    }
  }
}

/** One lock that goes round, and everybody works with it before it passes it on. */
function handover(world: World): Truth {
  const agents = crew(world.random.between(2, 4));
  const quick = world.random.chance(0.5);
  world.join(...agents);
  world.ask(agents[0] as string, "task");
  world.play(pass());
  return { world, name: quick ? "quick handover with progress" : "slow handover", planted: undefined, runMs: 60_000 };

  function* pass(): Script {
    for (let at = 0; ; at++) {
      const agent = agents[at % agents.length] as string;
      yield quick ? 300 : world.about(2_500, 0.4);
      if (quick) world.progress(agent);
      yield 1;
      world.handOn(agent, "task", agents[(at + 1) % agents.length] as string);
    }
  }
}

/** A crowd at one lock, each with a deadline that some miss. */
function patientQueue(world: World, periodMs: number): Truth {
  const agents = crew(world.random.between(3, 8));
  world.join(...agents);
  for (const agent of agents) world.play(visit(agent), world.random.between(0, periodMs));
  return { world, name: "patient queue", planted: undefined, runMs: periodMs * 40 };

  function* visit(agent: string): Script {
    for (;;) {
      world.ask(agent, "hot", { waitMs: Math.round(periodMs * (agents.length + world.random.between(-1, 3)) * 0.5) });
      yield* world.until(agent, "hot");
      if (world.holds(agent, "hot")) {
        yield world.about(periodMs * 0.5, 0.3);
        world.release(agent, "hot");
      }
      yield world.about(periodMs * 0.5, 0.5);
    }
  }
}

/** A polite pair that meets a few times and then gets on. */
function soonSettled(world: World, periodMs: number): Truth {
  world.join("a1", "a2");
  const meetings = world.random.between(1, 4);
  world.play(meet("a1", "left", "right"));
  world.play(meet("a2", "right", "left"));
  return { world, name: "soon settled", planted: undefined, runMs: periodMs * 20 };

  function* meet(agent: string, own: string, next: string): Script {
    for (let turn = 0; ; turn++) {
      const late = turn % (meetings + 1) === meetings && agent === "a2";
      if (late) yield periodMs;
      world.try(agent, own);
      yield periodMs * 0.4;
      const got = world.try(agent, next);
      yield periodMs * 0.3;
      if (got) world.release(agent, next);
      world.release(agent, own);
      yield periodMs * 0.3 + (turn % (meetings + 1) === meetings && !late ? periodMs : 0);
    }
  }
}
