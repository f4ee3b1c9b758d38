import { compareFences } from "../../shared/state/fences.ts";
import { expect, test } from "../support/journey.ts";

const resource = "repo/src/app.ts";

test.use({ config: { rules: [{ pattern: "repo/**", settings: { guarded: true }, reason: "a guard checks every write to the tree" }] } });

test("an operator finds the stuck lock by its badge and sets it free; the guard keeps the late writer out", async ({ openDashboard, startWorker }) => {
  const page = await openDashboard();
  await expect(page.getByRole("button", { name: "Nothing needs you" })).toBeVisible();

  const stuck = await startWorker("w1");
  const waiter = await startWorker("w2");
  await stuck.do("declare", { state: "working", doing: "edits the router", progress: 3 });
  await stuck.do("declare", { progress: 4 });
  const staleFence = (await stuck.lock(resource, { reason: "edits the router" })) as string;
  await stuck.do("write", resource, "first");
  const granted = waiter.lock(resource, { reason: "fixes a test" });

  // The badge counts it only after a time without any sign of progress, and says which signals led to it.
  const badge = page.getByRole("button", { name: "1 needs you" });
  await expect(badge).toBeVisible({ timeout: 75_000 });
  await badge.click();
  const needs = page.getByRole("dialog", { name: "1 needs you" });
  const need = needs.getByRole("button", { name: new RegExp(`w1 holds ${resource} for .* and shows no progress`) });
  await expect(need).toContainText("last progress");
  await expect(need).toContainText("1 agent waits behind it");
  await need.click();

  const inspector = page.getByRole("complementary", { name: "Inspector" });
  await expect(inspector.getByRole("heading", { name: resource })).toBeVisible();
  await expect(inspector.getByRole("region", { name: "Why are they waiting?" })).toContainText("w2");
  await inspector.getByRole("button", { name: "Release…" }).click();

  const dialog = page.getByRole("dialog", { name: `Release ${resource}` });
  const effect = dialog.getByRole("region", { name: "What it would do now" });
  await expect(effect).toContainText(`w1 loses ${resource}`);
  await expect(effect).toContainText(`fence ${staleFence}, held`);
  await expect(effect).toContainText(`w2 gets ${resource} at once`);
  await expect(effect).toContainText(`w1 is told, its writes to ${resource} are refused below`);
  const release = dialog.getByRole("button", { name: "Release it" });
  await expect(release).toBeDisabled();
  await dialog.getByLabel("Reason").fill("w1 makes no progress and w2 waits");
  await release.click();
  await expect(dialog.getByRole("status")).toHaveText("Released.");
  await expect(dialog).toContainText("“w1 makes no progress and w2 waits”");
  await dialog.getByRole("button", { name: "Close", exact: true }).click();

  const newFence = (await granted) as string;
  expect(compareFences(newFence, staleFence)).toBeGreaterThan(0);
  await expect(inspector.getByRole("region", { name: "Who holds it" })).toContainText(new RegExp(`w2.*fence ${newFence}`));

  // The waiter writes; then the one who was stuck wakes up and writes with the fence it had.
  await waiter.do("write", resource, "second");
  expect(await stuck.do("state", resource)).toBe("lost");
  await expect(stuck.do("write", resource, "late")).rejects.toThrow(`Fence ${staleFence} is stale: ${resource} has seen ${newFence}`);
  expect(await waiter.do("read", resource)).toBe("second");

  await page.getByRole("button", { name: "1 needs you" }).click();
  const refused = needs.getByRole("button", { name: `w1 writes to ${resource} with a lock it no longer has.` });
  await expect(refused).toContainText(`the guard refused fence ${staleFence}; the highest it has seen is ${newFence}`);
  await page.keyboard.press("Escape");

  await page.getByRole("link", { name: "Audit" }).click();
  const audit = page.getByRole("grid", { name: "Audit" });
  await expect(audit.getByRole("row", { name: /released by force/ })).toContainText("w1 makes no progress and w2 waits");
  await expect(audit.getByRole("row", { name: /released by force/ })).toContainText("local · operator");
  await expect(audit.getByRole("row", { name: /released by force/ })).toContainText(`w1 lost fence ${staleFence}`);
  await expect(audit.getByRole("row", { name: /write refused/ })).toContainText(`w1 came with fence ${staleFence}, the guard had seen ${newFence}`);
});
