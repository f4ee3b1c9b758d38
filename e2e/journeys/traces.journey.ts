import { stat } from "node:fs/promises";
import type { Page } from "playwright/test";
import { nodeTermsText, splitBrainText } from "../../shared/trace/testing/split-brain.ts";
import { expect, test } from "../support/journey.ts";
import { SignalboxServer } from "../support/signalbox-server.ts";

const cursorOf = (page: Page) => page.getByRole("slider", { name: "Cursor in time" });
const traceOf = (page: Page) => page.getByRole("region", { name: "The open trace" });
const recordings = (page: Page) => page.getByRole("region", { name: "Recordings", exact: true });

async function openFile(page: Page, path: string): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Open a file…" }).click();
  await (await chooser).setFiles(path);
}

test("the demo fleet's deadlock is recorded by itself, opened, checked, tried with another policy, compared, exported and read back", async ({
  page,
  folder,
}) => {
  test.setTimeout(240_000);
  const server = await SignalboxServer.start({ args: ["--demo", "--deadlock"], dataFolder: `${folder}/demo` });
  try {
    await page.goto(`${server.url}/?view=traces`);
    const incident = recordings(page).getByRole("row", { name: /^Deadlock of d1, d2/ });
    await expect(incident).toContainText("goes on", { timeout: 90_000 });
    await incident.getByRole("button", { name: "More about Deadlock of d1, d2" }).click();
    await page.getByRole("menuitem", { name: "End it now" }).click();

    // After a reload it is there, a file by now: found by what is in it, and not by what is not.
    await page.reload();
    const name = page.getByRole("button", { name: "Deadlock of d1, d2", exact: true }).last();
    await expect(name).toBeVisible({ timeout: 60_000 });
    await page.getByLabel("What went wrong").fill("starvation");
    await expect(page.getByText("No recording is like that.")).toBeVisible();
    await page.getByLabel("What went wrong").fill("deadlock");
    await name.click();
    await expect(traceOf(page).getByRole("heading", { name: "Open: Deadlock of d1, d2" })).toBeVisible();

    // To the deadlock, and a step on.
    await page.locator("body").press("n");
    await expect.poll(async () => Number(await cursorOf(page).getAttribute("aria-valuenow"))).toBeGreaterThan(3);
    const stuck = Number(await cursorOf(page).getAttribute("aria-valuenow"));
    await page.locator("body").press("ArrowRight");
    await expect(cursorOf(page)).toHaveAttribute("aria-valuenow", String(stuck + 1));

    // Every rule that a trace can show held.
    await traceOf(page).getByRole("button", { name: "Check every rule" }).click();
    await expect(traceOf(page).getByText("Verified")).toBeVisible({ timeout: 60_000 });

    // What if it had been wound-wait from the beginning: no deadlock.
    await cursorOf(page).press("Home");
    await expect(traceOf(page).getByRole("button", { name: /^What if, from event [01]…$/ })).toBeVisible();
    await traceOf(page)
      .getByRole("button", { name: /^What if/ })
      .click();
    await page.getByRole("dialog").getByRole("combobox", { name: "Policy" }).selectOption("woundWait");
    await page.getByRole("button", { name: "Run it" }).click();
    const comparison = page.getByRole("region", { name: "Comparison" });
    await expect(comparison).toBeVisible({ timeout: 90_000 });
    const deadlocks = comparison.getByRole("row", { name: /^Deadlocks/ }).getByRole("cell");
    await expect(deadlocks.nth(0)).not.toHaveText("0");
    await expect(deadlocks.nth(1)).toHaveText("0");
    // On a busy machine others wait for a GPU before the two meet, and wound one another there.
    await expect(comparison.getByText(/^They part at [dwt]\d's request/)).toBeVisible();

    // The control under "detect" comes out as recorded; the others are measured beside it.
    await traceOf(page).getByRole("button", { name: "Under every policy…" }).click();
    await page.getByRole("button", { name: "Run them" }).click();
    const policies = page.getByRole("region", { name: "Under every policy" });
    await expect(policies).toBeVisible({ timeout: 120_000 });
    await expect(policies.getByRole("columnheader")).toHaveText(["Figure", "as recorded", "detect", "wound-wait", "wait-die", "ordered", "timeout"]);

    // Exported to every format ...
    const files: string[] = [];
    for (const format of ["Signalbox trace", "Chrome trace events", "OTLP JSON", "ShiViz log", "CSV"]) {
      const download = page.waitForEvent("download");
      await traceOf(page).getByRole("button", { name: "Save as…" }).click();
      await page.getByRole("menuitem", { name: format }).click();
      const path = `${folder}/${(await download).suggestedFilename()}`;
      await (await download).saveAs(path);
      expect((await stat(path)).size, format).toBeGreaterThan(500);
      files.push(path);
    }

    // ... and the trace read back gives the same picture at the same place.
    await page.locator("body").press("n");
    await expect(cursorOf(page)).toHaveAttribute("aria-valuenow", String(stuck));
    const words = page.getByRole("complementary", { name: "Inspector" });
    const moment = words.getByRole("region", { name: /At this moment/i });
    // The picture comes after the place.
    await expect(moment).not.toContainText("agents0");
    const before = await moment.textContent();
    await openFile(page, files[0] as string);
    await expect(page.getByRole("banner").getByText("Replay", { exact: true })).toBeVisible();
    // Read to the deadlock at least, and not the trace of before any more.
    await expect(cursorOf(page)).toHaveAttribute("aria-valuenow", "1");
    await expect.poll(async () => Number(await cursorOf(page).getAttribute("aria-valuemax"))).toBeGreaterThan(stuck);
    await page.locator("body").press("n");
    await expect(cursorOf(page)).toHaveAttribute("aria-valuenow", String(stuck));
    await expect(moment).toHaveText(before ?? "");

    // Read from another system's format, it is a space to look at as well.
    await openFile(page, files[1] as string);
    await expect(traceOf(page).getByText("read from chrome")).toBeVisible({ timeout: 30_000 });
    await expect(traceOf(page).getByText("holds", { exact: true })).toBeVisible();
  } finally {
    await server.stop();
  }
});

test("a check of a trace names two that believed to lead, and leads to where it showed", async ({ openDashboard, folder, server: _ }) => {
  const { writeFile } = await import("node:fs/promises");
  const page = await openDashboard("?view=traces");
  await writeFile(`${folder}/two.sbtrace`, splitBrainText());
  await openFile(page, `${folder}/two.sbtrace`);
  await traceOf(page).getByRole("button", { name: "Check every rule" }).click();
  const rivals = page.getByRole("region", { name: "Split brains" });
  await expect(rivals).toContainText(/w1 \(term 1, since .*\) and w2 \(term 2, since .*\) believed to lead repo\/main from .* on, for 10 s:/);
  await expect(rivals).toContainText("it said that it leads in term 1, which had ended 4 s before");
  await rivals.getByRole("button", { name: /^event/ }).click();
  await expect(cursorOf(page)).toHaveAttribute("aria-valuenow", /^[78]$/);
});

test("in a trace one goes from leader to leader of agents' own nodes, in a group that the engine has no election of", async ({
  openDashboard,
  folder,
  server: _,
}) => {
  const { writeFile } = await import("node:fs/promises");
  const page = await openDashboard("?view=traces");
  await writeFile(`${folder}/terms.sbtrace`, nodeTermsText());
  await openFile(page, `${folder}/terms.sbtrace`);
  await expect(cursorOf(page)).toHaveAttribute("aria-valuemax", "7");
  await cursorOf(page).press("End");
  await expect(cursorOf(page)).toHaveAttribute("aria-valuenow", "7");
  await page.locator("body").press("v");
  await page.getByRole("button", { name: "log", exact: true }).first().click();
  const inspector = page.getByRole("complementary", { name: "Inspector" });
  const step = (name: string) => inspector.getByRole("button", { name: `${name} change of leader in log` }).click();
  for (const [name, position] of [
    ["Previous", "6"],
    ["Previous", "5"],
    ["Previous", "3"],
    ["Next", "5"],
  ] as const) {
    await step(name);
    await expect(cursorOf(page)).toHaveAttribute("aria-valuenow", position);
  }
});

test("a file that is none says so and leaves everything as it was", async ({ openDashboard, folder, server: _ }) => {
  const { writeFile } = await import("node:fs/promises");
  const page = await openDashboard("?view=traces");
  await writeFile(`${folder}/broken.sbtrace`, '{"format":"sbtrace","version":1,"space":"x"}\n{"position":1}\n');
  await openFile(page, `${folder}/broken.sbtrace`);
  await expect(page.getByText(/line 1/i)).toBeVisible();
  await page.locator("body").press("l");
  await expect(page.getByText("Live", { exact: true }).first()).toBeVisible();
});

test("an operator records a span, names it, pins it and deletes it; a viewer only looks", async ({ openDashboard, startWorker }) => {
  const worker = await startWorker("w1");
  await worker.do("lock", "repo/a");
  const page = await openDashboard("?view=traces");
  await page.getByRole("button", { name: "Record…" }).click();
  const dialog = page.getByRole("dialog", { name: "Record" });
  await dialog.getByLabel(/^Name/).fill("the morning");
  await dialog.getByLabel(/^Reason/).fill("to look into it");
  await dialog.getByRole("button", { name: "Record it" }).click();
  const row = recordings(page).getByRole("row", { name: /the morning/ });
  await expect(row).toContainText("held", { timeout: 60_000 });
  const more = (item: string) => async () => {
    await row.getByRole("button", { name: /^More about/ }).click();
    await page.getByRole("menuitem", { name: item }).click();
  };
  await more("Pin: keep it for good")();
  await expect(row.getByLabel("pinned")).toBeVisible();
  await more("Delete…")();
  await page
    .getByRole("dialog")
    .getByLabel(/^Reason/)
    .fill("seen");
  await page.getByRole("button", { name: "Delete it" }).click();
  await expect(recordings(page).getByText(/None yet/)).toBeVisible();
});
