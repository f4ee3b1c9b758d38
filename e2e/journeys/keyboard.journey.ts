import { expect, test } from "../support/journey.ts";

test("everything goes without a mouse: palette, keys, layouts, tables, a release", async ({ openDashboard, startWorker }) => {
  const worker = await startWorker("w1");
  await worker.lock("repo/src/app.ts", { reason: "edits the router" });
  await worker.lock("docs/guide.md");
  const page = await openDashboard();
  const keys = page.keyboard;
  const inspector = page.getByRole("complementary", { name: "Inspector" });

  // The palette finds a thing and selects it.
  await keys.press("Control+k");
  await expect(page.getByRole("textbox", { name: "Find or do" })).toBeFocused();
  await keys.type("guide");
  await expect(page.getByRole("button", { name: /^docs\/guide\.md/ })).toBeVisible();
  await keys.press("ArrowDown");
  await keys.press("Enter");
  await expect(inspector.getByRole("heading", { name: "docs/guide.md" })).toBeVisible();
  await keys.press("Escape");
  await expect(inspector.getByRole("heading", { name: "Space main" })).toBeVisible();

  // The list of keys tells what there is, and what it tells is true.
  await keys.press("?");
  const list = page.getByRole("dialog", { name: "Keys" });
  for (const does of ["Filter", "Graph layout", "Tracks layout", "Deselect"]) await expect(list.getByText(does, { exact: true })).toBeVisible();
  await keys.press("Escape");
  await expect(list).toBeHidden();
  await keys.press("g");
  await expect(page).toHaveURL(/layout=graph/);
  await expect(page.getByRole("radio", { name: "Graph" })).toBeChecked();
  await keys.press("t");
  await expect(page).toHaveURL(/layout=tracks/);
  await expect(page.getByRole("radio", { name: "Tracks" })).toBeChecked();

  // Filter, by key and out again.
  await keys.press("/");
  await expect(page.getByRole("textbox", { name: "Filter all views" })).toBeFocused();
  await keys.type("path:docs");
  await expect(page.getByRole("button", { name: /^app\.ts/ })).toBeHidden();
  await keys.press("Escape");
  await expect(page.getByRole("button", { name: /^app\.ts/ })).toBeVisible();

  // A table: to its row with the arrows, Enter selects, R releases what is selected.
  await keys.press("2");
  const grid = page.getByRole("grid", { name: "Locks and waits, 2 rows" });
  await expect(grid).toBeVisible();
  for (let tabs = 0; tabs < 40 && !(await grid.evaluate((element) => element === document.activeElement)); tabs++) await keys.press("Tab");
  await expect(grid).toBeFocused();
  await keys.press("ArrowDown");
  await keys.press("ArrowDown");
  await keys.press("Enter");
  await expect(inspector.getByRole("heading", { name: "repo/src/app.ts" })).toBeVisible();
  await keys.press("r");
  const dialog = page.getByRole("dialog", { name: "Release repo/src/app.ts" });
  await expect(dialog.getByLabel("Reason")).toBeFocused();
  await keys.type("by key alone");
  const release = dialog.getByRole("button", { name: "Release it" });
  for (let tabs = 0; tabs < 10 && !(await release.evaluate((element) => element === document.activeElement)); tabs++) await keys.press("Tab");
  await expect(release).toBeFocused();
  await keys.press("Enter");
  await expect(dialog.getByRole("status")).toHaveText("Released.");
  await expect.poll(() => worker.do("state", "repo/src/app.ts")).toBe("lost");
  await keys.press("Escape");
  await expect(dialog).toBeHidden();
});
