import { Alert, Progress } from "@mantine/core";
import { useCallback, useEffect, useMemo, useState } from "react";
import { useStore } from "zustand";
import { labBounds, labParametersSchema } from "../../../shared/sim/lab/parameters.ts";
import { formatCount, plural } from "../../app/format.ts";
import { useLabLink, useSetSearch } from "../../app/search.ts";
import { Box, None, Part, ScrollView } from "../../components/Parts.tsx";
import { ViewHead } from "../../components/ViewHead.tsx";
import classes from "./Lab.module.css";
import { LabCharts } from "./LabCharts.tsx";
import { LabForm } from "./LabForm.tsx";
import { type KeyedRow, LabTable } from "./LabTable.tsx";
import { labFromLink, labToLink, runToLink } from "./lab-link.ts";
import { cancelLab, labStore, runLab } from "./lab-store.ts";
import { algorithmWords } from "./lab-words.ts";
import { claimWords, OperationTable } from "./OperationTable.tsx";
import { WatchPart } from "./WatchPart.tsx";

const boundsWords = labBounds
  .map(({ algorithm, members }) => `${algorithmWords(algorithm)} is compared with up to ${members} members: its messages grow too fast.`)
  .join(" ");
const usual = labParametersSchema.parse({});

/** Compares how leaders are elected, in simulated worlds and in this browser: nothing of it touches the space. */
export default function LabView() {
  const { lab, run, step } = useLabLink();
  const setSearch = useSetSearch();
  const { state, link, done, total, rows: found, operations, problem } = useStore(labStore);
  const parameters = useMemo(() => labFromLink(lab), [lab]);
  // A link that names a comparison makes it.
  useEffect(() => {
    if (parameters !== undefined) runLab(parameters);
  }, [parameters]);
  const rows = useMemo(() => found.map((row): KeyedRow => ({ ...row, key: runToLink({ cell: row, seed: (labFromLink(link) ?? usual).from }) })), [found, link]);
  const [chosenKey, choose] = useState<string>();
  const chosen = rows.find(({ key }) => key === chosenKey) ?? rows[0];
  const watch = useCallback((next: string) => setSearch({ run: next, step: undefined }), [setSearch]);
  const onStep = useCallback((next: number) => setSearch({ step: next === 0 ? undefined : String(next) }, { replace: true }), [setSearch]);
  const claim = claimWords(operations);
  const [algorithm] = usual.algorithms;
  const isEmpty = rows.length === 0 && (state === "cancelled" || state === "failed");
  return (
    <>
      <ViewHead title="Lab" counts={rows.length === 0 ? "" : plural(rows.length, "line")} />
      <ScrollView label="The lab">
        <Part title="Compare elections">
          <p className={classes.about}>
            Every algorithm in the same simulated worlds, in virtual time and in this browser. Nothing of it touches the space. The link holds what is compared:
            whoever opens it gets the same table.
          </p>
          <LabForm
            key={lab ?? ""}
            parameters={parameters ?? usual}
            running={state === "running"}
            run={(wanted) => {
              setSearch({ lab: labToLink(wanted) });
              runLab(wanted);
            }}
            cancel={cancelLab}
          />
          {lab !== undefined && parameters === undefined ? (
            <Alert color="gray" title="The link's comparison makes no sense" mt="sm">
              Nothing was run. These are the usual values.
            </Alert>
          ) : null}
          <p className={classes.progress} role="status">
            {state === "running" ? `${formatCount(done)} of ${formatCount(total)} runs` : null}
            {state === "done" ? `${plural(total, "run")}, all done` : null}
            {state === "cancelled"
              ? `Cancelled after ${formatCount(done)} of ${formatCount(total)} runs${rows.length === 0 ? "." : "; what is there stays."}`
              : null}
          </p>
          {state === "running" ? <Progress size="xs" color="var(--sb-idle)" value={total === 0 ? 0 : (100 * done) / total} aria-label="Runs done" /> : null}
          {state === "failed" ? (
            <Alert color="red" title="The comparison failed">
              {problem}
            </Alert>
          ) : null}
        </Part>
        <Part title="Elections">
          {state === "idle" ? <None>Nothing has been compared yet. Compare runs it with the values above.</None> : null}
          {isEmpty ? <None>Nothing was measured: not all runs of the first line were through.</None> : null}
          {state === "idle" || isEmpty ? null : (
            <>
              <LabTable
                rows={rows}
                selectedKey={chosen?.key}
                onSelect={({ key }) => {
                  choose(key);
                  watch(key);
                }}
              />
              <p className={classes.about}>
                Times are virtual: until a majority has a first leader, and from the loss of a leader to the next one. “Never” counts losses and starts that no
                leader followed. “Two lead” is the longest time in which two believed so at once. {boundsWords}
              </p>
            </>
          )}
          {chosen === undefined ? null : <LabCharts rows={rows} chosen={chosen} />}
        </Part>
        {operations.length === 0 ? null : (
          <Part title="One operation" name="What one operation costs by vote, by lease, by rule">
            {claim === undefined ? null : <Box>{claim}</Box>}
            <OperationTable rows={operations} />
          </Part>
        )}
        <Part title="Watch a run">
          <WatchPart
            link={run}
            usual={{ cell: chosen ?? { algorithm: algorithm ?? "raft", members: 5, loss: 0, delayMs: 20, trouble: "leaderDies" }, seed: usual.from }}
            firstStep={step}
            watch={watch}
            onStep={onStep}
          />
        </Part>
      </ScrollView>
    </>
  );
}
