import { formatDuration } from "../../shared/analysis/words.ts";
import type { Settings } from "../../shared/model/index.ts";

/** Settings as one reads them aloud: `level sequenced, one at a time, guarded`. */
export function settingsInWords(settings: Settings): string {
  const words: string[] = [];
  if (settings.level !== undefined) words.push(`level ${settings.level}`);
  if (settings.capacity !== undefined) words.push(settings.capacity === 1 ? "one at a time" : `${settings.capacity} units`);
  if (settings.lockDelayMs !== undefined) words.push(`lock-delay ${formatDuration(settings.lockDelayMs)}`);
  if (settings.guarded !== undefined) words.push(settings.guarded ? "guarded" : "not guarded");
  if (settings.maxHoldMs !== undefined) words.push(`held for ${formatDuration(settings.maxHoldMs)} at most`);
  if (settings.agingStepMs !== undefined) words.push(`a step of priority is worth ${formatDuration(settings.agingStepMs)} of waiting`);
  if (settings.policy !== undefined) words.push(`policy ${settings.policy}`);
  if (settings.victim !== undefined) words.push(`victim ${settings.victim}`);
  if (settings.automatic !== undefined) words.push(`automatic acts ${settings.automatic}`);
  if (settings.waitLimitMs !== undefined) words.push(`waits ${formatDuration(settings.waitLimitMs)} at most`);
  if (settings.inherit !== undefined) words.push(settings.inherit ? "holders inherit urgency" : "no inheritance");
  return words.length === 0 ? "nothing set" : words.join(", ");
}
