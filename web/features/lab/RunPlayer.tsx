import { ActionIcon, NativeSelect } from "@mantine/core";
import { IconChevronLeft, IconChevronRight, IconChevronsLeft, IconChevronsRight, IconPlayerPause, IconPlayerPlay } from "@tabler/icons-react";
import { useEffect, useMemo, useState } from "react";
import type { LabRecording } from "../../../shared/sim/lab/recording.ts";
import { formatCount } from "../../app/format.ts";
import { nodesPicture, nodesWords } from "../../projections/nodes-view.ts";
import { RecordedRun } from "../../projections/recorded-run.ts";
import { NodesGraph } from "../protocol/NodesGraph.tsx";
import { NodesList } from "../protocol/NodesList.tsx";
import classes from "./Lab.module.css";
import { speeds, usePlayer } from "./use-player.ts";

const toldSteps = 7;
/** So that dragging the slider does not fill the address bar. */
const linkAfterMs = 250;

interface RunPlayerProps {
  readonly recording: LabRecording;
  readonly firstStep: number;
  /** Told where one stands, once one stands there. */
  onStep(step: number): void;
}

/** One run on the ring of its nodes: forwards and backwards, a step or a term at a time, or by itself and slowed down. */
export function RunPlayer({ recording, firstStep, onStep }: RunPlayerProps) {
  const run = useMemo(() => new RecordedRun(recording), [recording]);
  const { step, atMs, playing, speed, setSpeed, toggle, goTo } = usePlayer(run, firstStep);
  const [selected, setSelected] = useState<string>();
  useEffect(() => {
    if (playing) return;
    const timer = setTimeout(() => onStep(step), linkAfterMs);
    return () => clearTimeout(timer);
  }, [step, playing, onStep]);
  const nodes = run.nodes(step, atMs);
  const picture = nodesPicture(nodes, run.flights(atMs));
  const [earlier, later] = [run.termFrom(step, -1), run.termFrom(step, 1)];
  const stepAtKey: Readonly<Record<string, number>> = { ArrowLeft: step - 1, ArrowRight: step + 1, PageUp: earlier, PageDown: later };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys of the buttons in it, wherever in it the focus is.
    <div
      className={classes.player}
      onKeyDown={(event) => {
        const target = event.target as Element;
        if (target.matches("select")) return;
        const next = stepAtKey[event.key];
        if (next !== undefined) goTo(next);
        else if (event.key === " " && target.closest("button") === null) toggle();
        else return;
        event.preventDefault();
      }}
    >
      <div className={classes.stage}>
        <NodesGraph picture={picture} selected={selected} onSelect={setSelected} />
      </div>
      <div className={classes.beside}>
        <p className={classes.now}>
          <b className="sb-mono">{formatCount(atMs)} ms</b> {nodesWords(picture.nodes)}
        </p>
        <fieldset className={classes.controls} aria-label="Go through the run">
          <Act label="Previous term" disabled={earlier === step} act={() => goTo(earlier)} Icon={IconChevronsLeft} />
          <Act label="One step back" disabled={step === 0} act={() => goTo(step - 1)} Icon={IconChevronLeft} />
          <Act label={playing ? "Pause" : "Play"} act={toggle} Icon={playing ? IconPlayerPause : IconPlayerPlay} />
          <Act label="One step on" disabled={step === run.lastStep} act={() => goTo(step + 1)} Icon={IconChevronRight} />
          <Act label="Next term" disabled={later === step} act={() => goTo(later)} Icon={IconChevronsRight} />
          <NativeSelect
            size="xs"
            aria-label="Speed"
            data={speeds.map((value) => ({ value: String(value), label: value === 1 ? "as fast as it was" : `${1 / value} times slower` }))}
            value={String(speed)}
            onChange={(event) => setSpeed(Number(event.currentTarget.value))}
          />
        </fieldset>
        <Strip run={run} />
        <input
          className={classes.slider}
          type="range"
          aria-label="Step"
          aria-valuetext={`step ${step} of ${run.lastStep}, ${formatCount(atMs)} ms`}
          min={0}
          max={run.endMs}
          value={Math.round(atMs)}
          onChange={(event) => goTo(run.stepAt(Number(event.currentTarget.value)))}
        />
        <ol className={classes.told} aria-label="What happened last">
          {recording.moments.slice(Math.max(0, step + 1 - toldSteps), step + 1).map((moment, index, shown) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: steps have no other name.
            <li key={step - shown.length + index} data-now={index === shown.length - 1 || undefined}>
              <span className="sb-mono">{formatCount(moment.atMs)} ms</span> {moment.agent} {moment.what}
            </li>
          ))}
        </ol>
        <NodesList nodes={nodes} selected={selected} onSelect={setSelected} />
        {recording.cut ? <p className={classes.about}>The run goes on; this much of it was recorded.</p> : null}
      </div>
    </div>
  );
}

/** Where terms begin, and where something was done to the group. */
function Strip({ run }: { run: RecordedRun }) {
  const endMs = Math.max(1, run.endMs);
  return (
    <div
      className={classes.strip}
      role="img"
      aria-label={`${run.terms.length} terms; ${run.recording.troubles.map(({ atMs, what }) => `${what} at ${atMs} ms`).join(", ")}`}
    >
      {run.terms.map(({ step, term }) => (
        <i key={term} title={`Term ${term}`} data-kind="term" style={{ left: `${(100 * run.timeOf(step)) / endMs}%` }} />
      ))}
      {run.recording.troubles
        .filter(({ atMs }) => atMs <= endMs)
        .map(({ atMs, what }) => (
          <i key={`${atMs} ${what}`} title={what} data-kind="trouble" style={{ left: `${(100 * atMs) / endMs}%` }} />
        ))}
    </div>
  );
}

interface ActProps {
  readonly label: string;
  readonly disabled?: boolean;
  readonly Icon: typeof IconPlayerPlay;
  act(): void;
}

function Act({ label, disabled = false, act, Icon }: ActProps) {
  return (
    <ActionIcon size="md" variant="default" aria-label={label} title={label} disabled={disabled} onClick={act}>
      <Icon size={16} aria-hidden />
    </ActionIcon>
  );
}
