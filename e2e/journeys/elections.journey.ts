import type { Page } from "playwright/test";
import { expect, test } from "../support/journey.ts";
import type { Worker } from "../support/worker.ts";

const group = "fleet/merger";
const branch = "repo/refs/release";
const ttlMs = 4_000;

/** Three that would lead and one that follows: m1 leads, and has written. */
async function fleet(startWorker: (agent: string, options?: { ttlMs?: number }) => Promise<Worker>) {
  const candidates: Worker[] = [];
  for (const agent of ["m1", "m2", "m3"]) {
    const candidate = await startWorker(agent, { ttlMs });
    await candidate.do("campaign", group, { value: `http://${agent}:8080` });
    candidates.push(candidate);
  }
  const [first, second] = candidates as [Worker, Worker, Worker];
  const follower = await startWorker("f1", { ttlMs });
  await follower.do("follow", group);
  const { term } = await follower.do("nextLeader", group, null);
  await expect.poll(() => first.do("termIn", group)).toBe(term);
  await first.do("writeAsLeader", group, branch, "first");
  return { first, second, follower, term: term as string };
}

const card = (page: Page, words: string) => page.getByRole("article", { name: `${group}, ${words}` });

/** The next one leads in time, by the follower's word, and writes; the panel shows it. */
async function expectNext(page: Page, { second, follower, term }: Awaited<ReturnType<typeof fleet>>, blowMs: number): Promise<string> {
  const next = await follower.do("nextLeader", group, term);
  expect(next).toMatchObject({ agent: "m2", value: "http://m2:8080" });
  expect(next.atMs - blowMs).toBeLessThanOrEqual(ttlMs + 1_000);
  await expect.poll(() => second.do("termIn", group)).toBe(next.term);
  await second.do("writeAsLeader", group, branch, "second");
  await expect(card(page, "led by m2").or(card(page, "split brain"))).toContainText(`term ${next.term}, 2nd leader`);
  return next.term as string;
}

/** What the one that led before writes the guard keeps out, and operators see that two believe they lead, until it stops. */
async function expectSplitBrain(page: Page, { first, second, term }: Awaited<ReturnType<typeof fleet>>, nextTerm: string): Promise<void> {
  await expect
    .poll(
      async () => {
        await expect(first.do("writeAsLeader", group, branch, "late")).rejects.toThrow(`Fence ${term} is stale: ${branch} has seen ${nextTerm}`);
        return card(page, "split brain").isVisible();
      },
      { timeout: 30_000 },
    )
    .toBe(true);
  expect(await second.do("written", branch)).toEqual([`${term} m1 first`, `${nextTerm} m2 second`]);
  const needs = page.getByRole("region", { name: "Why it needs you" });
  await expect(needs).toContainText(`m1 and m2 believe that they lead ${group}`);
  await expect(needs).toContainText(`it wrote to ${branch} under term ${term}`);
  await expect(card(page, "led by m2")).toBeVisible({ timeout: 30_000 });
}

const terms = (page: Page) => page.getByRole("complementary", { name: "Inspector" }).getByRole("region", { name: "Terms" });

test("the leader is killed: the next one leads within the lease and a second", async ({ openDashboard, startWorker }) => {
  const those = await fleet(startWorker);
  const page = await openDashboard(`?view=elections&sel=group:${group}`);
  await expect(card(page, "led by m1")).toContainText(`It proclaims http://m1:8080`);
  const blowMs = Date.now();
  await those.first.kill();
  await expectNext(page, those, blowMs);
  await expect(terms(page).getByRole("listitem").nth(1)).toContainText(/^m1 .*its session expired$/);
});

test("the leader is paused beyond its lease: what it writes when it wakes is refused, and the alarm tells of it", async ({ openDashboard, startWorker }) => {
  const those = await fleet(startWorker);
  const page = await openDashboard(`?view=elections&sel=group:${group}`);
  await expect(card(page, "led by m1")).toBeVisible();
  const blowMs = Date.now();
  those.first.pause();
  const next = await expectNext(page, those, blowMs);
  await expect(terms(page)).toContainText("its session expired");
  those.first.resume();
  // By its own clock it knows at once; who does not ask is kept out by the guard.
  expect(await those.first.do("stoppedLeading", group)).not.toBeNull();
  await expectSplitBrain(page, those, next);
});

test("the leader is deposed from the dashboard: the next one leads at once, the old one is told and kept out", async ({ openDashboard, startWorker }) => {
  const those = await fleet(startWorker);
  const page = await openDashboard(`?view=elections&sel=group:${group}`);
  await card(page, "led by m1")
    .getByRole("button", { name: `Depose m1 in ${group}` })
    .click();
  const dialog = page.getByRole("dialog", { name: "Depose m1" });
  await dialog.getByLabel("Reason").fill("it merges the wrong branch");
  const blowMs = Date.now();
  await dialog.getByRole("button", { name: "Depose it" }).click();
  await expect(dialog.getByRole("status")).toHaveText("Deposed.");
  await dialog.getByRole("button", { name: "Close", exact: true }).click();
  const next = await expectNext(page, those, blowMs);
  await expect.poll(() => those.first.do("stoppedLeading", group)).not.toBeNull();
  await expect(terms(page)).toContainText("was deposed");
  await expect(page.getByRole("article", { name: `${group}, led by m2` })).toContainText(/m1\s*deposed/);
  await expectSplitBrain(page, those, next);
  await page.getByRole("link", { name: "Audit" }).click();
  await expect(page.getByRole("grid", { name: "Audit" }).getByRole("row", { name: /deposed/ })).toContainText("it merges the wrong branch");
});

test.describe("where faults are allowed", () => {
  test.use({ config: { allowFaults: true } });

  test("the leader is cut off by a fault: it stops before the next one leads, and is kept out", async ({ openDashboard, startWorker }) => {
    const those = await fleet(startWorker);
    const page = await openDashboard(`?view=elections&sel=group:${group}`);
    await card(page, "led by m1")
      .getByRole("button", { name: `More acts on ${group}` })
      .click();
    await page.getByRole("menuitem", { name: "Fault: cut off m1…" }).click();
    const form = page.getByRole("dialog", { name: "Inject a fault" });
    await form.getByLabel("Lasts, seconds").fill("300");
    await form.getByRole("button", { name: "Preview…" }).click();
    const dialog = page.getByRole("dialog", { name: /^Inject: cut/ });
    await dialog.getByLabel("Reason").fill("does the next one take over?");
    const blowMs = Date.now();
    await dialog.getByRole("button", { name: "Inject it" }).click();
    await expect(dialog.getByRole("status")).toHaveText("The fault has begun.");
    await dialog.getByRole("button", { name: "Close", exact: true }).click();
    const next = await expectNext(page, those, blowMs);
    const { atMs } = await those.follower.do("nextLeader", group, those.term);
    expect(await those.first.do("stoppedLeading", group)).toBeLessThan(atMs);
    // The resource it still reached; of that the server hears once the fault is over.
    await expect(those.first.do("writeAsLeader", group, branch, "late")).rejects.toThrow(`Fence ${those.term} is stale`);
    await page.keyboard.press("x");
    await expect(page.getByRole("button", { name: "faults off" })).toBeVisible();
    await expectSplitBrain(page, those, next);
  });
});

test("a planted split brain: one that goes on writing under its old term is an alarm, and a recording begins", async ({ openDashboard, startWorker }) => {
  const those = await fleet(startWorker);
  await those.first.do("writeCarelessly", group, branch, 300);
  const page = await openDashboard(`?view=elections&sel=group:${group}`);
  await expect(card(page, "led by m1")).toBeVisible();
  await those.first.do("handOver", group, "m2");
  const { term } = await those.follower.do("nextLeader", group, those.term);
  await those.second.do("writeAsLeader", group, branch, "second");
  await expect(card(page, "split brain")).toContainText(`term ${term}`);
  await page.getByRole("button", { name: /needs? you/ }).click();
  const need = page.getByRole("dialog", { name: /needs? you/ }).getByRole("button", { name: `Split brain: m1 and m2 believe that they lead ${group}` });
  await expect(need).toContainText(`m2 leads in term ${term}`);
  await page.keyboard.press("Escape");
  const before = await those.first.do("careless", group);
  await expect.poll(async () => (await those.first.do("careless", group)).refused).toBeGreaterThan(before.refused);
  expect((await those.first.do("careless", group)).accepted).toBe(before.accepted);
  await page.getByRole("link", { name: "Traces" }).click();
  await expect(page.getByText(`Split brain of ${group}: m1, m2`).first()).toBeVisible();
  // It goes: there is one leader again.
  await those.first.kill();
  await page.getByRole("link", { name: "Elections" }).click();
  await expect(card(page, "led by m2")).toBeVisible({ timeout: 30_000 });
});
