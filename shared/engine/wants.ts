import type { ErrorCode, Want } from "../model/index.ts";
import { isGlob, parentOf, type State, settingsOf } from "../state/index.ts";

/** What makes a want impossible under the present settings, whoever holds what; undefined when nothing does. */
export function wantProblem(state: State, want: Want): { code: ErrorCode; message: string; field: keyof Want } | undefined {
  const settings = settingsOf(state, want.resource);
  if (settings.level !== "sequenced") return undefined;
  if (isGlob(want.resource)) {
    return want.weight === 1 ? undefined : { code: "invalid", message: "A glob has no units; leave the weight at 1.", field: "weight" };
  }
  if (want.weight > settings.capacity) {
    const message =
      settings.capacity === 1 ? `${want.resource} is a mutex; leave the weight at 1.` : `${want.weight} units, but ${want.resource} has ${settings.capacity}.`;
    return { code: "invalid", message, field: "weight" };
  }
  if (settings.capacity > 1 && want.mode === "shared") {
    return { code: "unsupported", message: `${want.resource} is a semaphore; take it by weight, in mode exclusive.`, field: "mode" };
  }
  if (state.rules.length === 0) return undefined;
  for (let path = parentOf(want.resource); path !== undefined; path = parentOf(path)) {
    const above = settingsOf(state, path);
    if (above.capacity > 1 && above.level === "sequenced") {
      return { code: "unsupported", message: `${path} is a semaphore; it has no parts below it.`, field: "resource" };
    }
  }
  return undefined;
}
