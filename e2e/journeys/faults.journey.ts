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

test("without --allow-faults the dashboard says so, and offers none", async ({ openDashboard }) => {
  const page = await openDashboard("?view=faults");
  await expect(page.getByRole("alert").filter({ hasText: "Faults are not allowed here" })).toContainText("Start it with --allow-faults");
  await expect(page.getByRole("button", { name: /^pause/i })).toBeDisabled();
});
