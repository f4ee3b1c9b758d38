import { afterEach, beforeEach, expect, vi } from "vitest";
import type { Box, BoxStatus } from "../box.ts";
import { FakeServer } from "../fake-server.ts";

/** The server of the test that runs. */
export let server: FakeServer;
let box: Box | undefined;

/** Each test has a server and time of its own, and leaves no timer behind. */
export function openScene(): void {
  beforeEach(() => {
    vi.useFakeTimers();
    server = new FakeServer();
  });
  afterEach(() => {
    box?.close();
    box = undefined;
    expect(vi.getTimerCount()).toBe(0);
    vi.restoreAllMocks();
    vi.useRealTimers();
  });
}

export const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

export type JoinOptions = Parameters<FakeServer["connect"]>[0];

/** A box that has joined, closed after the test. */
export async function joined(options: JoinOptions = {}): Promise<Box> {
  box = await server.connect(options);
  await pass(0);
  return box;
}

/** As `joined`, with every status that the box comes to. */
export async function joinedTelling(options: JoinOptions = {}): Promise<{ box: Box; statuses: BoxStatus[] }> {
  const made = await joined(options);
  const statuses: BoxStatus[] = [];
  made.onStatus((status) => statuses.push(status));
  return { box: made, statuses };
}
