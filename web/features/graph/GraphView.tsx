import "@xyflow/react/dist/base.css";
import { type NodeChange, Panel, ReactFlow, ReactFlowProvider, useReactFlow, useStore } from "@xyflow/react";
import { type KeyboardEvent, type MouseEvent, useCallback, useEffect, useState } from "react";
import { createStore } from "zustand/vanilla";
import { formatSelected, parseSelected } from "../../app/search.ts";
import { extent } from "../../projections/graph-places.ts";
import { type Direction, stepFrom } from "../../projections/graph-steps.ts";
import { selectionStore } from "../../stores/selection.ts";
import { useWorld } from "../../stores/world.ts";
import { RingCaption } from "../deadlocks/RingCaption.tsx";
import { AlertsContext } from "./alerts.ts";
import { Canvas } from "./Canvas.tsx";
import { isClosed } from "./canvas-draw.ts";
import { Edges, labelScaleAt } from "./Edges.tsx";
import classes from "./GraphView.module.css";
import { GroupsWords } from "./GroupsWords.tsx";
import { HoverWords } from "./HoverWords.tsx";
import { Legend } from "./Legend.tsx";
import { liveModel } from "./live-model.ts";
import { MessageDots } from "./MessageDots.tsx";
import { Minimap } from "./Minimap.tsx";
import { NoMatch } from "./NoMatch.tsx";
import { nodeTypes } from "./nodes.tsx";
import { SelectionWords } from "./SelectionWords.tsx";
import { type Scene, sceneOf } from "./scene.ts";
import { Tools } from "./Tools.tsx";
import { useDims } from "./use-dims.ts";
import { useLiveAlerts } from "./use-live-alerts.ts";
import { type EdgeStore, type FlowNode, useNear } from "./use-near.ts";
import { useViewport, zoomRange } from "./use-viewport.ts";

/** How it hangs together: agents and sections as nodes, holds, waits and plans as edges. */
export default function GraphView() {
  const space = useWorld((world) => world.space);
  const alerts = useLiveAlerts();
  const scene = sceneOf(space);
  useEffect(() => {
    let model = liveModel.model;
    const stop = liveModel.subscribe((change) => {
      if (liveModel.model === model) return scene.follow(model, change);
      model = liveModel.model;
      scene.catchUp(model);
    });
    scene.catchUp(model);
    return stop;
  }, [scene]);
  return (
    <AlertsContext value={alerts}>
      <ReactFlowProvider>
        <Stage scene={scene} />
      </ReactFlowProvider>
    </AlertsContext>
  );
}

const keys: Readonly<Record<string, Direction>> = { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down" };
/** A click this close to a dot means the dot. */
const slackPx = 7;

function Stage({ scene }: { readonly scene: Scene }) {
  const { dims, active, query } = useDims();
  const [edgeStore] = useState<EdgeStore>(() => createStore(() => ({ edges: [] })));
  const { near, nodes } = useNear(scene, dims, edgeStore);
  const { showAll, show, rested } = useViewport(scene, dims, active ? query : "");
  const { screenToFlowPosition, getZoom } = useReactFlow();
  const labelScale = useStore(({ transform }) => labelScaleAt(transform[2]));

  const hit = useCallback(
    (event: MouseEvent | globalThis.MouseEvent) => {
      const at = screenToFlowPosition({ x: event.clientX, y: event.clientY });
      return { at, id: scene.places.hit(at.x, at.y, slackPx / getZoom()) };
    },
    [scene, screenToFlowPosition, getZoom],
  );
  const tidy = () => {
    const stop = scene.subscribe(() => {
      stop();
      showAll();
    });
    scene.tidy(liveModel.model);
  };
  const clicked = (event: MouseEvent) => {
    const { at, id } = near ? { at: { x: 0, y: 0 }, id: undefined } : hit(event);
    const plot = near
      ? undefined
      : scene.plots.find((one) => isClosed(one, getZoom()) && at.x >= one.x && at.y >= one.y && at.x <= one.x + one.width && at.y <= one.y + one.height);
    if (plot !== undefined) return show(plot);
    selectionStore.getState().select(parseSelected(id));
  };
  const dragged = useCallback(
    (changes: NodeChange<FlowNode>[]) => {
      for (const change of changes) {
        if (change.type !== "position" || change.position === undefined) continue;
        const [width, height] = extent(change.id);
        const point = { x: change.position.x + width / 2, y: change.position.y + height / 2 };
        if (change.dragging === true) scene.move(change.id, point);
        else scene.pin(change.id, point);
      }
    },
    [scene],
  );
  const pressed = (event: KeyboardEvent) => {
    const direction = keys[event.key];
    if (direction === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const selected = formatSelected(selectionStore.getState().selected);
    const next =
      selected !== undefined && scene.places.at(selected) !== undefined
        ? stepFrom(liveModel.model, scene.places, selected, direction)
        : first(scene, screenToFlowPosition);
    if (next !== undefined) selectionStore.getState().select(parseSelected(next));
  };
  return (
    <div className={classes.stage}>
      <ReactFlow
        className={classes.flow}
        nodes={nodes as FlowNode[]}
        edges={noEdges}
        nodeTypes={nodeTypes}
        onNodesChange={dragged}
        onNodeClick={(_, node) => selectionStore.getState().select(parseSelected(node.id))}
        onPaneClick={clicked}
        onPaneMouseMove={near ? undefined : (event) => selectionStore.getState().hover(parseSelected(hit(event).id))}
        onPaneMouseLeave={() => selectionStore.getState().hover(null)}
        onMoveEnd={(event, viewport) => rested(viewport, event !== null)}
        onKeyDown={pressed}
        tabIndex={0}
        aria-label="Graph of agents and sections. The arrow keys move the selection along the edges."
        minZoom={zoomRange.min}
        maxZoom={zoomRange.max}
        onlyRenderVisibleElements
        nodesFocusable={false}
        nodesConnectable={false}
        elementsSelectable={false}
        disableKeyboardA11y
        deleteKeyCode={null}
        selectionKeyCode={null}
        multiSelectionKeyCode={null}
        panActivationKeyCode={null}
        zoomActivationKeyCode={null}
        nodeDragThreshold={3}
        attributionPosition="bottom-center"
      >
        <Canvas scene={scene} far={!near} dims={dims} edgeStore={edgeStore} />
        {near ? <Edges store={edgeStore} labelScale={labelScale} /> : null}
        {near ? <MessageDots scene={scene} /> : null}
        <Panel position="bottom-left" className={classes.tools}>
          <Tools scene={scene} showAll={showAll} tidy={tidy} />
          <Legend />
        </Panel>
        <Panel position="bottom-right">
          <Minimap scene={scene} />
        </Panel>
      </ReactFlow>
      <RingCaption />
      <HoverWords near={near} />
      <SelectionWords />
      <GroupsWords />
      {active ? <NoMatch scene={scene} dims={dims} query={query} /> : null}
    </div>
  );
}

const noEdges: never[] = [];

/** Where the arrow keys begin: at the node nearest to the middle of the screen. */
function first(scene: Scene, toFlow: (point: { x: number; y: number }) => { x: number; y: number }): string | undefined {
  const middle = toFlow({ x: innerWidth / 2, y: innerHeight / 2 });
  for (let reach = 200; reach <= 100_000; reach *= 2) {
    const id = scene.places.hit(middle.x, middle.y, reach);
    if (id !== undefined) return id;
  }
  return undefined;
}
