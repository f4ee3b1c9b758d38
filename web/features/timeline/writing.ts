import type { LaneView, Segment } from "../../projections/lanes-model.ts";
import type { Scale, Scene } from "./scene.ts";
import { textWidth } from "./text-width.ts";

/** What text is written in: on a full bar, on a hollow one, on a term. */
export type Ink = "onBar" | "hold-text" | "lead-text";

/** A bar that says whose it is, or of what. Times, not places: it is written where the bar is in sight. */
export interface BarText {
  readonly text: string;
  readonly startMs: number;
  readonly endMs: number;
  /** The middle of its row. */
  readonly y: number;
  readonly ink: Ink;
  /** Room at its end that something else takes. */
  readonly takenPx: number;
}

/** A band over a lane, wide enough for its label. */
export interface LabelledBand {
  readonly lane: LaneView;
  readonly top: number;
  readonly band: Segment;
}

/** What is written on a picture: where it stands depends on what of its bar is in sight, so it is written last. */
export interface Writing {
  readonly texts: Map<string, BarText>;
  readonly bands: Map<string, LabelledBand>;
  /** Places of exclamation marks. */
  readonly warnings: number[];
}

const textFrom = 40;

export function newWriting(): Writing {
  return { texts: new Map(), bands: new Map(), warnings: [] };
}

/** Adds what is written on another part of the picture: what lies in both is written once. */
export function join(writing: Writing, { texts, bands, warnings }: Writing): void {
  for (const [key, text] of texts) writing.texts.set(key, text);
  for (const [key, band] of bands) writing.bands.set(key, band);
  writing.warnings.push(...warnings);
}

/** Writes the bars' texts where there is room for them in sight, and the warnings. */
export function paintTexts(context: CanvasRenderingContext2D, scene: Scene, scale: Scale, { texts, warnings }: Writing): void {
  const { palette } = scene;
  context.font = `500 10px ${palette.tokens.mono}`;
  context.textBaseline = "middle";
  context.textAlign = "left";
  const letter = texts.size === 0 ? 0 : textWidth(context, "0");
  for (const { text, startMs, endMs, y, ink, takenPx } of texts.values()) {
    const from = Math.max(scale.xOf(startMs), scene.gutter);
    // A pixel of air between neighbours.
    const room = Math.min(scale.xOf(endMs) - 1 - takenPx, scene.width) - from;
    const shown = room < textFrom ? "" : shorten(text, Math.floor((room - 10) / letter));
    if (shown === "") continue;
    context.fillStyle = ink === "onBar" ? palette.onBar : palette.tokens[ink];
    context.fillText(shown, from + 5, y + 0.5);
  }
  context.font = `700 10px ${palette.tokens.mono}`;
  context.fillStyle = palette.onBar;
  for (let at = 0; at < warnings.length; at += 2) context.fillText("!", warnings[at] as number, (warnings[at + 1] as number) + 0.5);
}

/** Whether a bar of this length may be written on. */
export const isLegible = (fromMs: number, toMs: number, scale: Scale): boolean => scale.xOf(toMs) - scale.xOf(fromMs) >= textFrom;

/** What of a path fits: as many of its last segments as there is room for, then the beginning of the last. Empty when too little would be left. */
export function shorten(path: string, letters: number): string {
  if (path.length <= letters) return path;
  let from = path.length;
  for (let at = path.lastIndexOf("/"); at >= 0; at = path.lastIndexOf("/", at - 1)) {
    if (path.length - at + 1 > letters) break;
    from = at;
  }
  if (from < path.length) return `…${path.slice(from)}`;
  const last = path.slice(path.lastIndexOf("/") + 1);
  if (last.length <= letters) return last;
  return letters < 4 ? "" : `${last.slice(0, letters - 1)}…`;
}
