import type { ConfigInput } from "../../server/config/schema.ts";
import type { Settings } from "../../shared/model/index.ts";
import { expect, test } from "../support/journey.ts";

const [first, second] = ["repo/docs/intro.md", "repo/docs/outro.md"];
const rules = (settings: Settings): ConfigInput => ({ rules: [{ pattern: "repo/**", settings, reason: "a journey" }] });
const pauseMs = 250;
/** The detector looks at a window of acts. */
const seenWithinMs = 45_000;

test.describe("by hand", () => {
  test.use({ config: rules({ automatic: "off" }) });

  test("a livelock is seen with the loop of its acts, and ended by letting one go first", async ({ openDashboard, startWorker }) => {
    const [one, other] = [await startWorker("l1"), await startWorker("l2")];
    const page = await openDashboard();
    await Promise.all([one.do("yieldOver", first, second, pauseMs), other.do("yieldOver", second, first, pauseMs)]);
    await page.getByRole("button", { name: "1 needs you" }).click({ timeout: seenWithinMs });
    await page
      .getByRole("dialog", { name: "1 needs you" })
      .getByRole("button", { name: /^Livelock: l1 and l2 keep trying/ })
      .click();
    const inspector = page.getByRole("complementary", { name: "Inspector" });
    await expect(inspector.getByRole("region", { name: "Why we think so" })).toContainText("tried in vain");
    const loop = inspector.getByRole("region", { name: "What repeats" });
    await expect(loop.getByRole("img", { name: /acts of l[12] and l[12]/ })).toBeVisible();
    await expect(loop.getByRole("listitem").first()).toContainText(/l[12] (took|asked for|was refused|gave back)/);

    await inspector.getByRole("button", { name: "Let l1 go first…" }).click();
    const dialog = page.getByRole("dialog", { name: "Let l1 go first" });
    await dialog.getByLabel("Reason").fill("the intro comes first");
    await dialog.getByRole("button", { name: "Let l1 go first" }).click();
    await expect(dialog.getByRole("status")).toHaveText("l1 goes first.");
    await dialog.getByRole("button", { name: "Close", exact: true }).click();
    await expect(inspector.getByRole("region", { name: "What was done" })).toContainText(/local: l1 goes first; l2 stands back for/);
    await expect(page.getByRole("button", { name: "Nothing needs you" })).toBeVisible({ timeout: seenWithinMs });
  });

  test("“not an issue” takes it from the badge, and is counted", async ({ openDashboard, startWorker }) => {
    const [one, other] = [await startWorker("l1"), await startWorker("l2")];
    const page = await openDashboard("?view=findings");
    await Promise.all([one.do("yieldOver", first, second, pauseMs), other.do("yieldOver", second, first, pauseMs)]);
    await page
      .getByRole("region", { name: "What needs you" })
      .first()
      .getByRole("button", { name: /^Livelock/ })
      .click({ timeout: seenWithinMs });
    await page.getByRole("button", { name: "Not an issue…" }).last().click();
    const dialog = page.getByRole("dialog", { name: "Not an issue" });
    await dialog.getByLabel("Reason").fill("they are only polite");
    await dialog.getByRole("button", { name: "Not an issue" }).click();
    await dialog.getByRole("button", { name: "Close", exact: true }).click();
    await expect(page.getByRole("button", { name: "Nothing needs you" })).toBeVisible();
    await expect(page.getByRole("region", { name: "How often people agreed" })).toContainText("livelock: 0 of 1");
  });
});

test.describe("by itself", () => {
  test.use({ config: rules({ automatic: "live" }) });

  test("one is let go first, and the dashboard tells it afterwards", async ({ openDashboard, startWorker }) => {
    const [one, other] = [await startWorker("l1"), await startWorker("l2")];
    const page = await openDashboard("?view=findings");
    await Promise.all([one.do("yieldOver", first, second, pauseMs), other.do("yieldOver", second, first, pauseMs)]);
    const lately = page.getByRole("region", { name: "Findings lately" });
    await lately.getByRole("button", { name: /^Livelock: l1 and l2/ }).click({ timeout: seenWithinMs });
    await expect(lately).toContainText("by policy: l1 went first");
    const inspector = page.getByRole("complementary", { name: "Inspector" });
    await expect(inspector.getByRole("region", { name: "What was done" })).toContainText("By itself: l1 goes first; l2 stands back for");
  });
});
