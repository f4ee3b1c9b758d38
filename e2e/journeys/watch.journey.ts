import { expect, test } from "../support/journey.ts";

const file = "repo/src/app.ts";

test("one watches a fleet at work: who holds, waits and plans, in tracks, graph and timeline, as it happens", async ({ openDashboard, startWorker }) => {
  const page = await openDashboard();
  const inspector = page.getByRole("complementary", { name: "Inspector" });
  const [w1, w2, w3, w4] = await Promise.all(["w1", "w2", "w3", "w4"].map((agent) => startWorker(agent)));
  await w1!.do("declare", { state: "working", doing: "edits the router" });
  const fence = (await w1!.lock(file, { reason: "edits the router" })) as string;
  const second = w2!.lock(file, { reason: "fixes a test" });
  await page.getByRole("button", { name: `w2 waits for ${file}, next` }).waitFor();
  const third = w3!.lock(file, { reason: "renames it" });
  const docs = (await w4!.lock("repo/docs", { mode: "shared" })) as string;
  expect(await w4!.do("intend", { uses: ["repo/src"], lastsMs: 600_000, reason: "release notes" })).toBeGreaterThan(0);

  // Tracks.
  await expect(page.getByRole("button", { name: "w1, working: edits the router" })).toBeVisible();
  await expect(page.getByRole("button", { name: `w1 holds it, fence ${fence}` })).toBeVisible();
  await expect(page.getByRole("button", { name: `w3 waits for ${file}, place 2` })).toBeVisible();
  await expect(page.getByRole("button", { name: `w4 holds it shared, fence ${docs}` })).toBeVisible();
  await expect(page.getByRole("button", { name: "w4 means to use it: release notes" })).toBeVisible();
  const now = inspector.getByRole("region", { name: "Now" });
  const count = (name: string) => now.getByRole("term").filter({ hasText: name }).locator("xpath=following-sibling::dd[1]");
  await expect(count("agents")).toHaveText("4");
  await expect(count("locks held")).toHaveText("2");
  await expect(count("waiting")).toHaveText("2");
  await expect(count("intents")).toHaveText("1");

  // Why does the last one wait? The whole chain, in words.
  await page.getByRole("button", { name: `w3 waits for ${file}, place 2` }).click();
  const why = inspector.getByRole("region", { name: "Why is it waiting?" });
  await expect(why).toContainText("w1");
  await expect(why).toContainText("w2");
  await page.keyboard.press("Escape");

  // The timeline says the same of each agent's lane.
  const lane = (agent: string) => page.getByRole("table", { name: "Lanes in sight" }).getByRole("row", { name: new RegExp(`^${agent} `) });
  await expect(lane("w1")).toContainText(`w1 holds ${file} exclusively`);
  await expect(lane("w2")).toContainText(new RegExp(`w2 waits for .* for ${file}`));

  // The graph shows the same agents and sections.
  await page.getByText("Graph", { exact: true }).last().click();
  await expect(page.getByRole("img", { name: "Agent w1, working" })).toBeVisible();
  await expect(page.getByRole("img", { name: `${file}, held by w1, 2 agents wait` })).toBeVisible();
  await expect(page.getByRole("img", { name: "Agent w3, waiting" })).toBeVisible();

  // It moves by itself: handed over, the picture follows at once.
  await w1!.do("release", file);
  await second;
  await expect(page.getByRole("img", { name: `${file}, held by w2, 1 agent waits` })).toBeVisible();
  await w2!.do("release", file);
  const thirdFence = await third;
  await expect(page.getByRole("img", { name: `${file}, held by w3` })).toBeVisible();
  await page.getByText("Tracks", { exact: true }).click();
  await expect(page.getByRole("button", { name: `w3 holds it, fence ${thirdFence}` })).toBeVisible();
  await expect(lane("w3")).toContainText(`w3 holds ${file} exclusively`);
  await w2!.do("leave");
  await expect(page.getByRole("button", { name: /^w2/ })).toHaveCount(0);
  await expect(count("agents")).toHaveText("3");
});
