import { writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { Command } from "commander";
import { type Browser, chromium, type Page } from "playwright";
import { buildNeeded, buildWeb } from "../support/build-web.ts";
import { chromiumFlags, ensureChromium } from "../support/chromium.ts";
import { SignalboxServer } from "../support/signalbox-server.ts";
import { GroupFleet } from "./elections/group-fleet.ts";
import { number } from "./figures.ts";
import { frameTable, measureFrames, type PartFigures } from "./frames.ts";

/** What the view Elections costs the browser: the real dashboard on a real server, with few groups and with many. */
const options = new Command("bench:groups")
  .description("Frame times of the view Elections in headless Chromium without a GPU, on a real server whose groups have three candidates each.")
  .option("--groups <counts>", "groups in the space", (text) => text.split(",").map(Number), [300, 10_000])
  .option("--agents <n>", "agents that campaign in them", Number, 30)
  .option("--rate <n>", "changes of leaders a second", Number, 20)
  .option("--seconds <n>", "measured seconds of each part", Number, 6)
  .option("--profile <folder>", "write a processor profile of each part there")
  .option("--json <file>", "write every measurement there")
  .parse()
  .opts<{ groups: number[]; agents: number; rate: number; seconds: number; profile?: string; json?: string }>();

const viewport = { width: 1_440, height: 900 };
const card = "article[aria-label^='part']";

interface Figures {
  readonly groups: number;
  /** From the first request of the page until cards are painted, when the link names the view. */
  readonly firstPaintMs: number;
  /** From the key that opens the view until cards are painted, once the page is there. */
  readonly openedMs: number;
  readonly parts: readonly PartFigures[];
}

/** Resolves after the next frame in which the page shows a card, with the page's time. */
const painted = (page: Page) =>
  page.evaluate(`new Promise((done) => {
    const look = () => document.querySelector("${card}") === null ? requestAnimationFrame(look) : requestAnimationFrame(() => setTimeout(() => done(performance.now())));
    look();
  })`) as Promise<number>;

const untilOver = async (page: Page, step: (index: number) => Promise<void>, everyMs: number): Promise<void> => {
  const untilMs = performance.now() + options.seconds * 1_000;
  for (let index = 0; performance.now() < untilMs; index++) {
    await step(index);
    await page.waitForTimeout(everyMs);
  }
};

const still = (page: Page) => page.waitForTimeout(options.seconds * 1_000);

/** Turns the wheel down and up again. */
const scrolling = async (page: Page): Promise<void> => {
  await page.mouse.move(500, 300);
  await untilOver(page, (index) => page.mouse.wheel(0, 60 * Math.sign(Math.sin(index / 60))), 12);
};

/** Types a filter, letter by letter as people do, and takes it away again. */
const typing = async (page: Page): Promise<void> => {
  const box = page.getByRole("textbox", { name: "Filter all views" });
  await box.focus();
  const keys = [..."part7/group77", ..."Backspace ".repeat(13).trim().split(" ")];
  await untilOver(page, (index) => page.keyboard.press(keys[index % keys.length] ?? "x"), 110);
  await box.fill("");
  await box.blur();
};

/** Opens one card after the other in the inspector. */
const opening = async (page: Page): Promise<void> => {
  const names = page.locator(`${card} header button`);
  await untilOver(page, async (index) => names.nth(index % 6).click(), 400);
};

async function measure(browser: Browser, groups: number): Promise<Figures> {
  const server = await SignalboxServer.start();
  const fleet = await GroupFleet.start(server.url, { groups, agents: options.agents });
  const page = await browser.newPage({ viewport });
  try {
    const problems: string[] = [];
    page.on("pageerror", (error) => problems.push(error.message));
    await page.goto(`${server.url}/?view=elections`);
    const firstPaintMs = await painted(page);
    await page.goto(`${server.url}/?view=agents`);
    // What the page fetches and compiles after its first picture belongs to none of the parts.
    await page.waitForTimeout(4_000);
    const pressedMs = (await page.evaluate("performance.now()")) as number;
    await page.keyboard.press("v");
    const openedMs = (await painted(page)) - pressedMs;
    await page.waitForTimeout(1_000);
    const parts: PartFigures[] = [];
    const part = async (name: string, during: (page: Page) => Promise<void>): Promise<void> => {
      const profile = options.profile === undefined ? undefined : `${options.profile}/${groups} ${name.replace("/", " a ")}.cpuprofile`;
      parts.push(await measureFrames(page, name, () => during(page), profile));
    };
    const ways = [
      ["stands still", still],
      ["scrolls", scrolling],
      ["filter is typed", typing],
      ["cards are opened", opening],
    ] as const;
    for (const [name, way] of ways) await part(name, way);
    const stop = fleet.changeLeaders(options.rate);
    for (const [name, way] of ways) await part(`${name}, ${options.rate} changes/s`, way);
    await page.getByRole("combobox", { name: "Order of the groups" }).selectOption("newest");
    await part(`newest first, ${options.rate} changes/s`, still);
    await stop();
    if (problems.length > 0) throw new Error(`The page failed with ${groups} groups: ${problems.join("; ")}`);
    return { groups, firstPaintMs, openedMs, parts };
  } finally {
    await page.close();
    fleet.close();
    await server.remove();
  }
}

if (buildNeeded()) await buildWeb();
const loadBefore = loadavg()[0] ?? Number.NaN;
const browser = await chromium.launch({ executablePath: ensureChromium(), args: chromiumFlags() });
const figures: Figures[] = [];
try {
  for (const groups of options.groups) {
    const measured = await measure(browser, groups);
    figures.push(measured);
    console.log(
      `\n${number(groups)} groups, three candidates each: cards painted ${number(measured.firstPaintMs)} ms after the page was asked for, ${number(measured.openedMs)} ms after the key`,
    );
    console.log(frameTable(measured.parts));
  }
} finally {
  await browser.close();
}
const load = [loadBefore, loadavg()[0] ?? Number.NaN];
console.log(
  `\n${cpus().length} cores (${cpus()[0]?.model.trim()}), load ${load.map((value) => value.toFixed(1)).join(" to ")}, ${viewport.width}×${viewport.height}, no GPU: figures taken beside other work are too high.`,
);
if (options.json !== undefined)
  writeFileSync(options.json, `${JSON.stringify({ node: process.version, cores: cpus().length, load, viewport, options, figures }, null, 2)}\n`);
