import { describe, expect, it } from "vitest";
import type { Event, EventBody } from "../../../shared/model/index.ts";
import { EventMemory } from "./event-memory.ts";

let position = 0;
const event = (body: EventBody): Event => ({ ...body, position: ++position, atMs: position }) as Event;
const who = (agent: string) => ({ session: `s-${agent}`, agent });
const refused = (): Event => event({ type: "guard.refused", ...who("w1"), resource: "a", fence: "3", highest: "9" });
const queued = (request: number, agent: string, fence: string): Event =>
  event({
    type: "lock.queued",
    wait: { request, ...who(agent), command: "c", wants: [{ resource: "a", mode: "exclusive", weight: 1 }], priority: 0, rank: 0, queuedMs: 0, reason: "" },
    blockers: [{ kind: "holder", agent: "w3", resource: "a", mode: "exclusive", fence, sinceMs: 0 }],
  });
const dequeued = (request: number, agent: string, why: "deadline" | "left"): Event =>
  event({ type: "lock.dequeued", ...who(agent), request, command: "c", why });

describe("what the events tell of trouble", () => {
  it("keeps the newest refusals", () => {
    const memory = new EventMemory();
    const all = Array.from({ length: 300 }, refused);
    memory.take(all);
    expect(memory.refusals).toEqual(all.slice(-200));
  });

  it("remembers who gave up waiting for a lock, for as long as it is held", () => {
    const memory = new EventMemory();
    memory.take([queued(1, "w1", "7"), queued(2, "w2", "7"), queued(3, "w1", "8"), queued(4, "w5", "7"), queued(5, "w6", "7")]);
    expect(memory.gaveUp.size).toBe(0);
    memory.take([dequeued(1, "w1", "deadline"), dequeued(3, "w1", "deadline"), dequeued(4, "w5", "left")]);
    memory.take([event({ type: "lock.granted", ...who("w6"), command: "c", request: 5, locks: [] }), dequeued(2, "w2", "deadline")]);
    expect(memory.gaveUp.get("7")).toEqual(new Set(["w1", "w2"]));
    memory.prune((fence) => fence === "7");
    expect([...memory.gaveUp.keys()]).toEqual(["7"]);
    memory.reset();
    expect(memory.gaveUp.size).toBe(0);
  });
});
