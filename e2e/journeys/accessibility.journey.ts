import AxeBuilder from "@axe-core/playwright";
import type { Locator, Page } from "playwright/test";
import { expect, test } from "../support/journey.ts";

/** Each view with what is there once it is drawn. */
const views: readonly { name: string; search: string; ready: (page: Page) => Locator }[] = [
  { name: "tracks", search: "?layout=tracks", ready: (page) => page.getByRole("button", { name: /^w1 holds it/ }) },
  { name: "graph", search: "?layout=graph", ready: (page) => page.getByRole("img", { name: /^Agent w1/ }) },
  { name: "timeline", search: "?layout=timeline", ready: (page) => page.getByRole("rowheader", { name: "w1" }) },
  { name: "locks", search: "?view=locks", ready: (page) => page.getByRole("row", { name: /held w1/ }) },
  { name: "agents", search: "?view=agents", ready: (page) => page.getByRole("row", { name: /^w1/ }) },
  { name: "intents", search: "?view=intents", ready: (page) => page.getByRole("row", { name: /release notes/ }) },
  { name: "elections", search: "?view=elections&sel=group:roles/merger", ready: (page) => page.getByRole("article", { name: "roles/merger, led by w1" }) },
  { name: "rules", search: "?view=rules", ready: (page) => page.getByRole("row", { name: /repo\/frozen/ }) },
  { name: "findings", search: "?view=findings", ready: (page) => page.getByRole("region", { name: "Potential deadlocks" }) },
  { name: "contention", search: "?view=contention", ready: (page) => page.getByRole("region", { name: "The most contended" }) },
  {
    name: "lab",
    search: "?view=lab&lab=members:3+seeds:1+seconds:10&run=raft/5/0.05/20/leaderDies/1&step=30",
    ready: (page) => page.getByRole("list", { name: "What happened last" }),
  },
  { name: "faults", search: "?view=faults", ready: (page) => page.getByRole("region", { name: "Bad behaviour" }) },
  { name: "audit", search: "?view=audit", ready: (page) => page.getByRole("row", { name: /to look at it/ }) },
  { name: "the past", search: "?at=8&a=0&b=8&follow=w1", ready: (page) => page.getByRole("heading", { name: "Agents come, 2" }) },
  { name: "the past with a resource selected", search: "?at=8&sel=resource:repo/src/app.ts", ready: (page) => page.getByText("This is the past:") },
  { name: "a link to a file", search: "?trace=file:night.sbtrace&at=8", ready: (page) => page.getByRole("button", { name: "Open night.sbtrace…" }) },
  { name: "a resource selected", search: "?sel=resource:repo/src/app.ts", ready: (page) => page.getByRole("button", { name: "Release…" }) },
  { name: "an agent selected", search: "?sel=agent:w1", ready: (page) => page.getByRole("button", { name: "Expel…" }) },
];

// Faults can be injected, and a deadlock stands until somebody picks.
test.use({ config: { allowFaults: true, rules: [{ pattern: "repo/**", settings: { policy: "manual" }, reason: "a journey" }] } });

for (const scheme of ["light", "dark"] as const) {
  test(`axe finds nothing serious in any view, ${scheme}`, async ({ openDashboard, startWorker, page, server }) => {
    test.slow();
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });

    const serious = async (where: string) => {
      const { violations } = await new AxeBuilder({ page }).analyze();
      const found = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
      expect(found.map(({ id, nodes }) => `${where}: ${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join("\n")}`)).toEqual([]);
    };

    await openDashboard();
    await expect(page.getByRole("heading", { name: "No agent is here yet" })).toBeVisible();
    await serious("empty");

    const [w1, w2] = [await startWorker("w1"), await startWorker("w2")];
    await w1.do("declare", { state: "working", doing: "edits the router" });
    await w1.lock("repo/src/app.ts", { reason: "edits the router" });
    for (const worker of [w1, w2]) await worker.do("campaign", "roles/merger", {});
    void w2.lock("repo/src/app.ts");
    await w2.lock("repo/docs", { mode: "shared" });
    await w2.do("intend", { uses: ["repo/src"], lastsMs: 600_000, reason: "release notes" });

    // Something for the audit, by the same dialog that is looked at.
    await w2.lock("repo/frozen");
    await page.goto(`${server.url}/?sel=resource:repo/frozen`);
    await page.getByRole("button", { name: "Freeze…" }).click();
    const dialog = page.getByRole("dialog", { name: "Freeze repo/frozen" });
    await dialog.getByLabel("Reason").fill("to look at it");
    await serious("an act");
    await dialog.getByRole("button", { name: "Freeze it" }).click();
    await expect(dialog.getByRole("status")).toHaveText("Frozen.");
    await serious("an act done");

    for (const { name, search, ready } of views) {
      await page.goto(`${server.url}/${search}`);
      await ready(page).first().waitFor({ state: "attached" });
      await serious(name);
    }

    await page.goto(`${server.url}/?view=faults&sel=agent:w1`);
    await page.getByRole("button", { name: /^cut between two/i }).click();
    await page.getByText("On a schedule").click();
    await expect(page.getByLabel("Every, seconds")).toBeVisible();
    await serious("the form of a fault");
    await page.getByRole("button", { name: "Leave it" }).click();

    await page.goto(`${server.url}/?layout=graph&sel=agent:w2`);
    await expect(page.locator("[data-way]").first()).toBeAttached();
    await serious("a chain in the graph");
    void w1.lock("repo/docs").catch(() => undefined);
    await page.getByRole("button", { name: "Deadlock, 2 agents" }).click();
    await expect(page.locator("[data-ring]").first()).toBeAttached();
    await expect(page.getByRole("region", { name: "Who could give way" })).toBeVisible();
    await serious("a deadlock in the graph");

    await page.keyboard.press("Control+k");
    await expect(page.getByRole("textbox", { name: "Find or do" })).toBeFocused();
    await serious("palette");
    await page.keyboard.press("Escape");
    await page.keyboard.press("?");
    await expect(page.getByRole("dialog", { name: "Keys" })).toBeVisible();
    await serious("keys");

    await server.kill();
    await page.keyboard.press("Escape");
    await expect(page.getByRole("alert")).toContainText("Connection lost");
    await serious("offline");
  });
}
