import { SegmentedControl } from "@mantine/core";
import classes from "./LayoutSwitch.module.css";
import { useLayout } from "./search.ts";

const options = [
  { value: "tracks", label: "Tracks" },
  { value: "graph", label: "Graph" },
  { value: "timeline", label: "Timeline only" },
] as const;

export function LayoutSwitch() {
  const [layout, setLayout] = useLayout();
  return (
    <SegmentedControl
      className={classes.switch}
      classNames={{ indicator: classes.indicator }}
      size="xs"
      aria-label="Layout"
      data={[...options]}
      value={layout}
      onChange={setLayout}
    />
  );
}
