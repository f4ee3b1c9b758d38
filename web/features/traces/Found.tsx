import { Button } from "@mantine/core";
import { useEffect, useState } from "react";
import { useStore } from "zustand";
import type { Operation } from "../../../shared/trace/histories/index.ts";
import { formatCount } from "../../app/format.ts";
import { Fact, Facts } from "../../components/Facts.tsx";
import { Name } from "../../components/Names.tsx";
import type { FoundInFile } from "../../replay/messages.ts";
import { replay } from "../../replay/replay.ts";
import { useCursor } from "../../stores/cursor.ts";
import { SplitBrains } from "./SplitBrains.tsx";
import classes from "./Traces.module.css";
import { checkHistory, workStore } from "./work-store.ts";

const listed = 50;

/** What the file of another system told beside its events, and what in it was not as it should be. */
export function Found() {
  const head = useCursor((cursor) => cursor.head);
  const [found, setFound] = useState<FoundInFile | null>(null);
  useEffect(() => {
    setFound(null);
    if (head === null) return;
    let over = false;
    replay
      .found()
      ?.then((answer) => !over && setFound(answer))
      .catch(() => undefined);
    return () => {
      over = true;
    };
  }, [head]);
  if (found === null) return null;
  const { history } = found;
  const { agents, messages, spans, waits, holds, leads = [], cycle, victim, order, problems } = found;
  const count = (label: string, length: number) => (length === 0 ? null : <Fact label={label} value={formatCount(length)} />);
  return (
    <>
      <Facts>
        {count("agents", agents.length)}
        {count("spans", spans.length)}
        {count("messages", messages.length)}
        {count("holds", holds.length)}
        {count("waits", waits.length)}
        {count("leaderships", leads.length)}
        {order === undefined ? null : <Fact label="in order, pairs" value={formatCount(order.happensBefore)} />}
        {order === undefined ? null : <Fact label="concurrent, pairs" value={formatCount(order.concurrent)} />}
      </Facts>
      {cycle.length === 0 ? null : (
        <p className={classes.words}>
          A deadlock of{" "}
          {cycle.map((name, index) => (
            <span key={name}>
              {index === 0 ? "" : " → "}
              <Name kind="agent" id={agents.find((agent) => agent.name === name)?.id ?? name} label={name} />
            </span>
          ))}
          {victim === null ? "." : `; ${victim} gave way.`}
        </p>
      )}
      <SplitBrains splitBrains={found.splitBrains} />
      {history === undefined ? null : <Correct operations={history} />}
      {problems.length === 0 ? null : (
        <details className={classes.details}>
          <summary>{problems.length === 1 ? "One thing is not as it should be" : `${formatCount(problems.length)} things are not as they should be`}</summary>
          <ul className={classes.list}>
            {problems.slice(0, listed).map(({ line, byte, message }) => (
              <li key={`${line} ${byte} ${message}`}>
                {line === undefined ? (byte === undefined ? "" : `byte ${formatCount(byte)}: `) : `line ${formatCount(line)}: `}
                {message}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

/** A history of operations: was it correct? */
function Correct({ operations }: { operations: readonly Operation[] }) {
  const verdict = useStore(workStore, (work) => work.history);
  if (verdict === null)
    return (
      <Button size="xs" variant="default" onClick={() => void checkHistory(operations)}>
        Was it correct?
      </Button>
    );
  return (
    <p className={classes.words}>
      <span className={classes.badge} data-ok={verdict.ok === true || undefined}>
        {verdict.ok === true ? "Linearizable" : verdict.ok === false ? "Not linearizable" : "Not found out"}
      </span>{" "}
      {formatCount(verdict.operations)} operations. {verdict.words}
    </p>
  );
}
