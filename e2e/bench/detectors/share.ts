import { FindingWatch } from "../../../shared/host/index.ts";
import { median, quantile } from "../figures.ts";
import { BenchSpace, own } from "./space.ts";
import { cpuMicros } from "./timing.ts";

export interface ShareOptions {
  readonly agents: number;
  /** Rounds with and as many without detectors. */
  readonly rounds: number;
  readonly commands: number;
  /** Commands a second of virtual time. */
  readonly perSecond: number;
}

export interface ShareFigures {
  /** Of the engine's time: the median over the pairs of rounds, the middle half of them, and the quicker quarter of the one beside that of the other. */
  readonly share: number;
  readonly middleHalf: readonly [number, number];
  readonly ofQuicker: number;
  /** Of one command, medians. */
  readonly engineMicros: number;
  readonly detectorsMicros: number;
  readonly looksMicros: number;
  readonly findings: number;
}

const warmUp = 16;

/** Two spaces alike, one with detectors: both get the same commands, a round here and a round there, now the one first and now the other. */
export function measureShare(options: ShareOptions, progress: (words: string) => void): ShareFigures {
  const without = new Fleet(options, false);
  const withThem = new Fleet(options, true);
  const engine: number[] = [];
  const both: number[] = [];
  const looks: number[] = [];
  for (let round = -warmUp; round < options.rounds; round++) {
    const order = round % 2 === 0 ? [without, withThem] : [withThem, without];
    for (const fleet of order) fleet.play();
    if (round < 0) continue;
    engine.push(without.commandMicros);
    both.push(withThem.commandMicros);
    looks.push(withThem.looksMicros);
    if (round % 40 === 39) progress(`${round + 1} of ${options.rounds} rounds with and without detectors`);
  }
  const shares = both.map((each, at) => each / (engine[at] as number) - 1).sort((a, b) => a - b);
  return {
    share: median(shares),
    middleHalf: [quantile(shares, 0.25), quantile(shares, 0.75)],
    ofQuicker: lowerQuartile(both) / lowerQuartile(engine) - 1,
    engineMicros: median(engine),
    detectorsMicros: median(engine) * median(shares),
    looksMicros: median(looks),
    findings: withThem.findings,
  };
}

function lowerQuartile(values: readonly number[]): number {
  return quantile(
    [...values].sort((a, b) => a - b),
    0.25,
  );
}

/** What a fleet does all day: short locks beside one that is held, queues, refused tries, progress. */
class Fleet {
  /** Processor time of one command in the last round, and what of it was for the looks. */
  commandMicros = 0;
  looksMicros = 0;
  readonly #space: BenchSpace;
  readonly #options: ShareOptions;
  #turn = 0;

  constructor(options: ShareOptions, watched: boolean) {
    this.#options = options;
    this.#space = new BenchSpace(options.agents);
    // Some stand in queues all the time, so that there is something to look at.
    for (let at = 0; at < options.agents / 10; at++) this.#space.acquire(at * 10 + 5, own(at * 10));
    if (watched) this.#space.watch = new FindingWatch(this.#space.state, this.#space.nowMs, () => this.#space.nowMs);
  }

  get findings(): number {
    return this.#space.state.findings.size;
  }

  play(): void {
    const { commands, perSecond } = this.#options;
    const startMicros = cpuMicros();
    let looksMicros = 0;
    let done = 0;
    for (let secondEnds = perSecond; done < commands; ) {
      done += this.#work(this.#turn++);
      if (done < secondEnds) continue;
      secondEnds += perSecond;
      this.#space.nowMs += 1_000;
      const lookStartMicros = cpuMicros();
      this.#look();
      looksMicros += cpuMicros() - lookStartMicros;
    }
    this.commandMicros = (cpuMicros() - startMicros) / done;
    this.looksMicros = looksMicros / done;
  }

  #look(): void {
    const { watch, state, nowMs } = this.#space;
    const report = watch?.look(state, nowMs);
    if (report !== undefined) this.#space.run({ from: "system", nowMs, command: report });
  }

  /** One act of somebody; answers how many commands that was. */
  #work(turn: number): number {
    const space = this.#space;
    const at = (turn * 7_919) % this.#options.agents;
    const next = (at + 1) % this.#options.agents;
    switch (turn % 5) {
      case 0:
      case 1: {
        const resource = `free/dir${turn % 1_000}/file${turn % 10_000}.ts`;
        space.acquire(at, resource);
        space.release(at, resource);
        return 2;
      }
      case 2: {
        const resource = `hot/key${turn % 40}`;
        space.acquire(at, resource);
        space.acquire(next, resource);
        space.release(at, resource);
        space.release(next, resource);
        return 4;
      }
      case 3:
        space.acquire(at, own(next), 0);
        return 1;
      default:
        space.agent(at, { type: "session.declare", state: "working", doing: "edits", progress: turn + 1 });
        return 1;
    }
  }
}
