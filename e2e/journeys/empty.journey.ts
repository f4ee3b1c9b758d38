import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { expect, test } from "../support/journey.ts";

test.use({ permissions: ["clipboard-read", "clipboard-write"] });

test("an empty dashboard shows how to connect; what it says to copy works, and the first agent appears", async ({ openDashboard, server }) => {
  const page = await openDashboard();
  await expect(page.getByRole("heading", { name: "No agent is here yet" })).toBeVisible();
  await page.getByRole("button", { name: "Copy the program" }).click();
  const program = await page.evaluate(() => navigator.clipboard.readText());
  expect(program).toContain(server.url);
  await page.getByRole("button", { name: "Copy the command" }).click();
  const command = await page.evaluate(() => navigator.clipboard.readText());

  // Exactly as a newcomer would: saved in the project's folder, run by the copied command.
  const [npx, tsx, file] = command.split(" ") as [string, string, string];
  const ownFile = `e2e-${process.pid}-${file}`;
  await writeFile(ownFile, program);
  const agent = spawn(npx, [tsx, ownFile], { stdio: "ignore", detached: true });
  try {
    await expect(page.getByRole("button", { name: /^w1 holds it, fence 1/ })).toBeVisible({ timeout: 30_000 });
    await expect(page.getByRole("button", { name: "w1, working: edits repo/src" })).toBeVisible();
    await expect(page.getByRole("heading", { name: "No agent is here yet" })).toBeHidden();
  } finally {
    if (agent.pid !== undefined) process.kill(-agent.pid, "SIGKILL");
    const { rm } = await import("node:fs/promises");
    await rm(ownFile);
  }
});
