import type { ReactNode } from "react";
import type { Signal } from "../../../shared/analysis/liveness.ts";
import type { Blocker } from "../../../shared/model/index.ts";
import { Since, Until } from "../../components/Clock.tsx";
import { Dot, type Lamp, Name } from "../../components/Names.tsx";
import { pastReason, useIsPast } from "../../stores/world.ts";
import type { Trouble } from "../attention/troubles.ts";
import classes from "./Inspector.module.css";

export function Head({ title, mono = false, children }: { title: string; mono?: boolean; children: ReactNode }) {
  return (
    <div className={classes.head}>
      <h2 className={classes.title} data-mono={mono || undefined}>
        {title}
      </h2>
      <p className={classes.sub}>{children}</p>
    </div>
  );
}

export function Section({ heading, children }: { heading: string; children: ReactNode }) {
  return (
    <section className={classes.section} aria-label={heading}>
      <h3 className={classes.heading}>{heading}</h3>
      {children}
    </section>
  );
}

/** What one can do with what is selected: in the past, nothing. */
export function Acts({ children }: { children: ReactNode }) {
  const past = useIsPast();
  return (
    <fieldset className={classes.acts} disabled={past}>
      <legend className="sb-hidden">What you can do</legend>
      {children}
      {past ? <p className={classes.past}>{pastReason}</p> : null}
    </fieldset>
  );
}

export function Lines({ children }: { children: ReactNode }) {
  return <ul className={classes.lines}>{children}</ul>;
}

export function Line({ lamp, square, indent = 0, children }: { lamp: Lamp; square?: boolean; indent?: number; children: ReactNode }) {
  return (
    <li className={classes.line} style={indent > 0 ? { paddingLeft: indent * 12 } : undefined}>
      <Dot lamp={lamp} square={square} />
      <span>{children}</span>
    </li>
  );
}

export function NeedBox({ need }: { need: Trouble }) {
  return (
    <div className={classes.need}>
      <b>{need.title}</b>
      <div className={classes.because}>{need.because.join(" · ")}</div>
      {need.subject.kind === "deadlock" || need.subject.kind === "finding" ? <Name {...need.subject} label="Look at it" /> : null}
    </div>
  );
}

/** All signals, those against it in red; one sign of progress clears it and is named. */
export function Signals({ signals, veto }: { signals: readonly Signal[]; veto: Signal | undefined }) {
  return (
    <>
      <Lines>
        {signals.map((signal) => (
          <Line key={signal.name} lamp={signal.says === "alive" ? "hold" : signal.says === "silent" ? "alert" : "idle"}>
            {signal.words}
            {signal.says === "silent" ? <span className="sb-hidden"> (speaks against it)</span> : null}
          </Line>
        ))}
      </Lines>
      {veto === undefined ? null : <p className={classes.calm}>Not suspected: one sign of progress is enough.</p>}
    </>
  );
}

/** One thing that stands before a wait, as the end of a sentence: "behind w1", "w3 holds it for 4:12". */
export function BlockerWords({ blocker }: { blocker: Blocker }) {
  switch (blocker.kind) {
    case "holder":
      return (
        <>
          <Name kind="agent" id={blocker.agent} /> holds <Name kind="resource" id={blocker.resource} /> for <Since sinceMs={blocker.sinceMs} />
        </>
      );
    case "queue":
      return (
        <>
          <Name kind="agent" id={blocker.agent} /> is before it in the queue of <Name kind="resource" id={blocker.resource} />
        </>
      );
    case "lockDelay":
      return (
        <>
          <Name kind="resource" id={blocker.resource} /> is in its lock-delay, free <Until untilMs={blocker.untilMs} />
        </>
      );
    case "frozen":
      return (
        <>
          <Name kind="resource" id={blocker.resource} /> is frozen by {blocker.by}: {blocker.reason}
        </>
      );
  }
}
