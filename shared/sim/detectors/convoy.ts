import { crew, type Script, type Truth, World } from "./world.ts";

/** One world with a queue that only grows, or with one that is long and moves. */
export function convoyWorld(seed: number): Truth {
  const world = new World(seed);
  const plants = [overload, slowingDown, behindABuild, tooFewUnits, oneOfSeveral];
  const lookAlikes = [burst, steady, small, tides, spread, readersInTurn, outgrown];
  return world.random.chance(0.5) ? world.random.pick(plants)(world) : world.random.pick(lookAlikes)(world);
}

const planted = ["hot"];

/** More come than are served, one after the other, for minutes. */
function overload(world: World): Truth {
  const everyMs = world.random.between(700, 1_800);
  come(world, { everyMs, workMs: everyMs * world.random.between(2, 20) });
  return { world, name: "overload", planted, runMs: 90_000 };
}

/** All is well until the work takes ever longer. */
function slowingDown(world: World): Truth {
  const everyMs = world.random.between(800, 1_500);
  const calmMs = world.random.between(10_000, 30_000);
  const startMs = world.nowMs;
  come(world, { everyMs, workMs: () => (world.nowMs - startMs < calmMs ? everyMs * 0.5 : everyMs * 10) });
  return { world, name: "slowing down", planted, runMs: calmMs + 90_000 };
}

/** One takes long, and says that it gets on; all others come to stand behind it. */
function behindABuild(world: World): Truth {
  world.join("builder");
  world.ask("builder", "hot");
  world.play(
    (function* (): Script {
      for (;;) {
        yield world.about(4_000);
        world.progress("builder");
      }
    })(),
  );
  come(world, { everyMs: world.random.between(1_000, 3_500), workMs: 1_000 });
  return { world, name: "behind a build", planted, runMs: 90_000 };
}

/** Several at once, and still not enough of them. */
function tooFewUnits(world: World): Truth {
  const units = world.random.between(2, 4);
  world.configure("hot", { capacity: units });
  const everyMs = world.random.between(700, 1_500);
  come(world, { everyMs, workMs: everyMs * units * world.random.between(4, 10) });
  return { world, name: "too few units", planted, runMs: 90_000 };
}

/** Each wants a file of its own as well, and that one is never in the way. */
function oneOfSeveral(world: World): Truth {
  const everyMs = world.random.between(800, 1_800);
  come(world, { everyMs, workMs: everyMs * world.random.between(4, 12), also: (at) => [`own/${at}`] });
  return { world, name: "one of several", planted, runMs: 90_000 };
}

/** Many at once, and then it drains. */
function burst(world: World): Truth {
  const workMs = world.random.between(400, 2_000);
  come(world, { everyMs: 20, workMs, most: world.random.between(12, 40) });
  return { world, name: "burst", planted: undefined, runMs: 120_000 };
}

/** As long as ever: who was served comes again. */
function steady(world: World): Truth {
  const agents = crew(world.random.between(10, 40));
  const workMs = world.random.between(500, 4_000);
  world.join(...agents);
  for (const agent of agents) world.play(again(world, agent, workMs), world.random.between(0, 4_000));
  return { world, name: "steady", planted: undefined, runMs: 150_000 };
}

/** It only grows, to a handful. */
function small(world: World): Truth {
  world.join("builder");
  world.ask("builder", "hot");
  come(world, { everyMs: world.random.between(3_000, 10_000), workMs: 1_000, most: world.random.between(3, 7) });
  return { world, name: "small", planted: undefined, runMs: 120_000 };
}

/** It grows for a while and drains again, over and over. */
function tides(world: World): Truth {
  const [floodMs, everyMs] = [world.random.between(10_000, 18_000), world.random.between(700, 1_200)];
  const ebbMs = floodMs * 2.5;
  const startMs = world.nowMs;
  const rising = () => (world.nowMs - startMs) % (floodMs + ebbMs) < floodMs;
  come(world, { everyMs: () => (rising() ? everyMs : everyMs * 8), workMs: everyMs * 2 });
  return { world, name: "tides", planted: undefined, runMs: 180_000 };
}

/** More and more wait, each few of them for something else. */
function spread(world: World): Truth {
  const places = world.random.between(8, 20);
  world.join("builder");
  for (let at = 0; at < places; at++) world.ask("builder", `place/${at}`);
  come(world, { everyMs: world.random.between(700, 1_500), workMs: 1_000, most: places * 5, where: (at) => `place/${at % places}` });
  return { world, name: "spread", planted: undefined, runMs: 90_000 };
}

/** Readers gather behind each writer and are all let in at once. */
function readersInTurn(world: World): Truth {
  const readers = crew(world.random.between(10, 25));
  const writeMs = world.random.between(4_000, 9_000);
  world.join("writer", ...readers);
  world.play(again(world, "writer", writeMs, writeMs));
  for (const reader of readers) world.play(again(world, reader, 300, writeMs * 1.5, "shared"), world.random.between(0, writeMs));
  return { world, name: "readers in turn", planted: undefined, runMs: 150_000 };
}

/** For a few seconds it grows with everybody, and then more are served than come. */
function outgrown(world: World): Truth {
  const everyMs = world.random.between(600, 1_200);
  const startMs = world.nowMs;
  const turnMs = world.random.between(8_000, 20_000);
  come(world, { everyMs, workMs: () => (world.nowMs - startMs < turnMs ? everyMs * 6 : everyMs * 0.4) });
  return { world, name: "outgrown", planted: undefined, runMs: 120_000 };
}

interface Arrivals {
  readonly everyMs: number | (() => number);
  readonly workMs: number | (() => number);
  readonly most?: number;
  readonly where?: (at: number) => string;
  readonly also?: (at: number) => readonly string[];
}

/** Somebody new comes every so often, waits, works, gives back, and is gone. */
function come(world: World, { everyMs, workMs, most = 200, where = () => "hot", also = () => [] }: Arrivals): void {
  const msOf = (ms: number | (() => number)) => (typeof ms === "number" ? ms : ms());
  world.play(
    (function* (): Script {
      for (let at = 0; at < most; at++) {
        const agent = `c${at}`;
        world.join(agent);
        world.play(visit(agent, [where(at), ...also(at)]));
        yield world.about(msOf(everyMs), 0.3);
      }
    })(),
  );

  function* visit(agent: string, resources: readonly string[]): Script {
    world.ask(agent, resources);
    yield* world.until(agent, resources[0] as string, 400);
    yield world.about(msOf(workMs), 0.3);
    for (const resource of resources) world.release(agent, resource);
  }
}

function* again(world: World, agent: string, workMs: number, pauseMs = 10, mode: "shared" | "exclusive" = "exclusive"): Script {
  for (;;) {
    world.ask(agent, "hot", { mode });
    yield* world.until(agent, "hot", 200);
    yield world.about(workMs, 0.3);
    world.release(agent, "hot");
    yield world.about(pauseMs, 0.3);
  }
}
