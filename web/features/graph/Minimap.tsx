import { useReactFlow, useStore } from "@xyflow/react";
import { type PointerEvent, useEffect, useRef, useState } from "react";
import { readTokens, useScheme } from "../../app/theme.ts";
import { toneOf } from "../../projections/graph-nodes.ts";
import type { Box } from "../../projections/graph-packing.ts";
import { boxOf } from "./far-picture.ts";
import classes from "./GraphView.module.css";
import { liveModel } from "./live-model.ts";
import type { Scene } from "./scene.ts";

const size = { width: 156, height: 100 } as const;
const redrawMs = 2_000;
const dotsAtMost = 2_000;

/** The whole graph small, with the part in sight. Press or drag to go there; the arrow keys move the selection instead. */
export function Minimap({ scene }: { readonly scene: Scene }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [bounds, setBounds] = useState<Box>({ x: 0, y: 0, width: 1, height: 1 });
  const scheme = useScheme();
  const { setCenter, getZoom } = useReactFlow();
  const sight = useStore(({ transform: [left, top, zoom], width, height }) => JSON.stringify(boxOf({ left, top, zoom, width, height })));
  useEffect(() => {
    const draw = () => {
      const box = scene.bounds();
      const context = canvas.current?.getContext("2d");
      if (box === undefined || !context) return;
      setBounds((before) => (JSON.stringify(before) === JSON.stringify(box) ? before : box));
      paint(context, scene, box, scheme);
    };
    draw();
    const timer = setInterval(draw, redrawMs);
    const stop = scene.subscribe(() => {
      if (scene.revision < 3) draw();
    });
    return () => {
      clearInterval(timer);
      stop();
    };
  }, [scene, scheme]);

  const frame = frameOf(bounds);
  const seen = clip(JSON.parse(sight) as Box, bounds);
  const go = (event: PointerEvent<HTMLDivElement>) => {
    if (event.buttons !== 1) return;
    const at = event.currentTarget.getBoundingClientRect();
    void setCenter((event.clientX - at.left - frame.left) / frame.scale, (event.clientY - at.top - frame.top) / frame.scale, { zoom: getZoom() });
  };
  return (
    // Whoever uses the keyboard moves the selection; the view follows it.
    <div className={classes.minimap} role="img" aria-label="Map of the whole graph with the part in sight" onPointerDown={go} onPointerMove={go}>
      <canvas ref={canvas} width={size.width * 2} height={size.height * 2} style={size} />
      <span
        className={classes.sight}
        style={{
          left: seen.x * frame.scale + frame.left,
          top: seen.y * frame.scale + frame.top,
          width: Math.max(4, seen.width * frame.scale),
          height: Math.max(4, seen.height * frame.scale),
        }}
      />
    </div>
  );
}

function frameOf(bounds: Box): { scale: number; left: number; top: number } {
  const scale = Math.min((size.width - 12) / bounds.width, (size.height - 12) / bounds.height);
  return { scale, left: (size.width - bounds.width * scale) / 2 - bounds.x * scale, top: (size.height - bounds.height * scale) / 2 - bounds.y * scale };
}

function clip(box: Box, bounds: Box): Box {
  const [x, y] = [Math.max(box.x, bounds.x), Math.max(box.y, bounds.y)];
  return {
    x,
    y,
    width: Math.max(0, Math.min(box.x + box.width, bounds.x + bounds.width) - x),
    height: Math.max(0, Math.min(box.y + box.height, bounds.y + bounds.height) - y),
  };
}

/** Beyond two thousand nodes every n-th stands for its neighbours: at this size nobody can tell. */
function paint(context: CanvasRenderingContext2D, scene: Scene, bounds: Box, _scheme: string): void {
  const tokens = readTokens();
  const { scale, left, top } = frameOf(bounds);
  context.setTransform(2, 0, 0, 2, 0, 0);
  context.clearRect(0, 0, size.width, size.height);
  const every = Math.ceil(scene.places.size / dotsAtMost);
  let index = 0;
  for (const id of scene.places.ids()) {
    if (index++ % every !== 0) continue;
    const at = scene.places.at(id);
    const node = liveModel.model.node(id);
    if (at === undefined || node === undefined) continue;
    context.fillStyle = tokens[toneOf(node)];
    const [width, height] = node.kind === "agent" ? [2, 2] : [Math.max(2, 120 * scale), Math.max(1.5, 34 * scale)];
    context.fillRect(at.x * scale + left - width / 2, at.y * scale + top - height / 2, width, height);
  }
}
