import type { Page } from "playwright/test";
import { expect, test } from "../support/journey.ts";

const file = "repo/src/app.ts";
const lanesOf = (page: Page) => page.getByRole("region", { name: "Timeline lanes" });
const rowOf = (page: Page, lane: string) => page.getByRole("table", { name: "Lanes in sight" }).getByRole("row", { name: new RegExp(`^${lane} `) });

test("the timeline goes to the past and comes back, its link opens the same range, its keys choose a lane", async ({ openDashboard, startWorker }) => {
  const [w1, w2] = [await startWorker("w1"), await startWorker("w2")];
  await w1.lock(file, { reason: "edits the router" });
  void w2.lock(file);
  const page = await openDashboard("?layout=timeline");
  await expect(rowOf(page, "w1")).toContainText(`w1 holds ${file} exclusively`);
  await expect(rowOf(page, "w2")).toContainText(`for ${file}`);

  // Up and down choose a lane, and say what is on it; Enter selects it everywhere.
  await lanesOf(page).focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await expect(lanesOf(page).getByText(`w2: w2 waits`)).toBeAttached();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/sel=agent:w2/);
  await expect(page.getByRole("complementary", { name: "Inspector" }).getByRole("heading", { name: "w2" })).toBeVisible();

  // To the past, closer: the range goes into the link.
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("+");
  await expect(page).toHaveURL(/range=\d+\.\.\d+/);
  const followed = page.getByRole("button", { name: "Follow the present" });
  await expect(followed).toHaveAttribute("aria-pressed", "false");
  const link = page.url();
  await page.reload();
  await expect(rowOf(page, "w1")).toBeAttached();
  expect(page.url()).toBe(link);

  // L goes live from anywhere; lanes by resource are one click away and in the link too.
  await page.keyboard.press("l");
  await expect(page).not.toHaveURL(/range=/);
  await expect(followed).toHaveAttribute("aria-pressed", "true");
  await page.getByText("by resource", { exact: true }).click();
  await expect(page).toHaveURL(/lanes=resource/);
  await expect(rowOf(page, file)).toContainText(`w1 holds ${file} exclusively`);

  // A click on the lane's name selects the resource.
  await page.keyboard.press("Escape");
  const box = (await lanesOf(page).boundingBox())!;
  await page.mouse.click(box.x + 20, box.y + 30);
  await expect(page).toHaveURL(/sel=resource:repo\/src\/app\.ts/);
});

test("the pointer moves and zooms the timeline and reads it in words", async ({ openDashboard, startWorker }) => {
  const w1 = await startWorker("w1");
  await w1.lock(file, { reason: "edits the router" });
  const page = await openDashboard("?layout=timeline");
  await expect(rowOf(page, "w1")).toContainText("w1 holds");
  const box = (await lanesOf(page).boundingBox())!;
  const y = box.y + 30;

  // Fitted, the lock is wide enough to point at.
  await page.getByRole("button", { name: "Fit all that is known" }).click();
  const words = page.locator("p").getByText(new RegExp(`^w1 holds ${file} exclusively for .*, fence 1$`));
  let step = 0;
  const pointThere = async () => {
    step = (step + 1) % 10;
    await page.mouse.move(box.x + box.width * (0.8 + step / 100), y);
    return words.count();
  };
  await expect.poll(pointThere).toBe(1);
  await page.mouse.click(box.x + box.width * 0.85, y);
  await expect(page).toHaveURL(/sel=resource:repo\/src\/app\.ts/);

  // Dragged to the right, earlier times come; ctrl and the wheel zoom about the pointer.
  const spanOf = () => {
    const [from, to] = (new URL(page.url()).searchParams.get("range") ?? "0..0").split("..").map(Number);
    return (to ?? 0) - (from ?? 0);
  };
  await page.mouse.move(box.x + box.width / 2, y);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2 + 60, y, { steps: 4 });
  await page.mouse.up();
  await expect(page).toHaveURL(/range=/);
  const before = spanOf();
  await page.keyboard.down("Control");
  await page.mouse.wheel(0, -400);
  await page.keyboard.up("Control");
  await expect.poll(spanOf).toBeLessThan(before * 0.9);
  await page.keyboard.press("Escape");
});
