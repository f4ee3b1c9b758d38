import type { Page } from "playwright/test";
import { expect, test } from "../support/journey.ts";

const lab = (page: Page) => page.getByRole("region", { name: "The lab" });
const rowOf = (page: Page, name: RegExp) => page.getByRole("grid", { name: /^Elections compared/ }).getByRole("row", { name });

test("elections are compared in the browser, a copied link gives the same figures, and a run can be watched step by step", async ({
  openDashboard,
  context,
}) => {
  const page = await openDashboard();
  await page.keyboard.press("c");
  await expect(page).toHaveURL(/view=lab/);
  await expect(lab(page).getByText("Nothing has been compared yet.")).toBeVisible();

  // What is out of bounds is said beside its field.
  const form = page.getByRole("form", { name: "What is compared" });
  await form.getByLabel("Members").fill("2");
  await form.getByRole("button", { name: "Compare" }).click();
  await expect(form.getByText("Has to be 3 to 99, at most six of them.")).toBeVisible();

  await form.getByLabel("Members").fill("3, 5");
  await form.getByLabel("Share of messages lost").fill("0");
  await form.getByLabel("Runs of each").fill("2");
  await form.getByLabel("Length of a run, s").fill("10");
  await form.getByRole("button", { name: "Compare" }).click();
  await expect(lab(page).getByText(/all done/)).toBeVisible({ timeout: 30_000 });
  await expect(page).toHaveURL(/lab=members:3\/5/);
  await expect(rowOf(page, /^Raft 3 /)).toBeVisible();
  await expect(
    page.getByRole("region", { name: "What one operation costs", exact: true }).getByRole("row", { name: /^A vote on every operation 5 .* 20$/ }),
  ).toBeVisible();

  // Somebody else opens the link.
  const other = await context.newPage();
  await other.goto(page.url());
  await expect(lab(other).getByText(/all done/)).toBeVisible({ timeout: 30_000 });
  expect(await rowOf(other, /^Raft 5 /).textContent()).toBe(await rowOf(page, /^Raft 5 /).textContent());
  await other.close();

  // A line of the table is a run that can be watched.
  await rowOf(page, /^Raft 5 /).click();
  await expect(page).toHaveURL(/run=raft\/5\/0\/20\/leaderDies\/1/);
  const controls = page.getByRole("group", { name: "Go through the run" });
  await controls.getByRole("button", { name: "Next term" }).click();
  await expect(page.getByRole("img", { name: /nobody leads; highest term 1/ })).toBeVisible();
  await controls.getByRole("button", { name: "One step on" }).click();
  await expect(page).toHaveURL(/step=\d+/);
  const link = page.url();
  const told = await page.getByRole("list", { name: "What happened last" }).textContent();
  await page.reload();
  await expect(page.getByRole("list", { name: "What happened last" })).toHaveText(told ?? "");
  expect(page.url()).toBe(link);

  // By itself it comes to a leader.
  await controls.getByRole("combobox", { name: "Speed" }).selectOption({ label: "4 times slower" });
  await controls.getByRole("button", { name: "Play", exact: true }).click();
  await expect(page.getByRole("img", { name: /leads in term/ })).toBeVisible({ timeout: 20_000 });
});

test("a comparison that takes long is cancelled, and what was measured stays", async ({ openDashboard }) => {
  const page = await openDashboard("?view=lab&lab=members:9+seeds:200+seconds:600");
  await expect(lab(page).getByText(/\d+ of [\d\u202f]+ runs/)).toBeVisible();
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(lab(page).getByText(/^Cancelled after/)).toBeVisible();
  await expect(page.getByRole("button", { name: "Compare" })).toBeEnabled();
});
