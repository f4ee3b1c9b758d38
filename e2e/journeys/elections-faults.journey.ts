import type { Page } from "playwright/test";
import { expect, test } from "../support/journey.ts";
import type { Worker } from "../support/worker.ts";

test.use({ config: { allowFaults: true } });

const group = "roles/merger";
const branch = "repo/refs/release";
const nodesGroup = "plan/log";
const members = ["w1", "w2", "w3"] as const;
const ttlMs = 4_000;
const times = { heartbeatMs: 300, electionMs: 1_500 };

type Start = (agent: string, options?: { ttlMs?: number }) => Promise<Worker>;

const card = (page: Page, of: string, words: string | RegExp) =>
  page.getByRole("article", { name: words instanceof RegExp ? new RegExp(`^${of}, ${words.source}`) : `${of}, ${words}`, exact: true });
const lane = (page: Page, agent: string) => page.getByRole("table", { name: "Lanes in sight" }).getByRole("row", { name: new RegExp(`^${agent} `) });

/** Chooses a fault in the menu of a group's card, for another agent where one is named, and does it. */
async function inject(page: Page, of: string, item: RegExp, title: string, { target, strongest = false }: { target?: string; strongest?: boolean } = {}) {
  await page
    .getByRole("article")
    .getByRole("button", { name: `More acts on ${of}` })
    .click();
  await page.getByRole("menuitem", { name: item }).click();
  const form = page.getByRole("dialog", { name: "Inject a fault" });
  if (target !== undefined) await form.getByLabel("Target").fill(target);
  if (strongest) await form.getByRole("slider").press("End");
  await form.getByLabel("Lasts, seconds").fill("300");
  await form.getByRole("button", { name: "Preview…" }).click();
  const dialog = page.getByRole("dialog", { name: `Inject: ${title}` });
  await expect(dialog.getByRole("region", { name: "What it would do now" })).toContainText("Nobody loses anything at once");
  await dialog.getByLabel("Reason").fill(`a journey: ${title}`);
  await dialog.getByRole("button", { name: "Inject it" }).click();
  await expect(dialog.getByRole("status")).toHaveText("The fault has begun.");
  await dialog.getByRole("button", { name: "Close", exact: true }).click();
}

/** One key ends them all, and no card speaks of a fault any more. */
async function stopAll(page: Page): Promise<void> {
  await page.keyboard.press("x");
  await expect(page.getByRole("button", { name: "faults off" })).toBeVisible();
  await expect(page.getByRole("article").getByText("under a fault:")).toHaveCount(0);
}

test.describe("a group that the engine elects a leader of", () => {
  /** w1 leads and has written, the others campaign. */
  async function fleet(startWorker: Start): Promise<{ workers: readonly [Worker, Worker, Worker]; term: string }> {
    const [w1, w2, w3] = [await startWorker("w1", { ttlMs }), await startWorker("w2", { ttlMs }), await startWorker("w3", { ttlMs })];
    for (const worker of [w1, w2, w3]) await worker.do("campaign", group, {});
    await w2.do("follow", group);
    const { term } = await w2.do("nextLeader", group, null);
    await expect.poll(() => w1.do("termIn", group)).toBe(term);
    await w1.do("writeAsLeader", group, branch, "first");
    return { workers: [w1, w2, w3], term: term as string };
  }

  test("FI-8: a leader whose clock runs twice as fast leads on; cut off besides, it stops before the next one leads, and is kept out", async ({
    openDashboard,
    startWorker,
  }) => {
    const { workers, term } = await fleet(startWorker);
    const [w1, w2] = workers;
    const page = await openDashboard(`?view=elections&sel=group:${group}`);
    await inject(page, group, /^Fault: clock drift w1/, "clock drift w1", { strongest: true });
    await expect(card(page, group, "led by w1")).toContainText("under a fault: clock drift w1");
    await expect(lane(page, "w1")).toContainText("clock drift w1");
    await w1.do("writeAsLeader", group, branch, "drifting");
    expect(await w1.do("termIn", group)).toBe(term);

    await inject(page, group, /^Fault: cut off w1/, "cut off w1");
    const next = await w2.do("nextLeader", group, term);
    expect(next.agent).toBe("w2");
    expect(await w1.do("stoppedLeading", group)).toBeLessThan(next.atMs);
    await expect.poll(() => w2.do("termIn", group)).toBe(next.term);
    await w2.do("writeAsLeader", group, branch, "second");
    await expect(w1.do("writeAsLeader", group, branch, "late")).rejects.toThrow(`Fence ${term} is stale: ${branch} has seen ${next.term}`);
    await stopAll(page);
    await expect(lane(page, "w1")).toContainText(`the guard of ${branch} refused w1: fence ${term} is below ${next.term}`);
    await expect(card(page, group, "led by w2")).toBeVisible({ timeout: 30_000 });
    expect(await w2.do("written", branch)).toEqual([`${term} w1 first`, `${term} w1 drifting`, `${next.term} w2 second`]);
  });

  test("EL-3 EL-17: one that claims to lead is refused each time, and the card says who of the two it is, until all is stopped", async ({
    openDashboard,
    startWorker,
  }) => {
    const { workers, term } = await fleet(startWorker);
    const page = await openDashboard(`?view=elections&sel=group:${group}`);
    await inject(page, group, /^Fault: claim to lead w2/, "claim to lead w2");
    await expect(card(page, group, "split brain")).toContainText("under a fault: claim to lead w2");
    await expect(card(page, group, "split brain")).toContainText(/w2: it said that it leads in term/);
    await expect(card(page, group, "split brain")).toContainText(`term ${term}, 1st leader`);
    await expect(page.getByRole("region", { name: "Why it needs you" })).toContainText(`w1 leads in term ${term}`);
    await expect(lane(page, "w2")).toContainText(`w2 said that it leads ${group} in term ${term}, and was refused: w1 leads in term ${term}`);
    // Nothing came of it: w1 leads and writes, w2 has no term to write under.
    await workers[0].do("writeAsLeader", group, branch, "second");
    await expect(workers[1].do("writeAsLeader", group, branch, "false")).rejects.toThrow("it never led");
    await stopAll(page);
    await expect(card(page, group, "led by w1")).toContainText(`term ${term}, 1st leader`, { timeout: 30_000 });
    await expect(page.getByRole("region", { name: "Why it needs you" })).toHaveCount(0);
  });

  test("EL-11: one that votes twice has one word in a ballot, the false one, and the card says whose words counted", async ({
    openDashboard,
    startWorker,
    page,
  }) => {
    const [w1, w2] = [await startWorker("w1", { ttlMs }), await startWorker("w2", { ttlMs })];
    // w2 is against it and w3 is not here: by their own words nobody leads.
    await w2.do("voteAlways", false);
    await w2.do("follow", group);
    const settings = { policy: "quorum" as const, members: [...members], confirmMs: 300_000 };
    await w1.do("campaign", group, { settings });
    await openDashboard(`?view=elections&sel=group:${group}`);
    const ballot = card(page, group, "voting");
    await expect(ballot).toContainText("1 yes of 2 needed, 3 members · yes: w1 · no: w2 · silent: w3");
    await inject(page, group, /^Fault: vote twice w2/, "vote twice w2");
    await expect(ballot).toContainText("under a fault: vote twice w2");
    // Its word in this ballot is given. In the next one the false one comes first.
    await w1.do("resign", group);
    await w1.do("campaign", group, { settings });
    await expect(card(page, group, "led by w1")).toContainText("2 of 3 members confirmed it, 2 were needed: w1, w2.");
    await expect(lane(page, "w2")).toContainText("vote twice w2");
    await stopAll(page);
    await w1.do("resign", group);
    await w1.do("campaign", group, { settings });
    await expect(ballot).toContainText("1 yes of 2 needed, 3 members · yes: w1 · no: w2 · silent: w3");
  });
});

test.describe("a group of processes that run Raft among themselves", () => {
  interface Nodes {
    readonly leader: Worker;
    readonly others: readonly [Worker, Worker];
    readonly term: number;
  }

  async function nodes(startWorker: Start): Promise<Nodes> {
    const workers = [await startWorker("w1"), await startWorker("w2"), await startWorker("w3")];
    for (const worker of workers) await worker.do("runRaft", nodesGroup, members, times);
    return leaderOf(workers);
  }

  /** Once all follow the same one. */
  async function leaderOf(workers: readonly Worker[]): Promise<Nodes> {
    const views = () => Promise.all(workers.map((worker) => worker.do("nodeView", nodesGroup)));
    await expect
      .poll(async () => new Set((await views()).map(({ leader, term }) => `${leader} ${term}`)).size === 1 && (await views())[0]?.leader)
      .toBeTruthy();
    const [view] = await views();
    const leader = workers.find(({ agent }) => agent === view?.leader);
    const [one, other] = workers.filter((worker) => worker !== leader);
    if (view === undefined || leader === undefined || one === undefined || other === undefined) throw new Error("Nobody leads any more.");
    return { leader, others: [one, other], term: view.term };
  }

  const expectApplied = async (workers: readonly Worker[], values: readonly string[]) => {
    for (const worker of workers) await expect.poll(() => worker.do("appliedIn", nodesGroup)).toEqual(values);
  };
  const row = (page: Page, agent: string) =>
    page
      .getByRole("article")
      .getByRole("list", { name: "Nodes" })
      .getByRole("listitem")
      .filter({ has: page.getByRole("button", { name: agent, exact: true }) });

  test("EL-28: clocks that run fast depose nobody: the leader and its term stay, what is proposed is committed", async ({ openDashboard, startWorker }) => {
    const { leader, others, term } = await nodes(startWorker);
    const page = await openDashboard(`?view=elections&sel=group:${nodesGroup}`);
    // The two that follow: theirs are the clocks that could run out.
    await inject(page, nodesGroup, new RegExp(`^Fault: clock drift ${leader.agent}`), `clock drift ${others[0].agent}, ${others[1].agent}`, {
      target: others.map(({ agent }) => agent).join(","),
      strongest: true,
    });
    for (const { agent } of others) await expect(row(page, agent)).toContainText("under a fault: clock drift");
    for (const value of ["a", "b", "c"]) await leader.do("proposeTo", nodesGroup, value);
    await expectApplied([leader, ...others], ["a", "b", "c"]);
    expect(await leaderOf([leader, ...others])).toMatchObject({ leader, term });
    await stopAll(page);
    await leader.do("proposeTo", nodesGroup, "d");
    await expectApplied([leader, ...others], ["a", "b", "c", "d"]);
    await expect(row(page, leader.agent)).toContainText(`leaderterm ${term}`);
  });

  test("EL-17: one that claims to lead shows so beside the true leader, which goes on; once all is stopped it shows the truth again", async ({
    openDashboard,
    startWorker,
  }) => {
    const { leader, others, term } = await nodes(startWorker);
    const [liar] = others;
    const page = await openDashboard(`?view=elections&sel=group:${nodesGroup}`);
    await expect(card(page, nodesGroup, "raft among agents")).toBeVisible();
    await inject(page, nodesGroup, new RegExp(`^Fault: claim to lead ${liar.agent}`), `claim to lead ${liar.agent}`);
    await expect(card(page, nodesGroup, "split brain")).toBeVisible();
    for (const { agent } of [leader, liar]) await expect(row(page, agent)).toContainText(`leaderterm ${term}`);
    await expect(row(page, liar.agent)).toContainText(`under a fault: claim to lead ${liar.agent}`);
    await leader.do("proposeTo", nodesGroup, "goes on");
    await expectApplied([leader, ...others], ["goes on"]);
    await stopAll(page);
    await expect(card(page, nodesGroup, "raft among agents")).toBeVisible({ timeout: 30_000 });
    await expect(row(page, liar.agent)).toContainText("follower");
    await expect(row(page, leader.agent)).toContainText(`leaderterm ${term}`);
  });

  test("EL-20: one that votes for everybody has a node begin a term that nobody wants, and it does not lead; the log stays one and the same", async ({
    openDashboard,
    startWorker,
  }) => {
    const { leader, others, term } = await nodes(startWorker);
    const [voter, apart] = others;
    await leader.do("proposeTo", nodesGroup, "before");
    const page = await openDashboard(`?view=elections&sel=group:${nodesGroup}`);
    await inject(page, nodesGroup, new RegExp(`^Fault: vote twice ${voter.agent}`), `vote twice ${voter.agent}`);
    await expect(row(page, voter.agent)).toContainText(`under a fault: vote twice ${voter.agent}`);

    // Who hears nothing of the leader asks the other one, which hears it well and would refuse (EL-28).
    await page
      .getByRole("article")
      .getByRole("button", { name: `More acts on ${nodesGroup}` })
      .click();
    await page.getByRole("menuitem", { name: /^Fault: cut off/ }).click();
    const form = page.getByRole("dialog", { name: "Inject a fault" });
    await form.getByLabel("Fault", { exact: true }).selectOption("cut between two");
    await form.getByLabel("One side").fill(leader.agent);
    await form.getByLabel("The other side").fill(apart.agent);
    await form.getByLabel("Lasts, seconds").fill("300");
    await form.getByRole("button", { name: "Preview…" }).click();
    const dialog = page.getByRole("dialog", { name: `Inject: cut between ${leader.agent} and ${apart.agent}` });
    await dialog.getByLabel("Reason").fill("does the false vote count?");
    await dialog.getByRole("button", { name: "Inject it" }).click();
    await dialog.getByRole("button", { name: "Close", exact: true }).click();

    // It begins a term for nothing, and comes to nothing: the false votes are of the term in which its voter is.
    await expect.poll(async () => (await apart.do("nodeView", nodesGroup)).term, { timeout: 30_000 }).toBeGreaterThan(term);
    await leader.do("proposeTo", nodesGroup, "meanwhile");
    await expectApplied([leader, voter], ["before", "meanwhile"]);
    expect(await leader.do("nodeView", nodesGroup)).toMatchObject({ role: "leader", term });
    await stopAll(page);
    const healed = await leaderOf([leader, ...others]);
    await healed.leader.do("proposeTo", nodesGroup, "after");
    await expectApplied([leader, ...others], ["before", "meanwhile", "after"]);
    await expect(row(page, healed.leader.agent)).toContainText(`leaderterm ${healed.term}`);
    for (const { agent } of healed.others) await expect(row(page, agent)).toContainText("follower");
    await expect(card(page, nodesGroup, "raft among agents")).toBeVisible({ timeout: 30_000 });
  });
});
