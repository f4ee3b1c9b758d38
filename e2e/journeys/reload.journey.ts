import { expect, test } from "../support/journey.ts";

test("a reload and a copied link open the same picture", async ({ openDashboard, startWorker, browser }) => {
  const [w1, w2, w3] = [await startWorker("w1"), await startWorker("w2"), await startWorker("w3")];
  await w1.lock("repo/src/app.ts", { reason: "edits the router" });
  await w3.lock("docs/guide.md");
  void w2.lock("repo/src/app.ts");

  const page = await openDashboard();
  await page.getByRole("button", { name: /^w2 waits for repo\/src\/app.ts/ }).waitFor();
  await page.getByRole("textbox", { name: "Filter all views" }).fill("path:repo");
  await page.getByRole("button", { name: /^app\.ts/ }).click();
  await expect(page).toHaveURL(/sel=resource:repo\/src\/app\.ts/);
  await expect(page).toHaveURL(/q=path:repo/);

  // Times go on; everything else has to be the same.
  const picture = async (of: typeof page) => {
    await of.getByRole("complementary", { name: "Inspector" }).getByRole("heading", { name: "repo/src/app.ts" }).waitFor();
    await of.getByRole("button", { name: /^w2 waits for repo\/src\/app.ts/ }).waitFor();
    const [view, inspector] = await Promise.all([
      of.getByRole("region", { name: "Graph" }).ariaSnapshot(),
      of.getByRole("region", { name: "Who holds it" }).ariaSnapshot(),
    ]);
    return `${view}\n${inspector}`.replace(/\d+:\d\d|\d+(\.\d)? (ms|s|min)/g, "TIME");
  };
  const before = await picture(page);
  expect(before).toContain("w1 holds it, fence 1");
  expect(before).not.toContain("guide.md");

  await page.reload();
  await expect.poll(() => picture(page)).toBe(before);

  const context = await browser.newContext({ viewport: page.viewportSize() });
  const other = await context.newPage();
  await other.goto(page.url());
  await expect.poll(() => picture(other)).toBe(before);
  await context.close();
});
