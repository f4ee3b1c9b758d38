import { Menu } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconArrowsMaximize, IconCrown, IconLayoutGrid, IconMinus, IconPhotoDown, IconPlus } from "@tabler/icons-react";
import { useReactFlow } from "@xyflow/react";
import { readTokens } from "../../app/theme.ts";
import { preferencesStore, usePreferences } from "../../stores/preferences.ts";
import { isAlerted, useAlerts } from "./alerts.ts";
import classes from "./GraphView.module.css";
import { type PictureOptions, savePng, saveSvg } from "./save-picture.ts";
import type { Scene } from "./scene.ts";

export function Tools({ scene, showAll, tidy }: { scene: Scene; showAll(): void; tidy(): void }) {
  const { zoomIn, zoomOut } = useReactFlow();
  const alerts = useAlerts();
  const groups = usePreferences(({ groupsInGraph }) => groupsInGraph);
  const options = (): PictureOptions => ({
    scene,
    tokens: readTokens(),
    needsYou: (node) => isAlerted(alerts, node),
  });
  const refused = (error: unknown) => notifications.show({ title: "Not saved", message: error instanceof Error ? error.message : String(error), color: "red" });
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
      <button
        type="button"
        aria-label="Groups"
        aria-pressed={groups}
        title={groups ? "Leave the groups out" : "Show groups and who leads them"}
        onClick={() => preferencesStore.getState().set({ groupsInGraph: !groups })}
      >
        <IconCrown size={15} stroke={1.75} aria-hidden="true" />
      </button>
      <Menu position="top-start" withinPortal>
        <Menu.Target>
          <button type="button" aria-label="Save the picture" title="Save the picture">
            <IconPhotoDown size={15} stroke={1.75} aria-hidden="true" />
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => saveSvg(options())}>As SVG: stays sharp</Menu.Item>
          <Menu.Item onClick={() => void savePng(options()).catch(refused)}>As PNG</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}
