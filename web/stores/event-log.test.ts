import { describe, expect, it } from "vitest";
import type { Event } from "../../shared/model/index.ts";
import { EventLog, type EventLogChange } from "./event-log.ts";

const event = (position: number): Event => ({ type: "session.connected", position, atMs: position * 10, session: "s", agent: "a" });
const run = (from: number, to: number): Event[] => Array.from({ length: to - from + 1 }, (_, index) => event(from + index));
const positions = (log: EventLog): number[] => log.slice().map(({ position }) => position);

describe("EventLog", () => {
  it("keeps the newest when it is full", () => {
    const log = new EventLog(5);
    log.append(run(1, 4));
    log.append(run(5, 7));
    expect([log.from, log.to, log.size, log.room]).toEqual([3, 7, 5, 0]);
    expect(positions(log)).toEqual([3, 4, 5, 6, 7]);
    expect(log.at(2)).toBeUndefined();
  });

  it("takes more at once than it can keep", () => {
    const log = new EventLog(3);
    log.append(run(1, 10));
    expect(positions(log)).toEqual([8, 9, 10]);
  });

  it("refuses a gap and a repeat", () => {
    const log = new EventLog(5, 10);
    expect(() => log.append(run(12, 13))).toThrow("do not follow");
    log.append(run(11, 12));
    expect(() => log.append(run(12, 13))).toThrow("do not follow");
  });

  it("is filled backwards as far as there is room, and never over what is newer", () => {
    const log = new EventLog(5, 10);
    log.append(run(11, 12));
    expect(log.prepend(run(5, 10))).toBe(3);
    expect(positions(log)).toEqual([8, 9, 10, 11, 12]);
    expect(log.prepend(run(1, 7))).toBe(0);
  });

  it("takes an overlapping page, and refuses one that leaves a gap", () => {
    const log = new EventLog(10, 10);
    log.append(run(11, 11));
    expect(log.prepend(run(4, 8))).toBe(0);
    expect(log.prepend(run(9, 11))).toBe(2);
    expect(positions(log)).toEqual([9, 10, 11]);
  });

  it("finds positions by time", () => {
    const log = new EventLog(10, 4);
    log.append(run(5, 9));
    expect([0, 50, 55, 90, 91].map((atMs) => log.positionAt(atMs))).toEqual([5, 5, 6, 9, 10]);
  });

  it("tells what changed, and what of it is still there", () => {
    const log = new EventLog(3, 5);
    const changes: EventLogChange[] = [];
    const stop = log.subscribe((change) => changes.push(change));
    log.append(run(6, 10));
    log.reset(20);
    log.append(run(21, 21));
    log.prepend(run(20, 20));
    log.append([]);
    stop();
    log.append(run(22, 22));
    expect(changes).toEqual([
      { kind: "appended", from: 8, to: 10 },
      { kind: "reset" },
      { kind: "appended", from: 21, to: 21 },
      { kind: "prepended", from: 20, to: 20 },
    ]);
  });
});
