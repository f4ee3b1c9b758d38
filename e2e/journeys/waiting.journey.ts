import type { Page } from "playwright/test";
import { expect, test } from "../support/journey.ts";

const [a, b, elsewhere] = ["repo/src/a.ts", "repo/src/b.ts", "repo/docs/guide.md"];

/** w3 waits for what w2 holds, who waits for what w1 holds; w4 has nothing to do with it. */
test("why somebody waits is told down to its root, lit in the graph, and what would free it is previewed, from a row and from a lane", async ({
  openDashboard,
  startWorker,
}) => {
  const [w1, w2, w3, w4] = [await startWorker("w1"), await startWorker("w2"), await startWorker("w3"), await startWorker("w4")];
  await w1.lock(a, { reason: "edits a" });
  await w2.lock(b, { reason: "edits b" });
  await w4.lock(elsewhere, { reason: "writes the guide" });
  const [second, third] = [w2.lock(a), w3.lock(b)];
  const page = await openDashboard("?view=agents&layout=tracks");
  const inspector = page.getByRole("complementary", { name: "Inspector" });
  const why = inspector.getByRole("region", { name: "Why is it waiting?" });

  // From a row of a table.
  await page.getByRole("row", { name: /^w3/ }).getByRole("button", { name: "w3" }).click();
  await expect(why.getByRole("listitem").first()).toContainText(`for ${b}, which w2 holds`);
  await expect(why.getByRole("listitem").nth(1)).toContainText(`for ${a}, which w1 holds`);
  const free = inspector.getByRole("region", { name: "What would free it" });
  await expect(free).toContainText(`w1 holds ${a}`);
  await expect(free).toContainText("waits for nothing");
  await free.getByRole("button", { name: "What it would do" }).click();
  await expect(free).toContainText("w2 gets it");

  // In the graph: four edges from w3 down to w1, each with its time, and the rest is dimmed.
  await why.getByRole("button", { name: "Show the chain in the graph" }).click();
  await chainIsLit(page);
  // It is a link: who opens it sees the same.
  await page.reload();
  await chainIsLit(page);

  // From a lane of the timeline, by keys.
  await page.keyboard.press("Escape");
  await expect(page).not.toHaveURL(/sel=/);
  await expect(page.locator("[data-way]")).toHaveCount(0);
  await page.getByRole("region", { name: "Timeline lanes" }).focus();
  for (const _ of ["w1", "w2", "w3"]) await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/sel=agent:w3/);
  await chainIsLit(page);

  // The root lets go: one after the other is served.
  await w1.do("release", a);
  expect(await second).toBeTruthy();
  await expect(why.getByRole("listitem")).toHaveCount(1);
  await w2.do("release", b);
  expect(await third).toBeTruthy();
  await expect(why).toHaveCount(0);
});

async function chainIsLit(page: Page): Promise<void> {
  const way = page.locator("[data-way]");
  await expect(way).toHaveCount(4);
  await expect(way.getByText(/^waits \d/)).toHaveCount(2);
  await expect(page.locator("[data-edge]:not([data-way])").first()).toHaveAttribute("data-dim", "true");
  for (const agent of ["w1", "w2", "w3"]) await expect(page.getByRole("img", { name: `Agent ${agent},` })).not.toHaveAttribute("data-dim");
  await expect(page.getByRole("img", { name: "Agent w4," })).toHaveAttribute("data-dim", "true");
  await expect(page.getByRole("img", { name: `${elsewhere},` })).toHaveAttribute("data-dim", "true");
}

test("the tracks dim what the chain does not pass, as the graph does; on a narrow screen the inspector goes out of the way of it", async ({
  openDashboard,
  startWorker,
}) => {
  const [w1, w2, w3, w4] = [await startWorker("w1"), await startWorker("w2"), await startWorker("w3"), await startWorker("w4")];
  await w1.lock(a, { reason: "edits a" });
  await w2.lock(b, { reason: "edits b" });
  await w4.lock(elsewhere, { reason: "writes the guide" });
  const waits = [w2.lock(a), w3.lock(b)];
  const page = await openDashboard("?layout=tracks&sel=agent:w3");
  const dimmed = (path: string) => page.locator(`[data-path="${path}"]`);
  await expect(dimmed(elsewhere)).toHaveAttribute("data-dim", "true");
  for (const path of [a, b]) await expect(dimmed(path)).not.toHaveAttribute("data-dim");
  await expect(page.locator('li[data-dim] [data-lamp="w4"]')).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.locator("[data-dim]")).toHaveCount(0);

  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(page.url().replace(/\?.*$/, "?layout=tracks&sel=agent:w3"));
  const drawer = page.getByRole("dialog", { name: "Inspector" });
  await drawer.getByRole("button", { name: "Show the chain in the graph" }).click();
  await expect(drawer).toHaveCount(0);
  await expect(page).toHaveURL(/sel=agent:w3/);
  await expect(page.locator("[data-way]").first()).toBeVisible();
  await page.getByRole("button", { name: "Show the inspector" }).click();
  await expect(drawer).toBeVisible();

  await w1.do("release", a);
  await waits[0];
  await w2.do("release", b);
  await waits[1];
});
