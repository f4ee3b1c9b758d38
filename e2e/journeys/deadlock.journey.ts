import type { ConfigInput } from "../../server/config/schema.ts";
import type { Settings } from "../../shared/model/index.ts";
import { expect, test } from "../support/journey.ts";
import type { Worker } from "../support/worker.ts";

const [first, second] = ["repo/docs/api.md", "repo/docs/guide.md"];
const rules = (settings: Settings): ConfigInput => ({ rules: [{ pattern: "repo/**", settings, reason: "a journey" }] });

/** Both hold one and ask for the other's: what their second requests come to. */
async function cross(one: Worker, other: Worker): Promise<{ one: Promise<unknown>; other: Promise<unknown> }> {
  await one.lock(first, { reason: "writes the reference" });
  await other.lock(second, { reason: "writes the guide" });
  const outcome = (wait: Promise<unknown>) => wait.then((fence) => ({ fence })).catch((error: { code?: string }) => ({ refused: error.code }));
  return { one: outcome(one.lock(second)), other: outcome(other.lock(first)) };
}

test.describe("by hand", () => {
  test.use({ config: rules({ policy: "manual" }) });

  test("a deadlock is seen, explained with what each would lose, and resolved by an operator's pick", async ({ openDashboard, startWorker }) => {
    const [older, younger] = [await startWorker("w1"), await startWorker("w2")];
    const page = await openDashboard("?layout=graph");
    const waits = await cross(older, younger);

    await page.getByRole("button", { name: "Deadlock, 2 agents" }).click();
    const inspector = page.getByRole("complementary", { name: "Inspector" });
    await expect(inspector.getByRole("heading", { name: /^Deadlock of w[12], w[12]$/ })).toBeVisible();
    // The ring is drawn, with its times: two hold, two wait.
    await expect(page.locator("[data-ring]")).toHaveCount(4);
    await expect(page.locator("[data-ring]").getByText(/^waits \d/)).toHaveCount(2);
    const words = inspector.getByRole("region", { name: "In words" });
    await expect(words).toContainText(new RegExp(`w1 waits .* for ${second}, which w2 holds`));
    await expect(words).toContainText(new RegExp(`w2 waits .* for ${first}, which w1 holds`));
    const candidates = inspector.getByRole("region", { name: "Who could give way" });
    await expect(candidates).toContainText("oldest: never by itself");
    await expect(candidates.getByRole("listitem").filter({ hasText: "w2" })).toContainText(/loses .*, 1 lock/);
    await expect(inspector.getByRole("region", { name: "Policy" })).toContainText("an operator picks who gives way");
    // The badge counts it once: neither of the two is stuck besides.
    await expect(page.getByRole("button", { name: "1 needs you" })).toBeVisible();

    // From either of them the chain leads to the ring.
    await page.goto(`${page.url().split("?")[0]}?layout=tracks&sel=agent:w1`);
    await expect(inspector.getByRole("region", { name: "Why is it waiting?" })).toContainText(`for ${second}, which w2 holds`);
    await inspector
      .getByRole("region", { name: "What would free it" })
      .getByRole("button", { name: /^deadlock of/ })
      .click();

    await inspector.getByRole("button", { name: "Let w2 give way…" }).click();
    const dialog = page.getByRole("dialog", { name: "Let w2 give way" });
    await expect(dialog.getByRole("region", { name: "What it would do now" })).toContainText(`w2 stops waiting for`);
    await dialog.getByLabel("Reason").fill("w1 is nearly done");
    await dialog.getByRole("button", { name: "Let w2 give way" }).click();
    await expect(dialog.getByRole("status")).toContainText("w2 gave way");
    await dialog.getByRole("button", { name: "Close", exact: true }).click();

    expect(await waits.other).toEqual({ refused: "deadlock" });
    await younger.do("release", second);
    expect(await waits.one).toHaveProperty("fence");
    await expect(page.getByRole("button", { name: /^Deadlock/ })).toHaveCount(0);
    await expect(inspector.getByRole("region", { name: "What set them free" })).toContainText("local let w2 give way: “w1 is nearly done”.");
    await page.getByRole("link", { name: "Audit" }).click();
    await expect(page.getByRole("grid", { name: "Audit" }).getByRole("row", { name: /gave way in a deadlock/ })).toContainText("w1 is nearly done");
  });
});

test.describe("in shadow", () => {
  test.use({ config: rules({ automatic: "shadow" }) });

  test("the dashboard says what the policy would have done, and that the operator agreed", async ({ openDashboard, startWorker }) => {
    const [older, younger] = [await startWorker("w1"), await startWorker("w2")];
    const page = await openDashboard();
    const waits = await cross(older, younger);
    await page.getByRole("button", { name: "Deadlock, 2 agents" }).click();
    const inspector = page.getByRole("complementary", { name: "Inspector" });
    await expect(inspector.getByRole("region", { name: "Policy" })).toContainText("In shadow: it only says what it would have done.");
    await expect(inspector.getByRole("region", { name: "Who could give way" })).toContainText("w2 the policy's choice");
    await inspector.getByRole("button", { name: "Let w2 give way…" }).click();
    const dialog = page.getByRole("dialog", { name: "Let w2 give way" });
    await dialog.getByLabel("Reason").fill("as the policy says");
    await dialog.getByRole("button", { name: "Let w2 give way" }).click();
    expect(await waits.other).toEqual({ refused: "deadlock" });
    await dialog.getByRole("button", { name: "Close", exact: true }).click();
    await expect(inspector.getByRole("region", { name: "What set them free" })).toContainText("The plan would have been the same.");
  });
});

test.describe("by the policy detect", () => {
  test.use({ config: rules({ policy: "detect", victim: "youngest", automatic: "live" }) });

  test("the youngest gives way at once; the dashboard tells it afterwards", async ({ openDashboard, startWorker }) => {
    const [older, younger] = [await startWorker("w1"), await startWorker("w2")];
    const page = await openDashboard();
    const waits = await cross(older, younger);
    expect(await waits.other).toEqual({ refused: "deadlock" });
    const inspector = page.getByRole("complementary", { name: "Inspector" });
    await inspector
      .getByRole("region", { name: "Deadlocks lately" })
      .getByRole("button", { name: /one gave way by policy, at once/ })
      .click();
    await expect(inspector.getByRole("region", { name: "What set them free" })).toContainText("w2 gives way by the rule youngest");
    await younger.do("release", second);
    expect(await waits.one).toHaveProperty("fence");
    await expect(page.getByRole("button", { name: /^Deadlock,/ })).toHaveCount(0);
  });
});

test.describe("by the policy timeout", () => {
  test.use({ config: rules({ policy: "timeout", waitLimitMs: 3_000 }) });

  test("it stands until a wait reaches its limit", async ({ openDashboard, startWorker }) => {
    const [older, younger] = [await startWorker("w1"), await startWorker("w2")];
    const page = await openDashboard();
    const waits = await cross(older, younger);
    await page.getByRole("button", { name: "Deadlock, 2 agents" }).click();
    const inspector = page.getByRole("complementary", { name: "Inspector" });
    await expect(inspector.getByRole("region", { name: "What set them free" })).toContainText("gave up waiting", { timeout: 15_000 });
    const outcomes = [await waits.one, await waits.other];
    expect(outcomes).toContainEqual({ refused: "deadline" });
  });
});

for (const policy of ["woundWait", "waitDie", "ordered"] as const) {
  test.describe(`by the policy ${policy}`, () => {
    test.use({ config: rules({ policy }) });

    test("no deadlock forms: one of them is refused before", async ({ openDashboard, startWorker }) => {
      const [older, younger] = [await startWorker("w1"), await startWorker("w2")];
      const page = await openDashboard();
      const waits = await cross(older, younger);
      const refused = await Promise.race([waits.one, waits.other]);
      expect(refused).toHaveProperty("refused");
      await page.getByRole("link", { name: "Findings" }).click();
      await expect(page.getByRole("region", { name: "What needs you" }).first()).toBeVisible();
      await expect(page.getByRole("button", { name: /^Deadlock,/ })).toHaveCount(0);
      await expect(page.getByText("Deadlocks lately")).toHaveCount(0);
    });
  });
}
