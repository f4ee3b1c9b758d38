import { describe, expect, it } from "vitest";
import { fakeWorld } from "../dev/fake-world.ts";
import { type AgentFacts, agentFacts, parseFilter, type ResourceFacts } from "./filter.ts";

const resource = (more: Partial<ResourceFacts> = {}): ResourceFacts => ({ resource: "repo/src/engine/locks.ts", holders: ["w3"], waiters: ["w1"], ...more });
const agent = (more: Partial<AgentFacts> = {}): AgentFacts => ({
  agent: "w3",
  states: ["working", "holding"],
  words: () => "w3 fleet edits the parser",
  paths: () => ["repo/src/engine/locks.ts"],
  ...more,
});

describe("filter", () => {
  it("lets everything through while nothing is typed, or only begun", () => {
    for (const query of ["", "   ", "state:", "path:"]) expect(parseFilter(query).active).toBe(false);
    expect(parseFilter("").resource(resource())).toBe(true);
  });

  it("finds resources by state", () => {
    const { resource: passes } = parseFilter("state:waiting");
    expect(passes(resource())).toBe(true);
    expect(passes(resource({ waiters: [] }))).toBe(false);
    expect(parseFilter("state:free").resource(resource({ holders: [] }))).toBe(true);
    expect(parseFilter("state:free").resource(resource({ holders: [], cooling: true }))).toBe(false);
    expect(parseFilter("state:frozen").resource(resource({ frozen: true }))).toBe(true);
  });

  it("finds by path, also while it is half typed", () => {
    for (const query of ["path:repo/src", "path:repo/src/", "path:repo/sr", "path:REPO"]) expect(parseFilter(query).resource(resource())).toBe(true);
    expect(parseFilter("path:src").resource(resource())).toBe(false);
    expect(parseFilter("path:repo/src").agent(agent())).toBe(true);
    expect(parseFilter("path:docs").agent(agent())).toBe(false);
  });

  it("takes words of one kind as alternatives and kinds together", () => {
    expect(parseFilter("agent:w1 agent:w9").resource(resource())).toBe(true);
    expect(parseFilter("agent:w9 state:held").resource(resource())).toBe(false);
    expect(parseFilter("state:waiting state:holding").agent(agent())).toBe(true);
  });

  it("wants every free word, in the name, in what is said, or in a path", () => {
    expect(parseFilter("parser locks").agent(agent())).toBe(true);
    expect(parseFilter("parser queues").agent(agent())).toBe(false);
    expect(parseFilter("LOCKS w1").resource(resource())).toBe(true);
  });

  it("reads an agent's facts from the state", () => {
    const { state } = fakeWorld({ agents: 12 });
    const waiting = [...state.sessions.values()].filter((session) => parseFilter("state:waiting").agent(agentFacts(state, session)));
    expect(waiting.map(({ agent: id }) => id).sort()).toEqual([...new Set([...state.waits.values()].map(({ agent: id }) => id))].sort());
    const lost = [...state.sessions.values()].filter((session) => parseFilter("state:disconnected").agent(agentFacts(state, session)));
    expect(lost.map(({ agent: id }) => id)).toEqual(["w2"]);
  });
});
