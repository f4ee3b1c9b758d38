import type { Page } from "playwright/test";
import { expect, test } from "../support/journey.ts";

const file = "repo/src/app.ts";
const lanesOf = (page: Page) => page.getByRole("region", { name: "Timeline lanes" });
const rowOf = (page: Page, lane: string) => page.getByRole("table", { name: "Lanes in sight" }).getByRole("row", { name: new RegExp(`^${lane} `) });
const cursorOf = (page: Page) => page.getByRole("slider", { name: "Cursor in time" });
const positionOf = async (page: Page) => Number(await cursorOf(page).getAttribute("aria-valuenow"));

test("in the past the timeline shows the whole trace with the cursor in it, and why a waiter got what it waited for", async ({
  openDashboard,
  startWorker,
}) => {
  const [w1, w2] = [await startWorker("w1"), await startWorker("w2")];
  await w1.lock(file, { reason: "edits the router" });
  const granted = w2.lock(file, { reason: "adds a route" });
  const page = await openDashboard("?layout=timeline");
  await expect(rowOf(page, "w2")).toContainText(`w2 waits`);
  await w1.do("release", file);
  await granted;
  await expect(rowOf(page, "w2")).toContainText(`w2 holds ${file}`);

  // At the beginning nobody is there yet, and all that came later is in sight.
  await page.keyboard.press("ArrowLeft");
  await expect(page.getByRole("banner").getByText("Replay", { exact: true })).toBeVisible();
  await expect(page.getByText("Reading what happened before…")).toHaveCount(0);
  const last = Number(await cursorOf(page).getAttribute("aria-valuemax"));
  await cursorOf(page).focus();
  await page.keyboard.press("Home");
  await expect.poll(() => positionOf(page)).toBeLessThan(2);
  await expect(rowOf(page, "w2")).toContainText("nothing lasts");
  await expect(page.getByText(new RegExp(`· ${last} events`))).toBeVisible();

  // Whoever is selected shows what it owes to whom.
  const arrows = page.getByRole("list", { name: "Arrows in sight" });
  await page.goto(`${page.url().replace(/&sel=[^&]*/, "")}&sel=agent:w2`);
  await expect(arrows.getByText(/^w2 at event \d+ because of w1 at event \d+$/)).toBeAttached();

  // A click on the axis moves the cursor there; a segment that goes on then is told as it was then.
  const box = (await lanesOf(page).boundingBox())!;
  const clickAxis = (share: number) => page.mouse.click(box.x + box.width * share, box.y + box.height - 8);
  await clickAxis(0.9);
  await expect.poll(() => positionOf(page)).toBeGreaterThan(1);
  const later = await positionOf(page);
  await clickAxis(0.12);
  await expect.poll(() => positionOf(page)).toBeLessThan(later);
});
