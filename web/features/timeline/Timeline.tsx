import { ActionIcon, SegmentedControl } from "@mantine/core";
import { IconArrowsHorizontal, IconEyeOff, IconFold, IconPlayerTrackNext, IconZoomIn, IconZoomOut } from "@tabler/icons-react";
import { useCallback, useEffect, useRef, useState } from "react";
import { formatCount } from "../../app/format.ts";
import { LayoutSwitch } from "../../app/LayoutSwitch.tsx";
import { useLanes, useLayout } from "../../app/search.ts";
import { clockText } from "../../projections/lanes-axis.ts";
import { LaneTable } from "./LaneTable.tsx";
import { offerView } from "./live-view.ts";
import { type Scene, stepText } from "./scene.ts";
import classes from "./Timeline.module.css";
import { TimelineOverlay } from "./TimelineOverlay.tsx";
import type { TimelineView } from "./timeline-view.ts";
import { type Summary, useTimeline } from "./use-timeline.ts";

/** What was held, waited for, planned and done, on a lane for each agent or each resource. */
export default function Timeline() {
  const region = useRef<HTMLElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const listeners = useRef(new Set<(scene: Scene) => void>());
  const [folded, setFolded] = useState(true);
  const [hidesQuiet, setHidesQuiet] = useState(false);
  const painted = useCallback((scene: Scene) => {
    for (const listener of listeners.current) listener(scene);
  }, []);
  const { view, summary } = useTimeline({ region, canvas }, { folded, hidesQuiet }, painted);
  useEffect(() => (view === null ? undefined : offerView(view)), [view]);
  return (
    <div className={classes.timeline}>
      <Header view={view} summary={summary} folded={folded} setFolded={setFolded} hidesQuiet={hidesQuiet} setHidesQuiet={setHidesQuiet} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region takes the focus, so that keys can move it. */}
      <section ref={region} className={classes.region} tabIndex={0} aria-label="Timeline lanes" aria-describedby="timeline-keys">
        <div className={classes.content}>
          <div className={classes.sticky}>
            <canvas ref={canvas} />
            {view === null ? null : (
              <TimelineOverlay view={view} region={region} listeners={listeners.current} setFolded={setFolded} setHidesQuiet={setHidesQuiet} />
            )}
          </div>
        </div>
      </section>
      <p id="timeline-keys" className="sb-hidden">
        Left and right move in time, plus and minus zoom, up and down choose a lane, Enter selects it, 0 fits all, L follows the present, F folds idle time, H
        hides quiet lanes.
      </p>
      {view === null ? null : <LaneTable view={view} />}
      <Empty summary={summary} />
    </div>
  );
}

interface HeaderProps {
  readonly view: TimelineView | null;
  readonly summary: Summary | null;
  readonly folded: boolean;
  readonly hidesQuiet: boolean;
  setFolded(change: (folded: boolean) => boolean): void;
  setHidesQuiet(change: (hidesQuiet: boolean) => boolean): void;
}

function Header({ view, summary, folded, setFolded, hidesQuiet, setHidesQuiet }: HeaderProps) {
  const [by, setBy] = useLanes();
  const [layout] = useLayout();
  const follow = summary?.follow ?? true;
  return (
    <header className={classes.header}>
      <h2 className={classes.title}>Timeline</h2>
      {/* Alone on the stage, it carries the way back. */}
      {layout === "timeline" ? <LayoutSwitch /> : null}
      <SegmentedControl
        size="xs"
        className={classes.lanes}
        classNames={{ indicator: classes.indicator }}
        aria-label="A lane for each"
        value={by}
        onChange={setBy}
        data={[
          { value: "agent", label: "by agent" },
          { value: "resource", label: "by resource" },
          { value: "group", label: "by group" },
        ]}
      />
      <span className={classes.summary}>{summary === null || !summary.known ? "" : summaryText(summary)}</span>
      <Tool label="Hide quiet lanes (H)" pressed={hidesQuiet} onClick={() => setHidesQuiet((before) => !before)}>
        <IconEyeOff size={16} stroke={1.6} />
      </Tool>
      <Tool label="Fold idle time (F)" pressed={folded} onClick={() => setFolded((before) => !before)}>
        <IconFold size={16} stroke={1.6} style={{ transform: "rotate(90deg)" }} />
      </Tool>
      <Tool label="Zoom out (-)" className={classes.zoom} onClick={() => view?.zoom(1.5)}>
        <IconZoomOut size={16} stroke={1.6} />
      </Tool>
      <Tool label="Zoom in (+)" className={classes.zoom} onClick={() => view?.zoom(1 / 1.5)}>
        <IconZoomIn size={16} stroke={1.6} />
      </Tool>
      <Tool label="Fit all that is known (0)" onClick={() => view?.fit()}>
        <IconArrowsHorizontal size={16} stroke={1.6} />
      </Tool>
      <Tool
        label={summary?.whole ? "Keep the cursor in sight" : "Follow the present (L)"}
        pressed={follow}
        className={classes.live}
        onClick={() => view?.follow(!follow)}
      >
        <IconPlayerTrackNext size={16} stroke={1.6} />
      </Tool>
    </header>
  );
}

function summaryText({ fromMs, toMs, zoneMs, events, folded, logical }: Summary): string {
  if (logical) return `${stepText(fromMs)} to ${stepText(toMs)} · ${formatCount(events)} events`;
  const short = toMs - fromMs < 120_000;
  const text = (ms: number) => (toMs - fromMs > 86_400_000 ? `${clockText(ms, zoneMs, 86_400_000)} ` : "") + clockText(ms, zoneMs, short ? 1_000 : 60_000);
  return `${text(fromMs)} to ${text(toMs)} · ${formatCount(events)} ${events === 1 ? "event" : "events"}${folded ? " · idle folded" : ""}`;
}

interface ToolProps {
  readonly label: string;
  readonly pressed?: boolean;
  readonly className?: string | undefined;
  readonly children: React.ReactNode;
  onClick(): void;
}

function Tool({ label, pressed, className, children, onClick }: ToolProps) {
  return (
    <ActionIcon
      variant={pressed === true ? "light" : "subtle"}
      color="gray"
      size="md"
      className={className}
      data-on={pressed || undefined}
      aria-label={label}
      title={label}
      aria-pressed={pressed}
      onClick={onClick}
    >
      {children}
    </ActionIcon>
  );
}

const noLanes = "Change the filter, or show quiet lanes too.";
const noGroups = "One appears for each group that somebody campaigns in, as far as the filter lets it through.";

function Empty({ summary }: { summary: Summary | null }) {
  const [by] = useLanes();
  if (summary === null || (summary.known && summary.lanes > 0)) return null;
  return (
    <div className={classes.empty}>
      <strong>{summary.known ? "No lane to show" : "No lane yet"}</strong>
      <span>{!summary.known ? "One appears for each agent that joins and each resource that is used." : by === "group" ? noGroups : noLanes}</span>
    </div>
  );
}
