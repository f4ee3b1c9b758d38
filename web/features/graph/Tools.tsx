import { IconArrowsMaximize, IconLayoutGrid, IconMinus, IconPlus } from "@tabler/icons-react";
import { useReactFlow } from "@xyflow/react";
import classes from "./GraphView.module.css";

export function Tools({ showAll, tidy }: { showAll(): void; tidy(): void }) {
  const { zoomIn, zoomOut } = useReactFlow();
  return (
    <div className={classes.buttons}>
      <button type="button" aria-label="Zoom in" title="Zoom in" onClick={() => void zoomIn({ duration: 120 })}>
        <IconPlus size={15} stroke={1.75} aria-hidden="true" />
      </button>
      <button type="button" aria-label="Zoom out" title="Zoom out" onClick={() => void zoomOut({ duration: 120 })}>
        <IconMinus size={15} stroke={1.75} aria-hidden="true" />
      </button>
      <button type="button" aria-label="Show everything" title="Show everything" onClick={showAll}>
        <IconArrowsMaximize size={15} stroke={1.75} aria-hidden="true" />
      </button>
      <button type="button" aria-label="Lay out anew" title="Lay out anew: forgets what was dragged" onClick={tidy}>
        <IconLayoutGrid size={15} stroke={1.75} aria-hidden="true" />
      </button>
    </div>
  );
}
