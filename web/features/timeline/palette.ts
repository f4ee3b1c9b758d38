import type { Tokens } from "../../app/theme.ts";

type Fill = string | CanvasPattern;

/** Fills of the timeline. Every kind also differs in height, stripes or outline, so it reads without colour. */
export interface Palette {
  readonly tokens: Tokens;
  readonly held: Fill;
  readonly sharedFill: Fill;
  readonly sharedLine: string;
  readonly advisoryFill: Fill;
  readonly waiting: Fill;
  /** Of waits too narrow to show a stripe. */
  readonly waitingThin: string;
  readonly cooling: Fill;
  readonly alert: Fill;
  readonly intentFill: Fill;
  readonly away: Fill;
  readonly frozen: Fill;
  readonly fault: Fill;
  readonly deadlock: Fill;
  readonly leads: Fill;
  readonly ballot: Fill;
  readonly crowd: Fill;
  readonly unknown: Fill;
  /** On top of a held or an alert bar. */
  readonly onBar: string;
}

export function palette(context: CanvasRenderingContext2D, tokens: Tokens, ratio: number): Palette {
  const mixed = (one: string, other: string, share: number) => `color-mix(in srgb, ${one} ${share}%, ${other})`;
  const stripes = (back: string, line: string, size: number, width: number) => hatch(context, ratio, back, line, size, width);
  return {
    tokens,
    held: tokens.hold,
    sharedFill: tokens["hold-soft"],
    sharedLine: tokens.hold,
    advisoryFill: stripes(tokens["hold-soft"], mixed(tokens.hold, tokens["hold-soft"], 30), 5, 1),
    waiting: stripes(mixed(tokens.wait, tokens.surface, 72), mixed(tokens.wait, tokens.surface, 40), 5, 1.4),
    waitingThin: mixed(tokens.wait, tokens.surface, 60),
    cooling: stripes(tokens["idle-soft"], tokens.idle, 4, 1),
    alert: tokens.alert,
    intentFill: tokens["intend-soft"],
    away: stripes("transparent", tokens.track, 7, 1),
    frozen: stripes("transparent", mixed(tokens.intend, tokens.surface, 55), 8, 1),
    fault: stripes(mixed(tokens["wait-soft"], tokens.surface, 60), mixed(tokens.wait, tokens.surface, 35), 6, 1),
    deadlock: tokens["alert-soft"],
    leads: tokens["lead-soft"],
    ballot: stripes(tokens["lead-soft"], mixed(tokens.lead, tokens["lead-soft"], 45), 5, 1.4),
    crowd: tokens.idle,
    unknown: stripes("transparent", tokens.line, 9, 1),
    onBar: "#0c1210",
  };
}

/** A tile of diagonal stripes, drawn for the screen's own pixels so that they stay sharp. */
function hatch(context: CanvasRenderingContext2D, ratio: number, back: string, line: string, size: number, width: number): Fill {
  const pixels = Math.max(2, Math.round(size * ratio));
  const tile = document.createElement("canvas");
  tile.width = pixels;
  tile.height = pixels;
  const brush = tile.getContext("2d");
  if (brush === null) return line;
  if (back !== "transparent") {
    brush.fillStyle = back;
    brush.fillRect(0, 0, pixels, pixels);
  }
  brush.strokeStyle = line;
  brush.lineWidth = width * ratio;
  brush.beginPath();
  for (const shift of [-pixels, 0, pixels]) {
    brush.moveTo(shift - 1, pixels + 1);
    brush.lineTo(shift + pixels + 1, -1);
  }
  brush.stroke();
  const pattern = context.createPattern(tile, "repeat");
  pattern?.setTransform(new DOMMatrix().scale(1 / ratio));
  return pattern ?? line;
}
