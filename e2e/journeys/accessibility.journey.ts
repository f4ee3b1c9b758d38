import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "../support/journey.ts";

const views: readonly { name: string; search: string; ready: string | RegExp }[] = [
  { name: "tracks", search: "?layout=tracks", ready: /w1 holds it/ },
  { name: "graph", search: "?layout=graph", ready: "Graph" },
  { name: "timeline", search: "?layout=timeline", ready: "Fold idle time (F)" },
  { name: "locks", search: "?view=locks", ready: "repo/src/app.ts" },
  { name: "agents", search: "?view=agents", ready: "w1" },
  { name: "intents", search: "?view=intents", ready: /release notes/ },
  { name: "rules", search: "?view=rules", ready: "New rule…" },
  { name: "audit", search: "?view=audit", ready: "repo/frozen" },
  { name: "a resource selected", search: "?sel=resource:repo/src/app.ts", ready: "Release…" },
  { name: "an agent selected", search: "?sel=agent:w1", ready: "Expel…" },
];

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
      await expect(page.getByRole(name === "graph" ? "radio" : "button", { name: ready }).first()).toBeVisible();
      await serious(name);
    }

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
