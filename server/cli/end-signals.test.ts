import { afterEach, expect, it, vi } from "vitest";
import { EndSignals } from "./end-signals.ts";

let signals: EndSignals | undefined;
afterEach(() => {
  signals?.release();
  vi.restoreAllMocks();
});

it("tells who waits, then ends the process", () => {
  const exit = vi.spyOn(process, "exit").mockReturnValue(undefined as never);
  signals = new EndSignals("It was ended before it led.");
  process.emit("SIGTERM", "SIGTERM");
  expect(signals.ended.reason).toMatchObject({ code: "cancelled", message: "It was ended before it led." });
  expect(exit).not.toHaveBeenCalled();
  process.emit("SIGTERM", "SIGTERM");
  expect(exit).toHaveBeenCalledWith(143);
});

it("is never without a handler while they change hands", () => {
  signals = new EndSignals("");
  const heard: string[] = [];
  const handlers = process.listeners("SIGHUP");
  const takeBack = signals.handTo((name) => void heard.push(name));
  expect(process.listeners("SIGHUP")).toEqual(handlers);
  process.emit("SIGHUP", "SIGHUP");
  expect(heard).toEqual(["SIGHUP"]);
  expect(signals.ended.aborted).toBe(false);
  takeBack();
  expect(process.listeners("SIGHUP")).toEqual(handlers);
  process.emit("SIGINT", "SIGINT");
  expect(heard).toEqual(["SIGHUP"]);
  expect(signals.ended.aborted).toBe(true);
});

it("leaves them to themselves when it is done", () => {
  const before = process.listenerCount("SIGINT");
  signals = new EndSignals("");
  expect(process.listenerCount("SIGINT")).toBe(before + 1);
  signals.release();
  expect(process.listenerCount("SIGINT")).toBe(before);
});
