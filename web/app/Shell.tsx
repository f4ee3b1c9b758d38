import { Button, Drawer } from "@mantine/core";
import { useNarrow } from "../components/RowActs.tsx";
import { ActDialog } from "../features/acts/ActDialog.tsx";
import { FaultDialog } from "../features/faults/FaultForm.tsx";
import { Inspector } from "../features/inspector/Inspector.tsx";
import { Palette } from "../features/palette/Palette.tsx";
import { NoteDialog } from "../features/replay/NoteDialog.tsx";
import { ReplayNotice } from "../features/replay/ReplayNotice.tsx";
import { Scrubber } from "../features/replay/Scrubber.tsx";
import { DropTarget } from "../features/traces/DropTarget.tsx";
import { useSelection } from "../stores/selection.ts";
import { useWorld } from "../stores/world.ts";
import { Announcer } from "./Announcer.tsx";
import { Banner } from "./Banner.tsx";
import { CenterView } from "./CenterView.tsx";
import { KeyList } from "./KeyList.tsx";
import { useKeys } from "./keys.ts";
import { Rail } from "./Rail.tsx";
import classes from "./Shell.module.css";
import { useLayout, useView } from "./search.ts";
import { TimelinePane } from "./TimelinePane.tsx";
import { TopBar } from "./TopBar.tsx";

const viewId = "view";

/** The frame: bar above, views at the left, inspector at the right, the timeline below the view. */
export function Shell() {
  useKeys();
  const status = useWorld(({ status }) => status);
  const hasState = useWorld(({ state }) => state !== null);
  const narrow = useNarrow();
  const view = useView();
  const [layout] = useLayout();
  const stale = hasState && status !== "live" && status !== "replay";
  const timelineFills = view === "graph" && layout === "timeline";
  return (
    <div className={classes.shell}>
      <button type="button" className={classes.skip} onClick={() => document.getElementById(viewId)?.focus()}>
        Skip to the view
      </button>
      <TopBar />
      <Rail />
      <main id={viewId} tabIndex={-1} className={classes.main} aria-label="View">
        <Banner />
        <ReplayNotice />
        <div className={classes.stage} data-stale={stale || undefined}>
          {timelineFills ? null : <CenterView />}
          {hasState ? <Scrubber /> : null}
          {hasState ? <TimelinePane fills={timelineFills} /> : null}
          {narrow ? <InspectorDrawer /> : null}
        </div>
      </main>
      {narrow ? null : (
        <aside className={classes.inspector} aria-label="Inspector" data-stale={stale || undefined}>
          <Inspector />
        </aside>
      )}
      <Palette />
      <KeyList />
      <ActDialog />
      <FaultDialog />
      <NoteDialog />
      <DropTarget />
      <Announcer />
    </div>
  );
}

function InspectorDrawer() {
  const selected = useSelection((selection) => selection.selected);
  const select = useSelection((selection) => selection.select);
  const putAway = useSelection((selection) => selection.putAway);
  const putAwayInspector = useSelection((selection) => selection.putAwayInspector);
  return (
    <>
      <Drawer
        opened={selected !== null && !putAway}
        onClose={() => select(null)}
        position="bottom"
        size="72%"
        title="Inspector"
        closeButtonProps={{ "aria-label": "Close the inspector" }}
      >
        <Inspector />
      </Drawer>
      {selected !== null && putAway ? (
        <Button className={classes.bringBack} size="xs" variant="default" onClick={() => putAwayInspector(false)}>
          Show the inspector
        </Button>
      ) : null}
    </>
  );
}
