import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Event } from "../../shared/model/index.ts";
import type { Frame } from "../../shared/protocol/index.ts";
import { creditFrames, FrameStream, type Viewer } from "./frame-stream.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const event = (position: number): Event => ({ type: "session.connected", position, atMs: position, session: "s", agent: "a" });

function stream(position = 0) {
  const frames: Frame[] = [];
  return { frames, stream: new FrameStream({ position, nowMs: () => 7, send: (frame) => frames.push(frame) }) };
}

function viewer() {
  return { enter: vi.fn(), leave: vi.fn(), lagged: vi.fn() } satisfies Viewer;
}

describe("frames", () => {
  it("gather events, at most 20 a second, each following on the one before", () => {
    const { stream: frames, frames: sent } = stream();
    frames.admit(viewer(), 0, () => {});
    for (let position = 1; position <= 1_000; position++) {
      frames.publish([event(position)]);
      vi.advanceTimersByTime(1);
    }
    vi.advanceTimersByTime(50);
    expect(sent.length).toBeLessThanOrEqual(21);
    expect(sent.length).toBeGreaterThanOrEqual(20);
    let last = 0;
    for (const frame of sent) {
      expect(frame.after).toBe(last);
      for (const { position } of frame.events) expect(position).toBe(++last);
    }
    expect(last).toBe(1_000);
  });

  it("are not made while nobody looks", () => {
    const { stream: frames, frames: sent } = stream();
    frames.publish([event(1)]);
    vi.advanceTimersByTime(100);
    expect(sent).toEqual([]);
    expect(frames.position).toBe(1);
  });

  it("begin for a viewer where its snapshot ends", () => {
    const { stream: frames, frames: sent } = stream();
    frames.admit(viewer(), 0, () => {});
    frames.publish([event(1), event(2)]);
    const late = viewer();
    const admitted = vi.fn(() => expect(frames.position).toBe(2));
    frames.admit(late, 2, admitted);
    expect(admitted).not.toHaveBeenCalled();
    vi.advanceTimersByTime(50);
    expect(admitted).toHaveBeenCalledOnce();
    frames.publish([event(3)]);
    vi.advanceTimersByTime(50);
    expect(sent.at(-1)).toEqual({ after: 2, serverMs: 7, events: [event(3)] });
  });

  it("are held back from a viewer that gives no credit, and from nobody else", () => {
    const { stream: frames } = stream();
    const slow = viewer();
    const brisk = viewer();
    frames.admit(slow, 0, () => {});
    frames.admit(brisk, 0, () => {});
    for (let position = 1; position <= creditFrames; position++) {
      frames.publish([event(position)]);
      vi.advanceTimersByTime(50);
      frames.credit(brisk, position);
    }
    expect(slow.lagged).not.toHaveBeenCalled();
    frames.publish([event(creditFrames + 1)]);
    vi.advanceTimersByTime(50);
    expect(slow.lagged).toHaveBeenCalledOnce();
    expect(slow.leave).toHaveBeenCalledOnce();
    expect(brisk.lagged).not.toHaveBeenCalled();
    expect(frames.viewers).toBe(1);
  });

  it("cannot be paid for in advance", () => {
    const { stream: frames } = stream();
    const liar = viewer();
    frames.admit(liar, 0, () => {});
    frames.credit(liar, 1_000_000);
    for (let position = 1; position <= creditFrames + 1; position++) {
      frames.publish([event(position)]);
      vi.advanceTimersByTime(50);
    }
    expect(liar.lagged).toHaveBeenCalledOnce();
  });

  it("forget a viewer that left, also while it waits to be let in", () => {
    const { stream: frames } = stream();
    const gone = viewer();
    const admitted = vi.fn();
    frames.admit(viewer(), 0, () => {});
    frames.publish([event(1)]);
    frames.admit(gone, 1, admitted);
    frames.remove(gone);
    vi.advanceTimersByTime(100);
    expect(admitted).not.toHaveBeenCalled();
    expect(frames.viewers).toBe(1);
  });
});
