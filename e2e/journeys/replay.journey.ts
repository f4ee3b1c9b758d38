import { createHash } from "node:crypto";
import type { Locator, Page } from "playwright/test";
import { expect, test } from "../support/journey.ts";
import { SignalboxServer } from "../support/signalbox-server.ts";

const cursorOf = (page: Page) => page.getByRole("slider", { name: "Cursor in time" });
const inspectorOf = (page: Page) => page.getByRole("complementary", { name: "Inspector" });
const badgeOf = (page: Page) => page.getByRole("button", { name: "Deadlock, 2 agents" });
const positionOf = async (page: Page) => Number(await cursorOf(page).getAttribute("aria-valuenow"));
const isReplay = (page: Page) => expect(page.getByRole("banner").getByText("Replay", { exact: true })).toBeVisible();
/** The whole history is there: the notice of the reading is gone. */
const isRead = (page: Page) => expect(page.getByText("Reading what happened before…")).toHaveCount(0);
/** What stands there, without the times that go on. */
const words = async (part: Locator) => (await part.ariaSnapshot()).replace(/\d+:\d\d|\d+(\.\d)? (ms|s|min)/g, "TIME");

test("the demo fleet's deadlock is looked at again: stopped, scrubbed, stepped, explained, noted, saved, and live again", async ({ page, folder }) => {
  test.setTimeout(180_000);
  const server = await SignalboxServer.start({ args: ["--demo", "--deadlock"], dataFolder: `${folder}/demo` });
  try {
    await page.goto(server.url);
    await expect(page.getByText("Live", { exact: true }).first()).toBeVisible();
    await expect(inspectorOf(page).getByRole("heading", { name: /^Deadlocks lately/ })).toBeVisible({ timeout: 60_000 });

    // Space stops the picture; the fleet goes on without it.
    await page.keyboard.press("Space");
    await isReplay(page);
    const stopped = await positionOf(page);
    const position = async () => ((await (await fetch(`${server.url}/api/spaces`)).json()) as { spaces: { position: number }[] }).spaces[0]?.position ?? 0;
    await expect.poll(position).toBeGreaterThan(stopped + 20);
    expect(await positionOf(page)).toBe(stopped);
    await isRead(page);

    // To the anomaly: everything shows the moment of the deadlock.
    await page.keyboard.press("p");
    await badgeOf(page).click();
    await expect(inspectorOf(page).getByRole("heading", { name: /^Deadlock of d[12], d[12]$/ })).toBeVisible();
    const inWords = inspectorOf(page).getByRole("region", { name: "In words" });
    await expect(inWords).toContainText(/d[12] waits .* for repo\/docs\/(api|guide)\.md, which d[12] holds/);
    const deadlock = await positionOf(page);
    expect(deadlock).toBeLessThan(stopped);
    await expect(page).toHaveURL(new RegExp(`at=${deadlock}&|at=${deadlock}$`));

    // Nothing can be done in the past, and it says so.
    await expect(
      inspectorOf(page)
        .getByRole("button", { name: /^Let d[12] give way…$/ })
        .first(),
    ).toBeDisabled();
    await expect(inspectorOf(page).getByText("This is the past: nothing can be done here.")).toBeVisible();

    // One step before, nobody is stuck; one step on, they are again.
    await page.keyboard.press("ArrowLeft");
    await expect(cursorOf(page)).toHaveAttribute("aria-valuenow", String(deadlock - 1));
    await expect(badgeOf(page)).toHaveCount(0);
    await page.keyboard.press("ArrowRight");
    await expect(badgeOf(page)).toBeVisible();

    // A reload in the middle opens the same picture.
    await expect(page).toHaveURL(new RegExp(`at=${deadlock}(&|$)`));
    const picture = await words(inWords);
    const link = page.url();
    await page.reload();
    await isReplay(page);
    await expect(badgeOf(page)).toBeVisible();
    await expect.poll(() => words(inWords)).toBe(picture);
    expect(await positionOf(page)).toBe(deadlock);
    expect(page.url()).toBe(link);

    // Back to the beginning, and on to the first anomaly.
    await isRead(page);
    await cursorOf(page).focus();
    await page.keyboard.press("Home");
    await expect.poll(() => positionOf(page)).toBeLessThan(10);
    await page.keyboard.press("n");
    await expect(badgeOf(page)).toBeVisible();
    const first = await positionOf(page);
    expect(first).toBeLessThanOrEqual(deadlock);

    // Along what one agent did: Shift with an arrow.
    await page.keyboard.press("Escape");
    await page.keyboard.press("Shift+ArrowRight");
    await expect(page.getByText("Select an agent, a resource or a group first")).toBeVisible();
    await badgeOf(page).click();
    await inspectorOf(page)
      .getByRole("region", { name: "In words" })
      .getByRole("button", { name: /^d[12]$/ })
      .first()
      .click();
    await page.keyboard.press("Shift+ArrowRight");
    await expect.poll(() => positionOf(page)).toBeGreaterThan(first);

    // What changed since: A at the deadlock, B some steps on.
    await cursorOf(page).focus();
    await page.keyboard.press("Home");
    await page.keyboard.press("n");
    await expect(cursorOf(page)).toHaveAttribute("aria-valuenow", String(first));
    await expect(badgeOf(page)).toBeVisible();
    await page.keyboard.press("a");
    for (let step = 1; step <= 12; step++) {
      await page.keyboard.press("ArrowRight");
      await expect(cursorOf(page)).toHaveAttribute("aria-valuenow", String(first + step));
    }
    await page.keyboard.press("b");
    const between = inspectorOf(page).getByRole("region", { name: "What changed between A and B" });
    await expect(between).toContainText("12 events in");
    await expect(between.getByRole("region", { name: /^Deadlocks resolved/ })).toBeVisible();

    // A note goes along when the trace is saved; the link to a file says which file it needs.
    await page.keyboard.press("m");
    await page.getByLabel("What is to be seen here").fill("one of them gave way");
    await page.getByRole("button", { name: "Keep it" }).click();
    await expect(inspectorOf(page).getByRole("region", { name: "Notes" })).toContainText("one of them gave way");
    await page.getByRole("button", { name: "More of replay" }).click();
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("menuitem", { name: "Save with its notes…" }).click()]);
    const saved = `${folder}/saved.sbtrace`;
    await download.saveAs(saved);

    // Live again, at once.
    await page.keyboard.press("l");
    await expect(page.getByText("Live", { exact: true }).first()).toBeVisible();
    await expect(page).not.toHaveURL(/at=/);
    await expect(cursorOf(page)).toHaveAttribute("aria-valuetext", "live");

    await page.goto(`${server.url}/?trace=file:saved.sbtrace&at=${first}`);
    await expect(page.getByText("This link shows a moment of the file saved.sbtrace.")).toBeVisible();
    await page.locator("input[type=file]").setInputFiles(saved);
    await expect(badgeOf(page)).toBeVisible();
    await expect(cursorOf(page)).toHaveAttribute("aria-valuenow", String(first));
    await expect(inspectorOf(page).getByRole("region", { name: "Notes" })).toContainText("one of them gave way");

    // Played on at full speed, it comes to its end and stops there.
    for (let faster = 0; faster < 12; faster++) await page.keyboard.press("]");
    await page.keyboard.press("Space");
    await expect.poll(() => positionOf(page)).toBe(Number(await cursorOf(page).getAttribute("aria-valuemax")));
    await expect(page.getByRole("button", { name: "Play", exact: true })).toBeVisible();
  } finally {
    await server.stop();
  }
});

test.describe("with a viewer's token", () => {
  const tokens = { viewer: "viewer-token-of-this-journey", agent: "agent-token-of-this-journey" };
  test.use({
    config: {
      tokens: (["viewer", "agent"] as const).map((role) => ({ principal: `${role}1`, role, sha256: createHash("sha256").update(tokens[role]).digest("hex") })),
    },
  });

  test("whoever may look may look at the past", async ({ page, server, startWorker }) => {
    const [w1, w2] = [await startWorker("w1", { token: tokens.agent }), await startWorker("w2", { token: tokens.agent })];
    await w1.lock("repo/src/app.ts", { reason: "edits the router" });
    void w2.lock("repo/src/app.ts");
    await page.goto(`${server.url}/?sel=resource:repo/src/app.ts#token=${tokens.viewer}`);
    await page.getByRole("button", { name: /^w2 waits for repo\/src\/app.ts/ }).waitFor();
    await page.keyboard.press("ArrowLeft");
    await isReplay(page);
    await expect(page.getByRole("button", { name: /^w2 waits for repo\/src\/app.ts/ })).toHaveCount(0);
    await expect(inspectorOf(page).getByRole("region", { name: "Who holds it" })).toContainText("w1");
    await expect(inspectorOf(page).getByRole("button", { name: "Release…" })).toBeDisabled();
    await page.keyboard.press("ArrowRight");
    await expect(page.getByRole("button", { name: /^w2 waits for repo\/src\/app.ts/ })).toBeVisible();
    // The tables show the same moment.
    await page.keyboard.press("2");
    await expect(page.getByRole("row", { name: "repo/src/app.ts held w1" })).toBeVisible();
    await expect(page.getByRole("row", { name: "repo/src/app.ts waiting w2" })).toBeVisible();
    await page.keyboard.press("l");
    await expect(page.getByText("Live", { exact: true }).first()).toBeVisible();
  });
});
