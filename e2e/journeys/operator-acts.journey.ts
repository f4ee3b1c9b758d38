import type { Page } from "playwright/test";
import { expect, test } from "../support/journey.ts";

/** Fills in the reason of the open act, does it and closes the dialog. */
async function confirm(page: Page, title: string, reason: string, button: string, done: string): Promise<void> {
  const dialog = page.getByRole("dialog", { name: title });
  await dialog.getByLabel("Reason").fill(reason);
  await dialog.getByRole("button", { name: button }).click();
  await expect(dialog.getByRole("status")).toHaveText(done);
  await dialog.getByRole("button", { name: "Close", exact: true }).click();
}

test("freeze, thaw, set a level and expel: each does what it says and stands in the audit with its reason", async ({ openDashboard, startWorker, server }) => {
  const worker = await startWorker("w1");
  await worker.lock("repo/src", { reason: "moves files" });
  const page = await openDashboard("?sel=resource:repo/src");
  const inspector = page.getByRole("complementary", { name: "Inspector" });

  // Frozen: who holds it keeps it, nobody new is granted.
  await inspector.getByRole("button", { name: "Freeze…" }).click();
  await confirm(page, "Freeze repo/src", "a release is being cut", "Freeze it", "Frozen.");
  await worker.do("release", "repo/src");
  await expect(worker.lock("repo/src", { waitMs: 0 })).rejects.toMatchObject({ code: "busy" });
  let granted: string | null | undefined;
  const waiting = worker.lock("repo/src").then((fence) => {
    granted = fence;
  });
  await expect(page.getByRole("button", { name: "1 needs you" })).toBeVisible();
  await expect(inspector.getByRole("region", { name: "Why it needs you" })).toContainText("a release is being cut");
  expect(granted).toBeUndefined();
  await inspector.getByRole("button", { name: "Thaw…" }).click();
  await expect(page.getByRole("dialog", { name: "Thaw repo/src" })).toContainText("w1 gets repo/src at once");
  await confirm(page, "Thaw repo/src", "the release is out", "Thaw it", "Thawed.");
  await waiting;
  expect(granted).toBeDefined();

  // Level advisory: a second holder is let in and told of the conflict instead of waiting.
  const other = await startWorker("w2");
  await expect(other.lock("notes/plan.md", {})).resolves.toMatch(/^\d+$/);
  await expect(worker.lock("notes/plan.md", { waitMs: 0 })).rejects.toThrow();
  await page.getByRole("link", { name: "Rules" }).click();
  await page.getByRole("button", { name: "New rule…" }).click();
  const form = page.getByRole("dialog", { name: "New rule" });
  await form.getByLabel("Pattern").fill("notes//x");
  await form.getByRole("button", { name: "Preview…" }).click();
  await expect(form).toContainText("empty segment");
  await form.getByLabel("Pattern").fill("notes");
  await form.getByLabel("Level").selectOption("advisory");
  await form.getByRole("button", { name: "Preview…" }).click();
  await confirm(page, "Set the rule of notes", "notes may be written by several", "Set it", "The rule is set.");
  await expect(page.getByRole("grid", { name: "Rules, 1 rows" }).getByRole("row", { name: /^1 notes/ })).toContainText("level advisory");
  await expect(worker.lock("notes/plan.md", { waitMs: 0 })).resolves.toMatch(/^\d+$/);

  // Expelled: the session with everything in it ends, and the agent is told why.
  await page.goto(`${server.url}/?sel=agent:w1`);
  await inspector.getByRole("button", { name: "Expel…" }).click();
  await expect(page.getByRole("dialog", { name: "Expel w1" })).toContainText("w1 loses repo/src");
  await confirm(page, "Expel w1", "it does what it should not", "Expel it", "Expelled.");
  await expect.poll(() => worker.do("state", "repo/src")).toBe("lost");

  await page.goto(`${server.url}/?view=audit`);
  const audit = page.getByRole("grid", { name: /^Audit/ });
  for (const [what, to, reason] of [
    ["frozen", "repo/src", "a release is being cut"],
    ["thawed", "repo/src", "the release is out"],
    ["rule set", "notes", "notes may be written by several"],
    ["expelled", "w1", "it does what it should not"],
  ] as const) {
    const row = audit.getByRole("row").filter({ hasText: reason }).filter({ hasText: what });
    await expect(row.first()).toContainText(to);
    await expect(row.first()).toContainText("local · operator");
  }
});
