import type { Election, ElectionSettings, Leader } from "../../../shared/model/index.ts";
import { electionSettingsWords } from "../../projections/election-words.ts";
import { openAct } from "../acts/act-store.ts";

const nobodyNow = "Nobody's lead changes at this moment.";

/** The term is named: nobody deposes another than the one he saw. */
export function openDepose(group: string, { agent, term }: Pick<Leader, "agent" | "term">): void {
  openAct({
    type: "ready",
    act: { type: "election.depose", group, term },
    words: {
      title: `Depose ${agent}`,
      meaning: `Ends the lead of ${agent} in ${group}, term ${term}; it is told at once. It leads again only when nobody else can, or when it campaigns anew.`,
      confirm: "Depose it",
      done: "Deposed.",
      harmful: true,
    },
  });
}

/** Makes a candidate leader; whoever leads hands over with nothing in between. */
export function openAppoint({ group, leader }: Election, agent: string): void {
  openAct({
    type: "ready",
    act: { type: "election.appoint", group, agent },
    words: {
      title: leader === undefined ? `Appoint ${agent}` : `Hand ${group} over to ${agent}`,
      meaning: leader === undefined ? `${agent} leads ${group} in a new term.` : `${agent} leads ${group} in a new term, with no moment in which nobody leads.`,
      confirm: leader === undefined ? "Appoint it" : "Hand it over",
      done: leader === undefined ? "Appointed." : "Handed over.",
      harmful: leader !== undefined,
    },
  });
}

export function openBlock(group: string, agent: string): void {
  openAct({
    type: "ready",
    act: { type: "election.block", group, agent },
    words: {
      title: `Block ${agent}`,
      meaning: `${agent} may not campaign in ${group} until you unblock it. If it leads, it leads no more.`,
      confirm: "Block it",
      done: "Blocked.",
      harmful: true,
    },
  });
}

export function openUnblock(group: string, agent: string): void {
  openAct({
    type: "ready",
    act: { type: "election.unblock", group, agent },
    words: {
      title: `Unblock ${agent}`,
      meaning: `${agent} may campaign in ${group} again. It has to do so itself.`,
      confirm: "Unblock it",
      done: "Unblocked.",
      harmful: false,
      calm: nobodyNow,
    },
  });
}

export function openFreezeGroup({ group, leader }: Election): void {
  openAct({
    type: "ready",
    act: { type: "election.freeze", group },
    words: {
      title: `Freeze ${group}`,
      meaning: `Nobody new is elected in ${group} until you thaw it. ${leader === undefined ? "Nobody leads meanwhile." : `${leader.agent} leads on.`}`,
      confirm: "Freeze it",
      done: "Frozen.",
      harmful: true,
      calm: nobodyNow,
    },
  });
}

export function openThawGroup(group: string): void {
  openAct({
    type: "ready",
    act: { type: "election.thaw", group },
    words: {
      title: `Thaw ${group}`,
      meaning: "Where nobody leads, the policy's choice does at once.",
      confirm: "Thaw it",
      done: "Thawed.",
      harmful: false,
    },
  });
}

export function openConfigure(group: string, settings: ElectionSettings | null): void {
  openAct({
    type: "ready",
    act: { type: "election.configure", group, settings },
    words:
      settings === null
        ? {
            title: `Take the settings of ${group} away`,
            meaning: "It falls back to the defaults, and is gone when nobody campaigns.",
            confirm: "Take them away",
            done: "Back to the defaults.",
            harmful: false,
          }
        : {
            title: `Set up ${group}`,
            meaning: `From now on: ${electionSettingsWords(settings)}. Whoever may not lead under this leads no more.`,
            confirm: "Set it up",
            done: "Set up.",
            harmful: false,
          },
  });
}
