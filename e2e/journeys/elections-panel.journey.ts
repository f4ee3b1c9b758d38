import AxeBuilder from "@axe-core/playwright";
import type { Page } from "playwright/test";
import { expect, test } from "../support/journey.ts";

const group = "roles/merger";

test.use({ config: { allowFaults: true } });

/** Gives the reason of the open act, does it, closes the dialog. */
async function confirm(page: Page, title: string, effect: string | RegExp, button: string): Promise<void> {
  const dialog = page.getByRole("dialog", { name: title });
  await expect(dialog.getByRole("region", { name: "What it would do now" })).toContainText(effect);
  await dialog.getByLabel("Reason").fill(`a journey: ${title}`);
  await dialog.getByRole("button", { name: button }).click();
  await expect(dialog.getByRole("status")).toBeVisible();
  await dialog.getByRole("button", { name: "Close", exact: true }).click();
}

async function serious(page: Page, where: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const found = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  expect(found.map(({ id, nodes }) => `${where}: ${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join("\n")}`)).toEqual([]);
}

const card = (page: Page, words: string) => page.getByRole("article", { name: `${group}, ${words}` });
const more = (page: Page) => page.getByRole("article").getByRole("button", { name: `More acts on ${group}` });

test("a group is set up, led, deposed, handed over, frozen and looked at in its past; each act says before what it does", async ({
  openDashboard,
  startWorker,
  page,
}) => {
  test.slow();
  await page.emulateMedia({ reducedMotion: "reduce" });
  await openDashboard("?view=elections");
  await expect(page.getByRole("region", { name: "Let the first agent campaign" })).toContainText("box.campaign");
  await serious(page, "nobody campaigns");

  await page.getByRole("button", { name: "Set up a group…" }).click();
  const form = page.getByRole("dialog", { name: "Set up a group" });
  await form.getByLabel("Group").fill("roles/*");
  await form.getByRole("button", { name: "Preview…" }).click();
  await expect(form).toContainText("* and ? are for patterns");
  await form.getByLabel("Group").fill(group);
  await form.getByLabel("Policy").selectOption("priority");
  await serious(page, "the settings");
  await form.getByRole("button", { name: "Preview…" }).click();
  await confirm(page, `Set up ${group}`, "Nobody loses or gets anything", "Set it up");
  await expect(card(page, "nobody campaigns")).toBeVisible();

  // The first who campaigns leads; nobody is pre-empted, and the card says why each of the others does not lead.
  const workers = [];
  for (const [agent, priority] of [
    ["w1", 1],
    ["w2", 5],
    ["w3", 3],
  ] as const) {
    const worker = await startWorker(agent);
    await worker.do("campaign", group, { priority, value: `http://${agent}` });
    workers.push(worker);
  }
  await expect(card(page, "led by w1")).toContainText("1st leader");
  await expect(card(page, "led by w1").getByRole("list", { name: "Candidates" })).toContainText("above the 1 of w1; nobody is pre-empted");

  // Selected here, selected everywhere: in the link, in the inspector, on the timeline.
  await page.getByRole("button", { name: group, exact: true }).first().click();
  await expect(page).toHaveURL(/sel=group:roles\/merger/);
  const inspector = page.getByRole("complementary", { name: "Inspector" });
  await expect(inspector.getByRole("region", { name: "Who leads" })).toContainText("http://w1");
  await page.getByText("by group", { exact: true }).click();
  await expect(page.getByRole("table", { name: "Lanes in sight" }).getByRole("row", { name: /^roles\/merger/ })).toContainText("w1 leads roles/merger");
  await serious(page, "a group selected");

  await card(page, "led by w1")
    .getByRole("button", { name: `Depose w1 in ${group}` })
    .click();
  await confirm(page, "Depose w1", "w1 leads no more; w2 leads at once", "Depose it");
  await expect(card(page, "led by w2")).toContainText(/w1.*deposed/);

  await card(page, "led by w2")
    .getByRole("button", { name: `Hand over in ${group}` })
    .click();
  await page.getByRole("menuitem", { name: "w3" }).click();
  await confirm(page, `Hand ${group} over to w3`, "w2 leads no more; w3 leads at once", "Hand it over");
  await expect(card(page, "led by w3")).toContainText("3rd leader");

  await more(page).click();
  await page.getByRole("menuitem", { name: "Block w2…" }).click();
  await confirm(page, "Block w2", "Nobody loses or gets anything", "Block it");
  await expect(card(page, "led by w3").getByRole("list", { name: "Candidates" })).toContainText("blocked by local: a journey");

  // Frozen: the leader goes, and nobody follows until somebody thaws it.
  await more(page).click();
  await page.getByRole("menuitem", { name: "Freeze…" }).click();
  await confirm(page, `Freeze ${group}`, "Nobody's lead changes", "Freeze it");
  await workers[2]?.do("resign", group);
  await expect(card(page, "frozen, nobody leads")).toBeVisible();
  await expect(page.getByRole("button", { name: "1 needs you" })).toBeVisible({ timeout: 20_000 });
  await expect(inspector.getByRole("region", { name: "Why it needs you" })).toContainText("frozen by local");
  await more(page).click();
  await page.getByRole("menuitem", { name: "Thaw…" }).click();
  await confirm(page, `Thaw ${group}`, "w1 leads at once", "Thaw it");
  await expect(card(page, "led by w1")).toContainText("4th leader");

  // Back from leader to leader; the past can be looked at and not changed.
  const terms = inspector.getByRole("region", { name: "Terms" }).getByRole("listitem");
  await expect(terms).toHaveCount(4);
  const back = inspector.getByRole("button", { name: `Previous change of leader in ${group}` });
  await back.click();
  await expect(card(page, "led by w1")).toBeVisible();
  await back.click();
  await expect(card(page, "frozen, nobody leads")).toBeVisible();
  await back.click();
  await expect(card(page, "led by w3")).toBeVisible();
  await expect(card(page, "led by w3").getByRole("button", { name: `Depose w3 in ${group}` })).toBeDisabled();
  await inspector.getByRole("button", { name: `Next change of leader in ${group}` }).click();
  await expect(card(page, "frozen, nobody leads")).toBeVisible();
  await page.keyboard.press("l");
  await expect(card(page, "led by w1")).toBeVisible();

  // In the graph it stands in a shape of its own, with an edge to its leader.
  await page.keyboard.press("g");
  await expect(page.getByRole("img", { name: `Group ${group}, w1 · ` })).toBeVisible();
  await expect(page.locator('[data-edge^="leads:"]').first()).toBeAttached();
  await serious(page, "groups in the graph");
  await page.keyboard.press("t");
  await expect(page.getByRole("button", { name: /^roles\/merger.*w1 · / })).toBeVisible();
  await serious(page, "groups in tracks");

  await page.getByRole("link", { name: "Audit" }).click();
  const audit = page.getByRole("grid", { name: /^Audit/ });
  for (const what of ["election set up", "leader deposed", "leader: w3", "candidate blocked", "election frozen", "election thawed"])
    await expect(audit.getByRole("row").filter({ hasText: what }).first()).toContainText("local · operator");
});

test("a group is split by a line between its members or by ticking who is apart, and what its members say to each other is cut", async ({
  openDashboard,
  startWorker,
}) => {
  for (const agent of ["w1", "w2", "w3"]) await (await startWorker(agent)).do("campaign", group, {});
  const page = await openDashboard("?view=elections");
  await more(page).click();
  await page.getByRole("menuitem", { name: "Fault: split the group…" }).click();
  const form = page.getByRole("dialog", { name: `Split ${group}` });
  await form.getByRole("button", { name: "Preview…" }).click();
  await expect(form.getByRole("alert")).toHaveText("Somebody has to be on each side.");
  // w1 stands at the top of the ring: a line below it cuts it off.
  const ring = await form.locator("svg").filter({ hasText: "w1" }).boundingBox();
  if (ring === null) throw new Error("The ring is not there.");
  await page.mouse.move(ring.x + 10, ring.y + ring.height * 0.4);
  await page.mouse.down();
  await page.mouse.move(ring.x + ring.width - 10, ring.y + ring.height * 0.4, { steps: 5 });
  await page.mouse.up();
  await expect(form.getByRole("status")).toHaveText("w1 | w2, w3");
  await form.getByRole("group", { name: "Who is apart" }).getByText("w1").click();
  await form.getByRole("group", { name: "Who is apart" }).getByText("w2").click();
  await expect(form.getByRole("status")).toHaveText("w2 | w1, w3");
  await form.getByRole("button", { name: "Preview…" }).click();
  const dialog = page.getByRole("dialog", { name: `Split ${group}` });
  await dialog.getByLabel("Reason").fill("do they miss each other?");
  await dialog.getByRole("button", { name: "Split it" }).click();
  await expect(dialog.getByRole("status")).toHaveText("The group is split.");
  await dialog.getByRole("button", { name: "Close", exact: true }).click();
  await page.getByRole("button", { name: "1 fault", exact: true }).click();
  await expect(page.getByRole("region", { name: "Active faults" })).toContainText("cut between w2 and w1, w3");
});
