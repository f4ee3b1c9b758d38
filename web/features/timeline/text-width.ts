const keptAtMost = 10_000;

const widths = new Map<string, Map<string, number>>();
let kept = 0;
let listens = false;

/**
 * Width of a text in the context's font, in its own pixels. What was measured once is known: a picture is drawn sixty times
 * a second with nearly the same words, and every measuring leaves an object of a kilobyte behind.
 */
export function textWidth(context: Pick<CanvasRenderingContext2D, "font" | "measureText">, text: string): number {
  forgetWithFonts();
  const known = widths.get(context.font)?.get(text);
  if (known !== undefined) return known;
  const { width } = context.measureText(text);
  if (kept >= keptAtMost) forget();
  const ofFont = widths.get(context.font) ?? new Map<string, number>();
  widths.set(context.font, ofFont.set(text, width));
  kept++;
  return width;
}

function forget(): void {
  widths.clear();
  kept = 0;
}

/** Until a font is loaded, another is measured in its place. */
function forgetWithFonts(): void {
  if (listens || typeof document === "undefined") return;
  listens = true;
  document.fonts.addEventListener("loadingdone", forget);
}
