import { expect, test } from "../support/journey.ts";

test.use({
  viewport: { width: 390, height: 844 },
  config: { rules: [{ pattern: "repo/src", settings: { guarded: true }, reason: "a journey" }] },
});

test("on a narrow screen everything is there: nothing is cut off, the inspector comes as a drawer, a lock can be released", async ({
  openDashboard,
  startWorker,
}) => {
  const worker = await startWorker("w1");
  await worker.lock("repo/src/app.ts", { reason: "edits the router" });
  const page = await openDashboard();
  const scrollsSideways = () => page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth + 1);

  for (const view of ["Locks", "Agents", "Intents", "Rules", "Audit", "Findings", "Contention", "Faults", "Lab", "Graph"]) {
    await page.getByRole("link", { name: view }).click();
    await expect(page.getByRole("region", { name: view }).first()).toBeVisible();
    expect(await scrollsSideways(), `${view} is wider than the screen`).toBe(false);
  }

  // What can be done to a row stands beside it, without scrolling.
  await page.getByRole("link", { name: "Rules" }).click();
  const acts = page.getByRole("button", { name: "Acts on repo/src" });
  await expect(acts).toBeInViewport({ ratio: 1 });
  await acts.click();
  await expect(page.getByRole("menuitem", { name: "Change the rule of repo/src" })).toBeInViewport({ ratio: 1 });
  await page.keyboard.press("Escape");
  await page.getByRole("link", { name: "Graph" }).click();

  await page.getByRole("button", { name: /^app\.ts/ }).click();
  const drawer = page.getByRole("dialog", { name: "Inspector" });
  await expect(drawer.getByRole("heading", { name: "repo/src/app.ts" })).toBeVisible();
  await drawer.getByRole("button", { name: "Release…" }).click();
  const dialog = page.getByRole("dialog", { name: "Release repo/src/app.ts" });
  await expect(dialog.getByRole("region", { name: "What it would do now" })).toContainText("w1 loses repo/src/app.ts");
  await dialog.getByLabel("Reason").fill("from the phone");
  await dialog.getByRole("button", { name: "Release it" }).click();
  await expect(dialog.getByRole("status")).toHaveText("Released.");
  expect(await scrollsSideways()).toBe(false);
  await expect.poll(() => worker.do("state", "repo/src/app.ts")).toBe("lost");
});
