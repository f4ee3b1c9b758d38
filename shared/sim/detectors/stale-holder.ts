import { crew, type Script, type Truth, World } from "./world.ts";

const hourMs = 3_600_000;

/** One world with a holder that does not get on, or with one that only takes long. */
export function staleHolderWorld(seed: number): Truth {
  const world = new World(seed);
  const plants = [silent, stoppedReporting, lostConnection];
  const lookAlikes = [longBuild, slowSteps, takesMore, saysSo, shortHolds, waitsItself, nobodyWaits];
  return world.random.chance(0.5) ? world.random.pick(plants)(world) : world.random.pick(lookAlikes)(world);
}

/** Never says anything, holds, and others wait. */
function silent(world: World): Truth {
  world.join("holder");
  world.ask("holder", "hot");
  behind(world);
  return { world, name: "silent", planted: ["holder"], runMs: 240_000 };
}

/** Reported progress as a habit, and stopped. */
function stoppedReporting(world: World): Truth {
  world.join("holder");
  const stepMs = world.random.between(2_000, 15_000);
  const steps = world.random.between(3, 10);
  world.play(work());
  return { world, name: "stopped reporting", planted: ["holder"], runMs: stepMs * (steps + 8) + 240_000 };

  function* work(): Script {
    for (let step = 0; step < steps; step++) {
      yield world.about(stepMs);
      world.progress("holder");
    }
    world.ask("holder", "hot");
    behind(world);
  }
}

/** Gone, and its lease goes on. */
function lostConnection(world: World): Truth {
  world.join("holder");
  world.ask("holder", "hot");
  behind(world);
  world.play(
    (function* () {
      yield world.random.between(100, 20_000);
      world.loseConnection("holder");
    })(),
  );
  return { world, name: "lost connection", planted: ["holder"], runMs: 60_000 };
}

/** An hour, with progress all the way. */
function longBuild(world: World): Truth {
  world.join("builder");
  const stepMs = world.random.between(2_000, 60_000);
  world.progress("builder", "builds");
  world.ask("builder", "hot");
  world.play(steps(world, "builder", stepMs, 0.5));
  behind(world);
  return { world, name: "long build", planted: undefined, runMs: hourMs };
}

/** Steps of many minutes, as ever. */
function slowSteps(world: World): Truth {
  world.join("builder");
  const stepMs = world.random.between(60_000, 300_000);
  world.play(steps(world, "builder", stepMs, 0.3));
  world.play(
    (function* () {
      yield stepMs * 2.5;
      world.ask("builder", "hot");
      behind(world);
    })(),
  );
  return { world, name: "slow steps", planted: undefined, runMs: Math.max(hourMs / 2, stepMs * 8) };
}

/** Says nothing, but takes one file after the other. */
function takesMore(world: World): Truth {
  world.join("holder");
  world.ask("holder", "hot");
  behind(world);
  world.play(
    (function* (): Script {
      for (let file = 0; ; file++) {
        yield world.about(15_000, 0.5);
        world.ask("holder", `file/${file}`);
        if (file > 0) world.release("holder", `file/${file - 1}`);
      }
    })(),
  );
  return { world, name: "takes more", planted: undefined, runMs: 600_000 };
}

/** Says now and then what it does. */
function saysSo(world: World): Truth {
  world.join("holder");
  world.ask("holder", "hot");
  behind(world);
  world.play(
    (function* (): Script {
      for (let part = 0; ; part++) {
        world.command("holder", { type: "session.declare", state: "working", doing: `part ${part}` });
        yield world.about(20_000, 0.4);
      }
    })(),
  );
  return { world, name: "says so", planted: undefined, runMs: 600_000 };
}

/** A queue that moves, whoever says nothing. */
function shortHolds(world: World): Truth {
  const agents = crew(world.random.between(4, 10));
  const workMs = world.random.between(2_000, 20_000);
  world.join(...agents);
  for (const agent of agents)
    world.play(
      (function* (): Script {
        for (;;) {
          world.ask(agent, "hot");
          yield* world.until(agent, "hot", 500);
          yield world.about(workMs, 0.3);
          world.release(agent, "hot");
          yield 10;
        }
      })(),
    );
  return { world, name: "short holds", planted: undefined, runMs: 600_000 };
}

/** It does not get on because it waits itself; who holds that gets on. */
function waitsItself(world: World): Truth {
  world.join("holder", "builder");
  world.progress("builder");
  world.ask("builder", "dist");
  world.play(steps(world, "builder", 10_000, 0.3));
  world.ask("holder", "hot");
  world.ask("holder", "dist");
  behind(world);
  return { world, name: "waits itself", planted: undefined, runMs: 600_000 };
}

/** Silent for an hour, and in nobody's way. */
function nobodyWaits(world: World): Truth {
  world.join("holder");
  world.ask("holder", "hot");
  return { world, name: "nobody waits", planted: undefined, runMs: hourMs };
}

function behind(world: World): void {
  const waiting = crew(world.random.between(1, 4));
  world.join(...waiting);
  for (const agent of waiting)
    world.play(
      (function* (): Script {
        world.ask(agent, "hot");
        yield 1;
      })(),
      world.random.between(1, 20_000),
    );
}

function* steps(world: World, agent: string, stepMs: number, share: number): Script {
  for (;;) {
    yield world.about(stepMs, share);
    world.progress(agent);
  }
}
