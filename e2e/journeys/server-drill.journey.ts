import { expect, test } from "../support/journey.ts";

test.use({ config: { allowFaults: true } });

test("the server is killed from the dashboard, which says so and until when; stopped from there, everybody goes on", async ({ openDashboard, startWorker }) => {
  const worker = await startWorker("w1");
  await worker.lock("repo/src/app.ts", { reason: "edits the router" });
  const page = await openDashboard("?view=faults");
  await page.getByRole("button", { name: /^kill the server/i }).click();
  const form = page.getByRole("dialog", { name: "Inject a fault" });
  await form.getByLabel("Lasts, seconds").fill("300");
  await form.getByRole("button", { name: "Preview…" }).click();
  const dialog = page.getByRole("dialog", { name: "Inject: kill the server" });
  await dialog.getByLabel("Reason").fill("does everybody come back?");
  await dialog.getByRole("button", { name: "Inject it" }).click();
  await expect(dialog.getByRole("status")).toHaveText("The fault has begun.");
  await dialog.getByRole("button", { name: "Close", exact: true }).click();
  await expect(page.getByRole("region", { name: "Active faults" })).toContainText("does everybody come back?");

  // The next thing that anybody does meets a server that dies over it.
  const second = worker.lock("repo/src/other.ts", { reason: "sent twice, granted once" });
  const banner = page.getByRole("alert").filter({ hasText: "The space is stopped" });
  await expect(banner).toContainText(/its server was killed .*It comes back by itself at/);

  await page.keyboard.press("x");
  await expect(page.getByText("Live", { exact: true }).first()).toBeVisible();
  await expect(banner).toBeHidden();
  await second;
  await expect(page.getByText("none active · 0 schedules")).toBeVisible();
  await page.getByRole("link", { name: "Locks" }).click();
  await expect(page.getByRole("grid", { name: "Locks" }).getByRole("row", { name: /repo\/src\/other\.ts/ })).toHaveCount(1);
  await page.getByRole("link", { name: "Audit" }).click();
  const audit = page.getByRole("grid", { name: "Audit" });
  await expect(audit.getByRole("row", { name: /fault ended: stoppedAll/ })).toContainText("stop all, from the dashboard");
});
