import { beforeEach } from "vitest";
import type { Leader } from "../../../model/index.ts";
import type { AgentCommandInput, GroupHolding } from "../../../protocol/index.ts";
import type { Box } from "../../box.ts";
import type { Reply } from "../../fake-server.ts";
import { type JoinOptions, joined, openScene, server } from "../../testing/scene.ts";
import type { Leadership } from "../leadership.ts";

export const group = "fleet/merger";

/** What the server answers by type of command, where a test says so. */
export let replies: Partial<Record<AgentCommandInput["type"], Reply>>;

/** The server answers as usual from now on. */
export function answerAgain(): void {
  replies = {};
}

/** A scene whose server knows elections: whoever campaigns waits until it is told that it leads. */
export function openElections(): void {
  openScene();
  beforeEach(() => {
    answerAgain();
    server.reply = (command) => {
      if (command.type in replies) return replies[command.type];
      return command.type === "election.campaign" || command.type === "election.observe" ? { status: "leads", leader: null } : { status: "done" };
    };
  });
}

export const types = () => server.commands.map((command) => command.type);

export function leaderRecord(term: string, session = "s1", agent = "w1"): Leader {
  return { session, agent, term, sinceMs: 0, value: "", why: "vacant", because: "It was the only candidate." };
}

export function holding(leader: Leader | null, more: Partial<GroupHolding> = {}): GroupHolding {
  return { group, campaigns: true, observes: false, leader, ...more };
}

export const elect = (term: string, session?: string, agent?: string) => server.notify({ type: "leader", group, leader: leaderRecord(term, session, agent) });

export function end(term: string, why: "deposed" | "expired" | "handedOver" = "deposed", by?: string): void {
  server.notify({ type: "leader", group, leader: null, ended: { session: "s1", agent: "w1", term, why, ...(by && { by, reason: "stuck" }) } });
}

export async function leading(options: JoinOptions = {}): Promise<{ box: Box; leadership: Leadership }> {
  const box = await joined(options);
  const candidacy = await box.campaign(group);
  elect("7");
  return { box, leadership: await candidacy.elected() };
}
