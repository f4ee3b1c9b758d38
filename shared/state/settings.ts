import { defaultSettings, type ResolvedSettings } from "../model/index.ts";
import { covers, isGlob } from "./patterns.ts";
import type { State } from "./state.ts";

const rememberedAtMost = 20_000;

/** What holds for a resource: the defaults, then every rule that covers it, later ones over earlier ones. */
export function settingsOf(state: State, resource: string): ResolvedSettings {
  if (state.rules.length === 0) return defaultSettings;
  const known = state.settings.get(resource);
  if (known !== undefined) return known;
  const resolved = { ...defaultSettings };
  for (const rule of state.rules) if (covers(rule.pattern, resource)) Object.assign(resolved, rule.settings);
  // Units belong to one resource: a glob takes all that it names, whole.
  if (isGlob(resource)) resolved.capacity = 1;
  if (state.settings.size >= rememberedAtMost) state.settings.clear();
  state.settings.set(resource, resolved);
  return resolved;
}
