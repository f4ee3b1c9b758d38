import { Suspense, useRef } from "react";
import { preferencesStore, usePreferences } from "../stores/preferences.ts";
import { Problem } from "./Problem.tsx";
import { Timeline } from "./slots.tsx";
import classes from "./TimelinePane.module.css";

const leastPx = 80;
const stepPx = 24;
const mostHeightPx = 1_200;

/** The timeline below the view, as high as one drags it; `fills` takes the whole stage. */
export function TimelinePane({ fills }: { fills: boolean }) {
  const height = usePreferences((preferences) => preferences.timelineHeight);
  const pane = useRef<HTMLElement>(null);
  const mostPx = () => Math.max(leastPx, (pane.current?.parentElement?.clientHeight ?? 600) - 120);
  const resize = (next: number) => preferencesStore.getState().set({ timelineHeight: Math.round(Math.min(Math.max(next, leastPx), mostPx())) });
  return (
    <section ref={pane} className={classes.pane} aria-label="Timeline" style={fills ? { flex: 1 } : { height }}>
      {fills ? null : (
        // biome-ignore lint/a11y/useSemanticElements: a splitter that moves is a separator with a value, which <hr> is not.
        <div
          role="separator"
          tabIndex={0}
          aria-orientation="horizontal"
          aria-label="Height of the timeline"
          aria-valuenow={height}
          aria-valuemin={leastPx}
          aria-valuemax={mostHeightPx}
          className={classes.handle}
          onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
          onPointerMove={(event) => {
            const bottom = pane.current?.getBoundingClientRect().bottom;
            if (bottom !== undefined && event.currentTarget.hasPointerCapture(event.pointerId)) resize(bottom - event.clientY);
          }}
          onKeyDown={(event) => {
            const steps = { ArrowUp: stepPx, ArrowDown: -stepPx, Home: -10_000, End: 10_000 }[event.key];
            if (steps === undefined) return;
            event.preventDefault();
            resize(height + steps);
          }}
        />
      )}
      <Problem where="The timeline">
        <Suspense fallback={null}>
          <Timeline />
        </Suspense>
      </Problem>
    </section>
  );
}
