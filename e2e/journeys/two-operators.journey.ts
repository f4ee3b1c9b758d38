import { expect, test } from "../support/journey.ts";

const resource = "repo/package.json";

// Guarded: whoever waits is granted at once, so the second release would hit the new holder if it did not name its fence.
test.use({ config: { rules: [{ pattern: "repo/**", settings: { guarded: true }, reason: "a guard checks every write to the tree" }] } });

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
  const newFence = await granted;
  const refusal = `${resource} is not held with fence ${fence} any more; w2 has it with fence ${newFence}. Nothing was released.`;
  await expect(dialogs[loser]!.getByRole("alert")).toContainText(refusal);

  // The one who waited has it and keeps it.
  expect(newFence).not.toBe(fence);
  expect(await waiter.do("state", resource)).toBe("held");
  await dialogs[loser]!.getByRole("button", { name: "Leave it" }).click();
  await dialogs[1 - loser]!.getByRole("button", { name: "Close", exact: true }).click();
  for (const page of [first, second]) {
    const inspector = page.getByRole("complementary", { name: "Inspector" });
    await expect(inspector.getByRole("region", { name: "Who holds it" })).toContainText(`fence ${newFence}`);
    await page.goto(`${server.url}/?view=audit`);
    const forced = page.getByRole("grid", { name: /^Audit/ }).getByRole("row", { name: /released by force/ });
    await expect(forced).toHaveCount(1);
    await expect(forced).toContainText(`operator ${2 - loser} decides`);
  }
  await secondContext.close();
});
