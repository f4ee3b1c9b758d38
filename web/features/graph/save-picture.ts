import type { Tokens } from "../../app/theme.ts";
import type { GraphNode } from "../../projections/graph-nodes.ts";
import { graphSvg } from "../../projections/graph-svg.ts";
import { nowMs } from "../../stores/clock.ts";
import { worldStore } from "../../stores/world.ts";
import { download } from "../traces/open-file.ts";
import { liveModel } from "./live-model.ts";
import type { Scene } from "./scene.ts";

export interface PictureOptions {
  readonly scene: Scene;
  readonly tokens: Tokens;
  readonly needsYou: (node: GraphNode) => boolean;
}

/** Beyond this browsers give no canvas; the picture then comes smaller. */
const longestPx = 8_192;

function picture({ scene, tokens, needsYou }: PictureOptions): { svg: string; name: string } {
  const { space } = worldStore.getState();
  const at = new Date(nowMs());
  const { hold, wait, alert, lead, intend, idle } = tokens;
  const colours = { canvas: tokens.canvas, surface: tokens.surface, text: tokens.text, quiet: tokens["text-2"], line: tokens.line };
  const svg = graphSvg(liveModel.model, {
    colours: { ...colours, tones: { hold, wait, alert, lead, intend, idle } },
    at: (id) => scene.places.at(id),
    plots: scene.plots,
    needsYou,
    title: `Space ${space}, ${at.toLocaleString("en-GB")}`,
  });
  return { svg, name: `${space}-${at.toISOString().slice(0, 19).replace(/[:T]/g, "-")}` };
}

/** The whole graph as a picture that stays sharp. */
export function saveSvg(options: PictureOptions): void {
  const { svg, name } = picture(options);
  download(new Blob([svg], { type: "image/svg+xml" }), `${name}.svg`);
}

/** The whole graph as pixels, twice as fine as it is drawn where there is room. Rejects when the browser cannot. */
export async function savePng(options: PictureOptions): Promise<void> {
  const { svg, name } = picture(options);
  const image = new Image();
  // Not a blob's address: the page's content policy lets data in, and the canvas stays readable.
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const scale = Math.min(2, longestPx / Math.max(image.width, image.height));
  const canvas = new OffscreenCanvas(Math.ceil(image.width * scale), Math.ceil(image.height * scale));
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  download(await canvas.convertToBlob({ type: "image/png" }), `${name}.png`);
}
