import { expect, test } from "vitest";
import { z } from "zod";
import type { Machine } from "../machine.ts";
import { transcript } from "./transcript.ts";

interface Counter {
  readonly agent: string;
  readonly peers: readonly string[];
  readonly count: number;
}

/** Counts what it is told to and what others tell it; echoes once. */
const counter: Machine<Omit<Counter, "count">, Counter, { type: "add"; by: number }, number> = {
  name: "counter",
  message: z.strictObject({ type: z.literal("add"), by: z.number() }),
  durable: z.number(),
  start: (config, _, durable) => ({ node: { ...config, count: durable ?? 0 }, outputs: [{ type: "timer", timer: "rest", afterMs: 100 }] }),
  step: (node, input) => {
    if (input.type === "timer") return { node, outputs: [{ type: "answer", id: "rest", value: String(input.nowMs) }] };
    const count = node.count + 1;
    const told = input.type === "ask" ? node.peers.filter((peer) => peer !== node.agent) : [];
    return {
      node: { ...node, count },
      outputs: [{ type: "persist", durable: count }, ...told.map((to) => ({ type: "send" as const, to, message: { type: "add" as const, by: 1 } }))],
    };
  },
  view: ({ peers, count }) => ({
    protocol: "counter",
    role: "follower",
    term: count,
    leader: null,
    votedFor: null,
    votes: [],
    members: [...peers],
    because: "it counts",
  }),
};

const play = (script: string) => transcript({ machine: counter, configOf: (agent, peers) => ({ agent, peers }) }, script);

test("a transcript shows what comes of each command, and is the same again when it is played anew", () => {
  const played = play("# Two count.\n> start a b\n> campaign a\n> deliver\n> crash b\n> campaign a\n> restart b\n> wait 150\n> view\nold words\n");
  expect(played).toBe(`# Two count.
> start a b
  a sets rest: 100 ms
  b sets rest: 100 ms
> campaign a
  a persists 1
  a -> b: add by=1
> deliver
  b persists 1
> crash b
> campaign a
  a persists 2
  a -> b (lost): add by=1
> restart b
  b sets rest: 100 ms
> wait 150
  100 ms: a's timer rest goes off
  a answers rest: 100
  100 ms: b's timer rest goes off
  b answers rest: 100
> view
  a: follower in term 2, leader unknown: it counts
  b: follower in term 1, leader unknown: it counts
`);
  expect(play(played)).toBe(played);
});

test("what is under way can be lost, come twice and be cut off", () => {
  const counts = (script: string) => play(`> hush start a b\n${script}\n> view b`).split("\n").at(-2);
  expect(counts("> campaign a\n> drop a b\n> deliver")).toContain("term 0");
  expect(counts("> campaign a\n> repeat\n> deliver")).toContain("term 2");
  expect(counts("> cut a b\n> campaign a\n> deliver\n> heal\n> campaign a\n> deliver once a")).toContain("term 1");
});

test("what a transcript does not know is an error", () => {
  expect(() => play("> start a\n> dance a")).toThrow('There is no command "dance".');
  expect(() => play("> campaign z")).toThrow('There is no node "z".');
});
