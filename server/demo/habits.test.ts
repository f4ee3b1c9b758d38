import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Box } from "../../shared/client/index.ts";
import { yieldPolitely } from "./habits.ts";

// The promised timers are not among those that vitest makes virtual.
vi.mock("node:timers/promises", () => ({ setTimeout: (ms: number) => new Promise((resolve) => setTimeout(resolve, ms)) }));
beforeEach(() => vi.useFakeTimers({ now: 1_700_000_000_123 }));
afterEach(() => vi.useRealTimers());

/** Locks as two boxes see them: whoever is first has it. `late` is how long each answer is on its way. */
class Table {
  readonly holders = new Map<string, string>();
  readonly progress = new Map<string, number>();
  readonly refused = new Map<string, number>();
  /** Who is told to stand back. */
  back: string | undefined;

  box(agent: string, late: () => number): Box {
    const answer = () => new Promise<void>((resolve) => setTimeout(resolve, late()));
    const count = (counts: Map<string, number>) => counts.set(agent, (counts.get(agent) ?? 0) + 1);
    const box: Pick<Box, "tryLock" | "declare" | "progress"> = {
      tryLock: (async (resource: string) => {
        await answer();
        if (this.back === agent || this.holders.has(resource)) {
          count(this.refused);
          return { busy: true };
        }
        this.holders.set(resource, agent);
        return { busy: false, release: async () => void this.holders.delete(resource) };
      }) as Box["tryLock"],
      declare: answer,
      progress: () => void count(this.progress),
    };
    return box as Box;
  }
}

async function forEver(box: Box, first: string, second: string): Promise<never> {
  for (;;) await yieldPolitely(box, { first, second });
}

test("two polite ones never get anything done, whenever each of them began and however late its answers are", async () => {
  for (let apartMs = 0; apartMs < 2_400; apartMs += 150) {
    const table = new Table();
    let seed = apartMs + 1;
    const late = () => {
      seed = (seed * 16_807) % 2_147_483_647;
      return 2 + (seed % 150);
    };
    void forEver(table.box("l1", late), "intro", "outro");
    await vi.advanceTimersByTimeAsync(apartMs);
    void forEver(table.box("l2", late), "outro", "intro");
    // Until the second one is in step, the first is alone.
    await vi.advanceTimersByTimeAsync(3_000);
    const before = { ...Object.fromEntries(table.progress) };
    await vi.advanceTimersByTimeAsync(60_000);
    expect(Object.fromEntries(table.progress)).toEqual(before);
    for (const agent of ["l1", "l2"]) expect(table.refused.get(agent)).toBeGreaterThan(15);
  }
});

test("once one of them stands back, the other gets done what both wanted", async () => {
  const table = new Table();
  void forEver(
    table.box("l1", () => 5),
    "intro",
    "outro",
  );
  void forEver(
    table.box("l2", () => 5),
    "outro",
    "intro",
  );
  await vi.advanceTimersByTimeAsync(20_000);
  expect(table.progress.get("l1") ?? 0).toBe(0);
  table.back = "l2";
  await vi.advanceTimersByTimeAsync(10_000);
  expect(table.progress.get("l1")).toBeGreaterThan(0);
});
