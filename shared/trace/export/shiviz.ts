import type { Event } from "../../model/index.ts";
import { PathTree } from "../../state/index.ts";
import type { HoldSpan, Recording } from "../spans.ts";
import { written } from "./lines.ts";
import { wordsOf } from "./shiviz-words.ts";

/** The parser expression of our logs, for ShiViz's own field and for `signalbox trace import --parser`. */
export const shivizParser = String.raw`(?<host>\S+) (?<clock>\{.*?\}) (?<time>\d+) (?<event>.*)`;

/** Resources whose last releases are remembered. */
const rememberedResources = 20_000;

type Clock = Map<string, number>;

/** What whoever comes next knows of those who had it before: of all, and of those who had it for themselves alone. */
interface Left {
  readonly resource: string;
  readonly all: Clock;
  readonly exclusive: Clock;
}

/**
 * A log for ShiViz: a line for each thing that an agent did or that was done to it, with a vector clock (Fidge 1988,
 * Mattern 1989). Agents and operators are hosts. The journal puts all events in one order; what is before what here is
 * only what one could know of the other: an agent's own events, a hold after the exclusive holds before it on what
 * overlaps (an exclusive one after the shared ones as well), a handed-over lock, an operator's act and whom it hits. All
 * else is concurrent, and is not drawn as ordered. ShiViz's own format: the first line is the parser expression.
 */
export function shivizOf(recording: Recording): Generator<string> {
  return written(recording, (write) => {
    write(`${shivizParser}\n\n`);
    const clocks = new Map<string, Clock>();
    const left = new LeftBehind();
    const line = (host: string, atMs: number, words: string, knows: readonly Clock[] = []): Clock => {
      const clock = clocks.get(host) ?? new Map<string, number>();
      clocks.set(host, clock);
      for (const other of knows) merge(clock, other);
      clock.set(host, (clock.get(host) ?? 0) + 1);
      write(`${host} ${JSON.stringify(Object.fromEntries([[host, clock.get(host)], ...clock]))} ${atMs} ${oneLine(words)}\n`);
      return clock;
    };
    // Holds are told before their event is: what a grant follows from, and what an end leaves behind.
    let knows: Clock[] = [];
    let ended: HoldSpan[] = [];
    return {
      holdBegan: (hold) => {
        if (hold.startPosition !== undefined) knows.push(...left.before(hold));
      },
      holdEnded: (hold) => {
        if (hold.endPosition !== undefined) ended.push(hold);
      },
      event: (event: Event) => {
        const words = wordsOf(event);
        if (words !== undefined) {
          const { hosts, what } = words;
          for (const [at, host] of hosts.entries()) {
            const clock = line(
              host,
              event.atMs,
              at === 0 ? what : `${what}, by ${hosts[0]}`,
              at === 0 ? knows : [clocks.get(hosts[at - 1] as string) as Clock],
            );
            // What ends with this event ends for whoever comes last: the one it was taken from.
            if (at === hosts.length - 1) for (const hold of ended) left.leave(hold, clock);
          }
        }
        knows = [];
        ended = [];
      },
    };
  });
}

/** What was known when holds ended, by resource. */
class LeftBehind {
  readonly #byResource = new Map<string, Left>();
  readonly #tree = new PathTree<Left>();

  leave({ resource, mode, level }: HoldSpan, clock: Clock): void {
    if (level !== "sequenced") return;
    const before = this.#forget(resource);
    const left = { resource, all: new Map(before?.all), exclusive: mode === "shared" ? new Map(before?.exclusive) : new Map(clock) };
    merge(left.all, clock);
    this.#byResource.set(resource, left);
    this.#tree.add(resource, left);
    if (this.#byResource.size > rememberedResources) this.#forget(this.#byResource.keys().next().value as string);
  }

  before({ resource, mode, level }: HoldSpan): Clock[] {
    const found: Clock[] = [];
    if (level !== "sequenced") return found;
    this.#tree.some(resource, (left) => {
      found.push(mode === "shared" ? left.exclusive : left.all);
      return false;
    });
    return found;
  }

  #forget(resource: string): Left | undefined {
    const left = this.#byResource.get(resource);
    if (left === undefined) return undefined;
    this.#byResource.delete(resource);
    this.#tree.delete(resource, left);
    return left;
  }
}

function merge(clock: Clock, other: Clock): void {
  for (const [host, count] of other) if (count > (clock.get(host) ?? 0)) clock.set(host, count);
}

/** Whatever breaks a line, or is taken for the end of one, becomes a space. */
function oneLine(text: string): string {
  return text.replace(/[\r\n\u2028\u2029]+/g, " ");
}
