import type { Stepped } from "../../agents/checker.ts";
import type { NodeView } from "../../model/index.ts";
import type { ProtocolWorld } from "../protocols/world.ts";
import { type WorldUse, worldNamed } from "../protocols/worlds.ts";
import type { LabCell } from "./parameters.ts";
import { runTrial } from "./trial.ts";

/** Something that one node did; without a view it is down from then on. */
export interface RecordedMoment {
  readonly atMs: number;
  readonly agent: string;
  /** What came to it, in words. */
  readonly what: string;
  readonly view: NodeView | undefined;
}

/** One message on its way; without an arrival it was lost. */
export interface RecordedFlight {
  readonly from: string;
  readonly to: string;
  readonly kind: string;
  readonly sentMs: number;
  readonly arriveMs: number | undefined;
}

/** A run of the lab that can be looked at step by step. Everything is in order of time. */
export interface LabRecording {
  readonly cell: LabCell;
  readonly seed: number;
  readonly agents: readonly string[];
  readonly moments: readonly RecordedMoment[];
  readonly flights: readonly RecordedFlight[];
  readonly troubles: readonly { readonly atMs: number; readonly what: string }[];
  /** It goes on beyond what was recorded. */
  readonly cut: boolean;
}

/** Most of each that is kept: a long run of many is cut there. */
export const momentsAtMost = 5_000;
export const flightsAtMost = 20_000;

/** Runs one combination from one seed, as the comparison does, and keeps what everybody showed and sent. */
export function recordTrial(cell: LabCell, seed: number, seconds: number): WorldUse<LabRecording> {
  return (world) => record(world, cell, seed, seconds);
}

/** As `recordTrial`, of the algorithm that the combination names. Throws when there is none of that name. */
export function recordCell(cell: LabCell, seed: number, seconds: number): LabRecording {
  return worldNamed(cell.algorithm).open(recordTrial(cell, seed, seconds));
}

function record<Config, Node, Message, Durable>(
  world: ProtocolWorld<Config, Node, Message, Durable>,
  cell: LabCell,
  seed: number,
  seconds: number,
): LabRecording {
  const moments: RecordedMoment[] = [];
  const flights: RecordedFlight[] = [];
  const troubles: { atMs: number; what: string }[] = [];
  const agents = new Set<string>();
  let cut = false;
  const keep = <Item>(list: Item[], item: Item, atMost: number) => {
    if (list.length >= atMost) cut = true;
    if (!cut) list.push(item);
  };
  runTrial(world, cell, seed, seconds, {
    stepped(seen) {
      agents.add(seen.agent);
      // Clocks of the lab do not drift: the node's own time is everybody's.
      const view = world.machine.view(seen.after, seen.input.nowMs);
      keep(moments, { atMs: seen.atMs, agent: seen.agent, what: wordsOf(seen), view }, momentsAtMost);
    },
    crashed(agent, crashedMs) {
      keep(moments, { atMs: crashedMs, agent, what: "dies", view: undefined }, momentsAtMost);
    },
    sent({ from, to, message, atMs, arriveMs }) {
      keep(flights, { from, to, kind: kindOf(message), sentMs: atMs, arriveMs: arriveMs[0] }, flightsAtMost);
    },
    troubled(troubledMs, what) {
      if (!cut) troubles.push({ atMs: troubledMs, what });
    },
  });
  return { cell, seed, agents: [...agents], moments, flights, troubles, cut };
}

function wordsOf<Node, Message, Durable>({ input }: Stepped<Node, Message, Durable>): string {
  switch (input.type) {
    case "start":
      return input.durable === undefined ? "starts" : "comes back";
    case "message":
      return `gets ${kindOf(input.message)} from ${input.from}`;
    case "timer":
      return `has waited long enough: ${input.timer}`;
    case "ask":
      return `is asked to ${input.ask.type}`;
  }
}

/** What a message is called: protocols name theirs by `type`. */
function kindOf(message: unknown): string {
  if (typeof message === "object" && message !== null && "type" in message && typeof message.type === "string") return message.type;
  return "message";
}
