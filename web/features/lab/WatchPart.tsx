import { Alert, Loader } from "@mantine/core";
import { useEffect, useState } from "react";
import type { LabRecording } from "../../../shared/sim/lab/recording.ts";
import { startJob } from "./jobs.ts";
import classes from "./Lab.module.css";
import { runFromLink, runToLink, type WatchedRun } from "./lab-link.ts";
import { algorithmWords, placeWords } from "./lab-words.ts";
import { RunForm } from "./RunForm.tsx";
import { RunPlayer } from "./RunPlayer.tsx";

const recordedSeconds = 20;

interface WatchPartProps {
  /** The run of the link; the usual one when it names none. */
  readonly link: string | undefined;
  readonly usual: Pick<WatchedRun, "cell" | "seed">;
  readonly firstStep: number;
  watch(link: string): void;
  onStep(step: number): void;
}

/** One run to be watched: which, and the player once it is recorded. */
export function WatchPart({ link, usual, firstStep, watch, onStep }: WatchPartProps) {
  const chosen = runFromLink(link);
  const run = chosen ?? usual;
  const key = runToLink(run);
  const { recording, problem } = useRecording(chosen === undefined ? undefined : key);
  return (
    <>
      <RunForm key={key} run={run} watch={watch} />
      {problem === undefined ? null : (
        <Alert color="red" title="The run could not be recorded">
          {problem}
        </Alert>
      )}
      {link !== undefined && chosen === undefined ? (
        <Alert color="gray" title="The link's run makes no sense" mb="sm">
          Nothing was recorded. These are the usual values.
        </Alert>
      ) : null}
      {chosen === undefined ? <p className={classes.about}>Choose a run, or a line of the table above, and watch it message by message.</p> : null}
      {chosen !== undefined && recording === undefined && problem === undefined ? (
        <Loader size="sm" color="var(--sb-idle)" role="img" aria-label="Recording the run" />
      ) : null}
      {recording === undefined || chosen === undefined ? null : (
        <>
          <p className={classes.about}>
            {algorithmWords(run.cell.algorithm)}, seed {run.seed}: {placeWords(run.cell)}
          </p>
          <RunPlayer key={key} recording={recording} firstStep={firstStep} onStep={onStep} />
        </>
      )}
    </>
  );
}

/** Recorded anew when another run is named: the same link gives the same run. */
function useRecording(link: string | undefined): { readonly recording?: LabRecording; readonly problem?: string } {
  const [found, setFound] = useState<{ readonly link: string; readonly recording?: LabRecording; readonly problem?: string }>();
  useEffect(() => {
    const run = runFromLink(link);
    if (run === undefined || link === undefined) return;
    return startJob({ type: "record", ...run, seconds: recordedSeconds }, (news) => {
      if (news.type === "recording") setFound({ link, recording: news.recording });
      else if (news.type === "failed") setFound({ link, problem: news.message });
    });
  }, [link]);
  return found?.link === link ? (found ?? {}) : {};
}
