import { crew, type Script, type Truth, World } from "./world.ts";

/** One world in which locks are taken in orders that can meet one day, or in which something keeps them from it. */
export function lockOrderWorld(seed: number): Truth {
  const world = new World(seed);
  const plants = [opposite, ring, differentGates, announced, sharedAndExclusive, gateInBetween];
  const lookAlikes = [sameOrder, commonGate, oneAgent, allAtOnce, bothShared, semaphore, withdrawn];
  return world.random.chance(0.5) ? world.random.pick(plants)(world) : world.random.pick(lookAlikes)(world);
}

type Step = string | { readonly resource: string; readonly mode: "shared" };

/** Takes them one after the other, then gives all back. */
function* inTurn(world: World, agent: string, ...resources: Step[]): Script {
  for (const step of resources) {
    const { resource, mode } = typeof step === "string" ? { resource: step, mode: "exclusive" as const } : step;
    world.ask(agent, resource, { mode });
    yield world.about(50, 0.5);
  }
  for (const step of resources) world.release(agent, typeof step === "string" ? step : step.resource);
}

/** Plays the scripts one after the other, far apart, several times: nothing ever waits. */
function apart(world: World, ...scripts: (() => Script)[]): void {
  const rounds = world.random.between(1, 4);
  for (let turn = 0; turn < rounds * scripts.length; turn++) world.play((scripts[turn % scripts.length] as () => Script)(), turn * 2_000 + 10);
}

function truth(world: World, name: string, planted?: readonly string[]): Truth {
  return { world, name, planted, runMs: 60_000 };
}

function opposite(world: World): Truth {
  world.join("a1", "a2");
  apart(
    world,
    () => inTurn(world, "a1", "x", "y"),
    () => inTurn(world, "a2", "y", "x"),
  );
  return truth(world, "opposite orders", ["x", "y"]);
}

function ring(world: World): Truth {
  const agents = crew(world.random.between(3, 4));
  world.join(...agents);
  apart(world, ...agents.map((agent, at) => () => inTurn(world, agent, `r${at}`, `r${(at + 1) % agents.length}`)));
  return truth(
    world,
    "ring of orders",
    agents.map((_, at) => `r${at}`),
  );
}

function differentGates(world: World): Truth {
  world.join("a1", "a2");
  apart(
    world,
    () => inTurn(world, "a1", "gate/1", "x", "y"),
    () => inTurn(world, "a2", "gate/2", "y", "x"),
  );
  return truth(world, "different gates", ["x", "y"]);
}

/** What they hold in common comes between: it guards nothing, it is one more in the ring. */
function gateInBetween(world: World): Truth {
  world.join("a1", "a2");
  apart(
    world,
    () => inTurn(world, "a1", "x", "between"),
    () => inTurn(world, "a2", "between", "x"),
  );
  return truth(world, "gate in between", ["between", "x"]);
}

function announced(world: World): Truth {
  world.join("a1", "a2");
  world.play(plan("a1", "x", "y"), 100);
  world.play(plan("a2", "y", "x"), 300);
  return truth(world, "announced", ["x", "y"]);

  function* plan(agent: string, first: string, next: string): Script {
    world.ask(agent, first);
    yield 100;
    world.command(agent, { type: "intent.announce", uses: [{ resource: next }], lastsMs: 600_000, reason: "next step" });
  }
}

function sharedAndExclusive(world: World): Truth {
  world.join("a1", "a2");
  apart(
    world,
    () => inTurn(world, "a1", { resource: "x", mode: "shared" }, "y"),
    () => inTurn(world, "a2", { resource: "y", mode: "shared" }, "x"),
  );
  return truth(world, "shared and exclusive", ["x", "y"]);
}

function sameOrder(world: World): Truth {
  const agents = crew(world.random.between(2, 5));
  world.join(...agents);
  apart(world, ...agents.map((agent) => () => inTurn(world, agent, "x", "y", "z")));
  return truth(world, "same order");
}

function commonGate(world: World): Truth {
  world.join("a1", "a2");
  const below = world.random.chance(0.5);
  apart(
    world,
    () => inTurn(world, "a1", "gate", "x", "y"),
    () => inTurn(world, "a2", below ? "gate/part" : "gate", "y", "x"),
  );
  return truth(world, "common gate");
}

function oneAgent(world: World): Truth {
  world.join("a1", "a2");
  apart(
    world,
    () => inTurn(world, "a1", "x", "y"),
    () => inTurn(world, "a1", "y", "x"),
    () => inTurn(world, "a2", "x"),
  );
  return truth(world, "one agent");
}

function allAtOnce(world: World): Truth {
  world.join("a1", "a2");
  apart(
    world,
    () => together("a1", ["x", "y"]),
    () => together("a2", ["y", "x"]),
  );
  return truth(world, "all at once");

  function* together(agent: string, resources: string[]): Script {
    world.ask(agent, resources);
    yield 50;
    for (const resource of resources) world.release(agent, resource);
  }
}

function bothShared(world: World): Truth {
  world.join("a1", "a2");
  const readers =
    (agent: string, ...resources: string[]) =>
    () =>
      inTurn(world, agent, ...resources.map((resource) => ({ resource, mode: "shared" as const })));
  apart(world, readers("a1", "x", "y"), readers("a2", "y", "x"));
  return truth(world, "both shared");
}

function semaphore(world: World): Truth {
  world.configure("gpu", { capacity: 4 });
  world.join("a1", "a2");
  apart(
    world,
    () => inTurn(world, "a1", "gpu", "x"),
    () => inTurn(world, "a2", "x", "gpu"),
  );
  return truth(world, "semaphore with room");
}

/** The plan that would have met the other order is given up before it could. */
function withdrawn(world: World): Truth {
  world.join("a1", "a2");
  world.play(plan(), 100);
  world.play(inTurn(world, "a2", "y", "x"), 5_000);
  return truth(world, "withdrawn plan");

  function* plan(): Script {
    world.ask("a1", "x");
    yield 100;
    const result = world.command("a1", { type: "intent.announce", uses: [{ resource: "y" }], lastsMs: 600_000, reason: "maybe" }).result;
    yield 1_000;
    if (result?.status === "announced") world.command("a1", { type: "intent.withdraw", intent: result.intent });
    world.release("a1", "x");
  }
}
