import { expect, test } from "../support/journey.ts";

const resource = "repo/package.json";

test("two operators release the same lock: the second is told plainly, and both see the same", async ({ openDashboard, startWorker, browser, server }) => {
  const holder = await startWorker("w1");
  const waiter = await startWorker("w2");
  const fence = await holder.lock(resource);
  const granted = waiter.lock(resource);

  const first = await openDashboard(`?sel=resource:${resource}`);
  const secondContext = await browser.newContext();
  const second = await openDashboard(`?sel=resource:${resource}`, await secondContext.newPage());
  const dialogs = [first, second].map((page) => page.getByRole("dialog", { name: `Release ${resource}` }));
  for (const [index, page] of [first, second].entries()) {
    await page.getByRole("button", { name: "Release…" }).click();
    await expect(dialogs[index]!.getByRole("region", { name: "What it would do now" })).toContainText(`w1 loses ${resource}`);
    await dialogs[index]!.getByLabel("Reason").fill(`operator ${index + 1} decides`);
  }

  await Promise.all(dialogs.map((dialog) => dialog.getByRole("button", { name: "Release it" }).click()));
  const outcomes = async () =>
    Promise.all(
      dialogs.map(async (dialog) =>
        (await dialog.getByText("Released.", { exact: true }).count()) > 0 ? "released" : (await dialog.getByRole("alert").count()) > 0 ? "refused" : "open",
      ),
    );
  await expect.poll(async () => (await outcomes()).sort()).toEqual(["refused", "released"]);
  const loser = (await outcomes()).indexOf("refused");
  await expect(dialogs[loser]!.getByRole("alert")).toContainText(`${resource} was taken away from w1 already`);

  // One of them took it away; the lock-delay over, the waiter has it, once.
  expect(await granted).not.toBe(fence);
  await dialogs[loser]!.getByRole("button", { name: "Leave it" }).click();
  await dialogs[1 - loser]!.getByRole("button", { name: "Close", exact: true }).click();
  for (const page of [first, second]) {
    const inspector = page.getByRole("complementary", { name: "Inspector" });
    await expect(inspector.getByRole("region", { name: "Who holds it" })).toContainText(`fence ${await granted}`);
    await page.goto(`${server.url}/?view=audit`);
    await expect(page.getByRole("grid", { name: "Audit, 1 rows" }).getByRole("row", { name: /released by force/ })).toContainText(
      `operator ${2 - loser} decides`,
    );
  }
  await secondContext.close();
});
