import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { resourceSchema } from "../../../shared/model/index.ts";
import type { PolicyRow } from "../../../shared/trace/fork/policies.ts";
import { formatCount } from "../../app/format.ts";
import { figureLabels, figureTexts } from "./figure-rows.ts";
import classes from "./Traces.module.css";
import { tryPolicies } from "./work-store.ts";

const names: Readonly<Record<string, string>> = {
  "as recorded": "as recorded",
  detect: "detect",
  woundWait: "wound-wait",
  waitDie: "wait-die",
  ordered: "ordered",
  timeout: "timeout",
};

/** What if we had used another policy: the recording under each, from where the cursor stands. */
export function PolicyForm({ at, close }: { at: number; close: () => void }) {
  const [pattern, setPattern] = useState("**");
  const [problem, setProblem] = useState<string>();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const place = resourceSchema.safeParse(pattern.trim());
    if (!place.success) return setProblem(place.error.issues[0]?.message ?? "not a path");
    close();
    void tryPolicies({ at, pattern: place.data });
  };
  return (
    <Modal opened onClose={close} title="Under every policy" closeButtonProps={{ "aria-label": "Close" }}>
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          <p className={classes.words}>
            Runs what comes after event {formatCount(at)} again, once under each policy: the same agents ask for the same, in their order and with the time that
            they took.
          </p>
          <TextInput
            label="Pattern"
            description="For which resources; ** is all of them."
            value={pattern}
            onChange={(event) => setPattern(event.currentTarget.value)}
            error={problem}
            data-autofocus
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Leave it
            </Button>
            <Button type="submit" variant="default">
              Run them
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

export function PolicyTable({ pattern, at, rows }: { pattern: string; at: number; rows: readonly PolicyRow[] }) {
  return (
    <section className={classes.comparison} aria-label="Under every policy">
      <h3>
        After event {formatCount(at)}, <span className="sb-mono">{pattern}</span> under every policy
      </h3>
      <div className={classes.scroll}>
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">Figure</th>
              {rows.map(({ name }) => (
                <th key={name} scope="col">
                  {names[name] ?? name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {figureLabels.map((label, index) => (
              <tr key={label}>
                <th scope="row">{label}</th>
                {rows.map(({ name, figures }) => (
                  <td key={name}>{figureTexts(figures)[index]}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
