import { compareFences } from "../../shared/state/fences.ts";
import { expect, test } from "../support/journey.ts";
import { listenToStream } from "../support/viewer-stream.ts";

test("the server is killed under load and started again on its data: nothing moved, agents and viewers go on", async ({
  page,
  openDashboard,
  server,
  startWorker,
}) => {
  const stream = listenToStream(page);
  const [w1, w2, w3, w4, busy] = await Promise.all(["w1", "w2", "w3", "w4", "busy"].map((agent) => startWorker(agent)));
  const firstFence = (await w1!.lock("repo/src/app.ts", { reason: "edits the router" })) as string;
  // One after the other, so that who stands where in the queue is known.
  const row = (name: RegExp) => page.getByRole("grid", { name: /^Locks and waits/ }).getByRole("row", { name });
  await openDashboard("?view=locks");
  const second = w2!.lock("repo/src/app.ts");
  await expect(row(/repo\/src\/app.ts waiting w2 .* no\. 1/)).toBeVisible();
  const third = w3!.lock("repo/src/app.ts");
  await expect(row(/repo\/src\/app.ts waiting w3 .* no\. 2/)).toBeVisible();
  await w4!.lock("repo/docs", { mode: "shared" });
  await expect(row(/^repo\/docs held w4/)).toBeVisible();
  await busy!.do("churn", "load/key");
  await expect.poll(async () => (await busy!.do("churned", "load/key")).fences.length).toBeGreaterThan(100);

  /** The rows of what does not move, without times. */
  const standing = async () => {
    const texts = await row(/^repo\//).allInnerTexts();
    return texts.map((text) => text.replace(/\d+:\d\d(:\d\d)?/g, "TIME").replace(/\s+/g, " ")).sort();
  };
  const before = await standing();
  expect(before).toHaveLength(4);
  expect(before.join("\n")).toContain(`held w1 TIME 2 wait exclusive ${firstFence}`);

  await server.kill();
  const alert = page.getByRole("main", { name: "View" }).getByRole("alert");
  await expect(alert).toContainText("Connection lost. This is the last picture");
  await expect(page.getByText("Offline", { exact: true })).toBeVisible();
  expect(await standing()).toEqual(before);
  const churnedBefore = await busy!.do("churned", "load/key");
  const subscribesBefore = stream.subscribes.length;
  const lastSeen = stream.positions.at(-1) as number;

  await server.start();
  await expect(page.getByText("Live", { exact: true }).first()).toBeVisible();
  await expect(alert).toBeHidden();
  await expect.poll(standing).toEqual(before);

  // The agents are who they were: what is held is still held, and the queue goes on in its order with rising fences.
  await expect.poll(() => Promise.all([w1!, w2!, w3!, w4!, busy!].map((worker) => worker.do("status")))).toEqual(Array(5).fill("connected"));
  expect(await w1!.do("state", "repo/src/app.ts")).toBe("held");
  expect(await w4!.do("state", "repo/docs")).toBe("held");
  await w1!.do("release", "repo/src/app.ts");
  const secondFence = (await second) as string;
  expect(compareFences(secondFence, firstFence)).toBeGreaterThan(0);
  await expect(row(/repo\/src\/app.ts waiting w3 .* no\. 1/)).toBeVisible();
  await w2!.do("release", "repo/src/app.ts");
  expect(compareFences((await third) as string, secondFence)).toBeGreaterThan(0);

  // The load went on over the kill: no command was refused, and no fence came twice or fell.
  await expect.poll(async () => (await busy!.do("churned", "load/key")).fences.length).toBeGreaterThan(churnedBefore.fences.length + 100);
  const { fences, problems } = await busy!.do("churned", "load/key");
  expect(problems).toEqual([]);
  expect(fences.every((fence, index) => index === 0 || compareFences(fence, fences[index - 1] as string) > 0)).toBe(true);

  // The viewer asked for what came after the last event it had and got just that: no snapshot, no gap, no repeat.
  expect(stream.subscribes[subscribesBefore]).toEqual({ after: lastSeen });
  expect(stream.answers.at(-1)).toMatchObject({ ok: true, snapshot: null });
  const gaps = stream.positions.filter((position, index) => index > 0 && position !== (stream.positions[index - 1] as number) + 1);
  expect(gaps).toEqual([]);
});
