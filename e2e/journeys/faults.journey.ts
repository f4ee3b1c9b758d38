import type { Page } from "playwright/test";
import { expect, test } from "../support/journey.ts";

test.describe("where faults are allowed", () => {
  test.use({ config: { allowFaults: true } });

  test("a fault is injected from the dashboard, seen on the lamp and as a band, and all are stopped at once", async ({ openDashboard, startWorker }) => {
    await startWorker("w1");
    const worker = await startWorker("w3");
    await worker.lock("repo/src/app.ts", { reason: "edits the router" });
    const page = await openDashboard("?sel=agent:w3");
    await expect(page.getByRole("button", { name: "faults off" })).toBeVisible();
    const inspector = page.getByRole("complementary", { name: "Inspector" });
    await inspector.getByRole("button", { name: "Inject a fault…" }).click();
    const form = page.getByRole("dialog", { name: "Inject a fault" });
    await form.getByLabel("Fault", { exact: true }).selectOption("slow link");
    await form.getByLabel("Lasts, seconds").fill("120");
    await form.getByRole("button", { name: "Preview…" }).click();
    const dialog = page.getByRole("dialog", { name: "Inject: slow link w3" });
    await dialog.getByLabel("Reason").fill("see who waits");
    await dialog.getByRole("button", { name: "Inject it" }).click();
    await expect(dialog.getByRole("status")).toHaveText("The fault has begun.");
    await dialog.getByRole("button", { name: "Close", exact: true }).click();

    await expect(page.getByRole("button", { name: /w3.*under a fault: slow link w3/ }).first()).toBeVisible();
    await expect(page.getByRole("table", { name: "Lanes in sight" }).getByRole("row", { name: /^w3 / })).toContainText("slow link w3");
    await page.getByRole("button", { name: "1 fault", exact: true }).click();
    const active = page.getByRole("region", { name: "Active faults" });
    await expect(active).toContainText("see who waits");
    await expect(active).toContainText(/heals in 1 min/);

    // A schedule, too: then one key ends all of it.
    await page.getByRole("button", { name: /^flap/i }).click();
    await form.getByLabel("Target").fill("w*");
    await form.getByText("On a schedule").click();
    await form.getByRole("button", { name: "Preview…" }).click();
    const schedule = page.getByRole("dialog", { name: "Schedule: flap w*" });
    await schedule.getByLabel("Reason").fill("every 20 s");
    await schedule.getByRole("button", { name: "Begin the schedule" }).click();
    await schedule.getByRole("button", { name: "Close", exact: true }).click();
    await expect(page.getByRole("region", { name: "Schedules", exact: true })).toContainText("halted when a deadlock stands");
    await page.keyboard.press("x");
    await expect(page.getByRole("button", { name: "faults off" })).toBeVisible();
    await expect(page.getByText("none active · 0 schedules")).toBeVisible();

    await page.getByRole("link", { name: "Audit" }).click();
    const audit = page.getByRole("grid", { name: "Audit" });
    await expect(audit.getByRole("row", { name: /fault injected/ })).toContainText("slow link w3");
    await expect(audit.getByRole("row", { name: /fault ended: stoppedAll/ })).toContainText("local · operator");
  });

  test("a fault is marked in the graph near and far out, and a cut between two names both", async ({ openDashboard, startWorker }) => {
    await startWorker("w1");
    const worker = await startWorker("w2");
    await worker.lock("repo/src/app.ts", { reason: "edits the router" });
    const page = await openDashboard("?layout=graph&sel=agent:w1");
    const lamp = (agent: string) => page.getByRole("img", { name: new RegExp(`^Agent ${agent},`) });
    await expect(lamp("w1")).toBeVisible();

    // From the palette, for who is selected.
    await page.keyboard.press("Control+k");
    await expect(page.getByRole("textbox", { name: "Find or do" })).toBeFocused();
    await page.keyboard.type("cut between");
    await page.getByText(/^Fault: cut between/).click();
    const form = page.getByRole("dialog", { name: "Inject a fault" });
    await expect(form.getByLabel("One side")).toHaveValue("w1");
    await form.getByRole("button", { name: "Preview…" }).click();
    await expect(form).toContainText("Name the other one, too.");
    await form.getByLabel("The other side").fill("w2");
    await form.getByLabel("Lasts, seconds").fill("300");
    await form.getByRole("button", { name: "Preview…" }).click();
    const dialog = page.getByRole("dialog", { name: "Inject: cut between w1 and w2" });
    await dialog.getByLabel("Reason").fill("do they miss each other?");
    await dialog.getByRole("button", { name: "Inject it" }).click();
    await dialog.getByRole("button", { name: "Close", exact: true }).click();
    for (const agent of ["w1", "w2"]) await expect(lamp(agent)).toHaveAttribute("data-fault", "true");
    await page.keyboard.press("Escape");

    // So far out that nodes are dots on the canvas: a bolt beside each of the two, until all is stopped.
    while ((await page.locator(".react-flow__node").count()) > 0) {
      const before = await page.locator(".react-flow__viewport").getAttribute("style");
      await page.getByRole("button", { name: "Zoom out", exact: true }).click();
      await expect(page.locator(".react-flow__viewport")).not.toHaveAttribute("style", before ?? "");
    }
    await expect.poll(() => boltPixels(page)).toBeGreaterThan(10);
    await page.keyboard.press("x");
    await expect.poll(() => boltPixels(page)).toBe(0);
  });

  test("a liar is refused, and it is written down in words", async ({ openDashboard, startWorker }) => {
    const honest = await startWorker("w1");
    await startWorker("w9");
    await honest.lock("repo/src/app.ts", { reason: "edits the router" });
    const page = await openDashboard("?view=faults&sel=agent:w9");
    await page.getByRole("button", { name: /^lie/i }).click();
    await page.getByRole("dialog", { name: "Inject a fault" }).getByRole("button", { name: "Preview…" }).click();
    const dialog = page.getByRole("dialog", { name: "Inject: lie w9" });
    await dialog.getByLabel("Reason").fill("does the engine see it?");
    await dialog.getByRole("button", { name: "Inject it" }).click();
    await dialog.getByRole("button", { name: "Close", exact: true }).click();
    await page.getByRole("link", { name: "Audit" }).click();
    const row = page
      .getByRole("grid", { name: "Audit" })
      .getByRole("row", { name: /false claim refused/ })
      .first();
    await expect(row).toContainText("which is w1's", { timeout: 20_000 });
    expect(await honest.do("state", "repo/src/app.ts")).toBe("held");
  });
});

/** How much of the graph's canvas has the colour of the bolts, which nothing else on it has. */
function boltPixels(page: Page): Promise<number> {
  return page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>(".react-flow canvas");
    const probe = document.createElement("canvas").getContext("2d");
    const context = canvas?.getContext("2d");
    if (!canvas || !context || !probe) return -1;
    probe.fillStyle = getComputedStyle(document.documentElement).getPropertyValue("--sb-wait-text").trim();
    probe.fillRect(0, 0, 1, 1);
    const [red, green, blue] = probe.getImageData(0, 0, 1, 1).data;
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    let count = 0;
    for (let at = 0; at < data.length; at += 4) if (data[at] === red && data[at + 1] === green && data[at + 2] === blue && data[at + 3] === 255) count++;
    return count;
  });
}

test("without --allow-faults the dashboard says so, and offers none", async ({ openDashboard }) => {
  const page = await openDashboard("?view=faults");
  await expect(page.getByRole("alert").filter({ hasText: "Faults are not allowed here" })).toContainText("Start it with --allow-faults");
  await expect(page.getByRole("button", { name: /^pause/i })).toBeDisabled();
});
