import { createHash } from "node:crypto";
import { io } from "socket.io-client";
import type { Answer } from "../../shared/model/index.ts";
import { protocolVersion, type SubscribeAnswer } from "../../shared/protocol/index.ts";
import { expect, test } from "../support/journey.ts";

const tokens = { viewer: "viewer-token-of-this-journey", operator: "operator-token-of-this-journey", agent: "agent-token-of-this-journey" };

test.use({
  config: {
    tokens: (["viewer", "operator", "agent"] as const).map((role) => ({
      principal: `${role}1`,
      role,
      sha256: createHash("sha256").update(tokens[role]).digest("hex"),
    })),
  },
});

test("a viewer sees everything and can do nothing: not in the dashboard, and not past it either", async ({ page, server, startWorker }) => {
  const worker = await startWorker("w1", { token: tokens.agent });
  const fence = (await worker.lock("repo/src")) as string;

  await page.goto(`${server.url}/?sel=resource:repo/src`);
  await page.getByLabel("Operator token").fill("not a token");
  await page.getByRole("button", { name: "Connect" }).click();
  await expect(page.getByRole("alert")).toContainText(/refused/i);
  await page.getByLabel("Operator token").fill(tokens.viewer);
  await page.getByRole("button", { name: "Connect" }).click();
  await expect(page.getByRole("button", { name: "viewer1 · viewer" })).toBeVisible();
  await expect(page.getByRole("region", { name: "Who holds it" })).toContainText(`w1 for`);

  await page.getByRole("button", { name: "Release…" }).click();
  const dialog = page.getByRole("dialog", { name: "Release repo/src" });
  await expect(dialog).toContainText("only operators act");
  await dialog.getByLabel("Reason").fill("I may not");
  await expect(dialog.getByRole("button", { name: "Release it" })).toBeDisabled();

  // The button is only courtesy: the server itself refuses whoever goes past the dashboard.
  const act = async (token: string) => {
    const socket = io(`${server.url}/operators`, { transports: ["websocket"], forceNew: true, auth: { protocol: protocolVersion, space: "main", token } });
    try {
      await new Promise<SubscribeAnswer>((resolve, reject) => {
        socket.once("connect_error", reject);
        socket.emit("subscribe", {}, resolve);
      });
      const [answer] = await new Promise<Answer[]>((resolve) => {
        socket.emit("commands", [{ id: "past-the-dashboard", type: "lock.forceRelease", resource: "repo/src", fence, reason: "past the dashboard" }], resolve);
      });
      return answer;
    } finally {
      socket.disconnect();
    }
  };
  expect(await act(tokens.viewer)).toMatchObject({ ok: false, error: { code: "unauthorized" } });
  expect(await worker.do("state", "repo/src")).toBe("held");
  expect(await act(tokens.operator)).toMatchObject({ ok: true });
  await expect.poll(() => worker.do("state", "repo/src")).toBe("lost");
});
