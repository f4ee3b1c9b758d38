import { Alert } from "@mantine/core";
import { IconBolt } from "@tabler/icons-react";
import { strikesServer } from "../../../shared/engine/faults/targets.ts";
import type { Fault, Schedule } from "../../../shared/model/index.ts";
import { formatDuration, plural } from "../../app/format.ts";
import { ActButton } from "../../components/ActButton.tsx";
import { Until } from "../../components/Clock.tsx";
import { Name } from "../../components/Names.tsx";
import { Part, ScrollView } from "../../components/Parts.tsx";
import { ViewHead } from "../../components/ViewHead.tsx";
import { faultGroups, faultLabel, faultMeasure, faultWords } from "../../projections/fault-words.ts";
import { useNow } from "../../stores/clock.ts";
import { useSelection } from "../../stores/selection.ts";
import { useSettledPosition, useWorld } from "../../stores/world.ts";
import { openAct } from "../acts/act-store.ts";
import classes from "./Faults.module.css";
import { openFaultForm, stopAllFaults, stopFault, useFaults } from "./fault-store.ts";
import { useRefusal } from "./use-refusal.ts";

/** What is broken on purpose now, what will be by schedule, and all that can be. */
export default function FaultsView() {
  const faults = useFaults();
  const state = useWorld((world) => world.state);
  useSettledPosition(500);
  const schedules = [...(state?.schedules.values() ?? [])];
  const refusal = useRefusal();
  const target = useSelection(({ selected }) => (selected?.kind === "agent" ? selected.id : ""));
  return (
    <>
      <ViewHead title="Faults" counts={`${faults.length === 0 ? "none active" : `${faults.length} active`} · ${plural(schedules.length, "schedule")}`}>
        <ActButton
          size="xs"
          variant="default"
          className={faults.length + schedules.length > 0 ? classes.stopAll : undefined}
          disabled={faults.length + schedules.length === 0}
          onClick={() => void stopAllFaults()}
          aria-keyshortcuts="X"
        >
          Stop all
        </ActButton>
      </ViewHead>
      <ScrollView label="Faults and schedules">
        {refusal === undefined ? null : (
          <Alert color="gray" title="Faults are not allowed here" mb="md">
            {refusal}
          </Alert>
        )}
        {faults.length > 0 ? (
          <Part title="Active" name="Active faults">
            <ul className={classes.active}>
              {faults.map((fault) => (
                <Active key={fault.fault} fault={fault} />
              ))}
            </ul>
          </Part>
        ) : null}
        {schedules.length > 0 ? (
          <Part title="Schedules">
            <ul className={classes.active}>
              {schedules.map((schedule) => (
                <Scheduled key={schedule.schedule} schedule={schedule} />
              ))}
            </ul>
          </Part>
        ) : null}
        {faultGroups.map(({ name, kinds }) => (
          <Part key={name} title={name}>
            <div className={classes.palette}>
              {kinds.map((kind) => (
                <button key={kind} type="button" className={classes.kind} disabled={refusal !== undefined} onClick={() => openFaultForm(kind, target)}>
                  <b>{faultWords[kind].label}</b>
                  <span>{faultWords[kind].means}</span>
                </button>
              ))}
            </div>
          </Part>
        ))}
      </ScrollView>
    </>
  );
}

function Active({ fault }: { fault: Fault }) {
  const now = useNow(1_000);
  const share = Math.max(0, Math.min(1, (fault.untilMs - now) / Math.max(1, fault.untilMs - fault.sinceMs)));
  const measure = faultMeasure(fault);
  return (
    <li className={classes.fault}>
      <IconBolt size={16} className={classes.bolt} aria-hidden />
      <div className={classes.words}>
        <b>
          {strikesServer(fault) || fault.peer !== undefined || /[*,]/.test(fault.target) ? (
            faultLabel(fault)
          ) : (
            <>
              {faultWords[fault.kind].label} <Name kind="agent" id={fault.target} />
            </>
          )}
        </b>
        <span>
          {[measure, `by ${fault.by}${fault.schedule === undefined ? "" : `, schedule ${fault.schedule}`}`, fault.reason]
            .filter((word) => word !== "")
            .join(" · ")}
        </span>
        <span className={classes.left} aria-hidden>
          <i style={{ width: `${share * 100}%` }} />
        </span>
      </div>
      <span className={classes.time}>
        heals <Until untilMs={fault.untilMs} />
      </span>
      <ActButton size="compact-xs" variant="default" aria-label={`Stop ${faultLabel(fault)}`} onClick={() => void stopFault(fault)}>
        Stop
      </ActButton>
    </li>
  );
}

function Scheduled({ schedule }: { schedule: Schedule }) {
  const { halt } = schedule;
  const halts = [
    halt.waiting === undefined ? "" : `more than ${halt.waiting} wait`,
    halt.deadlocks === undefined ? "" : halt.deadlocks === 0 ? "a deadlock stands" : `more than ${plural(halt.deadlocks, "deadlock")} stand`,
    halt.agents === undefined ? "" : `fewer than ${plural(halt.agents, "agent")} are here`,
  ].filter((word) => word !== "");
  return (
    <li className={classes.fault}>
      <IconBolt size={16} className={classes.bolt} aria-hidden />
      <div className={classes.words}>
        <b>
          {faultLabel(schedule)} for {formatDuration(schedule.durationMs)}, every {formatDuration(schedule.everyMs)}
        </b>
        <span>
          {plural(schedule.runs, "run")} so far · {halts.length === 0 ? "never halted" : `halted when ${halts.join(" or ")}`} · by {schedule.by}:{" "}
          {schedule.reason}
        </span>
      </div>
      <span className={classes.time}>
        next <Until untilMs={schedule.nextMs} />
      </span>
      <ActButton
        size="compact-xs"
        variant="default"
        aria-label={`Remove the schedule ${faultLabel(schedule)}`}
        onClick={() =>
          openAct({
            type: "ready",
            act: { type: "schedule.remove", schedule: schedule.schedule },
            words: {
              title: `Remove the schedule: ${faultLabel(schedule)}`,
              meaning: "No further run begins. A fault of it that is active now heals as it would.",
              confirm: "Remove it",
              done: "The schedule is gone.",
              harmful: false,
              calm: "Nobody's locks are touched.",
            },
          })
        }
      >
        Remove…
      </ActButton>
    </li>
  );
}
