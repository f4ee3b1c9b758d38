import type { Act } from "../../connection/port.ts";
import { settingsInWords } from "../../projections/settings-words.ts";
import type { ActDraft, ActWords } from "./act-store.ts";

export function wordsOf(draft: ActDraft, fence?: string): ActWords {
  switch (draft.type) {
    case "ready":
      return draft.words;
    case "lock.forceRelease": {
      const lock = draft.locks.find((one) => one.fence === fence) ?? draft.locks[0];
      return {
        title: `Release ${lock?.resource ?? ""}`,
        meaning: `Takes the lock from ${lock?.agent ?? "its holder"}, who is told at once. Whoever is first in the queue gets it with a higher fence.`,
        confirm: "Release it",
        done: "Released.",
        harmful: true,
      };
    }
    case "session.expel":
      return {
        title: `Expel ${draft.agent}`,
        meaning: "Ends its session with all its locks, waits and intents. It may join again.",
        confirm: "Expel it",
        done: "Expelled.",
        harmful: true,
      };
    case "resource.freeze":
      return {
        title: `Freeze ${draft.resource}`,
        meaning: "Nobody is granted it or anything below it until you thaw it. Who holds it now keeps it and may give it back.",
        confirm: "Freeze it",
        done: "Frozen.",
        harmful: true,
      };
    case "resource.thaw":
      return {
        title: `Thaw ${draft.resource}`,
        meaning: "Whoever can be granted is granted at once, in the order of the queue.",
        confirm: "Thaw it",
        done: "Thawed.",
        harmful: false,
      };
    case "resource.configure":
      return draft.settings === null
        ? {
            title: `Take the rule of ${draft.pattern} away`,
            meaning: "What it set falls back to the rules before it, or to the defaults.",
            confirm: "Take it away",
            done: "The rule is gone.",
            harmful: false,
          }
        : {
            title: `Set the rule of ${draft.pattern}`,
            meaning: `From now on: ${settingsInWords(draft.settings)}. Locks that are held stay as they are.`,
            confirm: "Set it",
            done: "The rule is set.",
            harmful: false,
          };
  }
}

/** The command for an act, its reason given. */
export function toAct(draft: ActDraft, reason: string, fence?: string): Act | undefined {
  switch (draft.type) {
    case "ready":
      return { ...draft.act, reason } as Act;
    case "lock.forceRelease": {
      const lock = draft.locks.find((one) => one.fence === fence) ?? draft.locks[0];
      return lock && { type: draft.type, resource: lock.resource, fence: lock.fence, reason };
    }
    case "session.expel":
      return { type: draft.type, session: draft.session, reason };
    case "resource.freeze":
    case "resource.thaw":
      return { type: draft.type, resource: draft.resource, reason };
    case "resource.configure":
      return { type: draft.type, pattern: draft.pattern, settings: draft.settings, reason };
  }
}
