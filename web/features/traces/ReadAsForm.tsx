import { Button, Group, Modal, NativeSelect, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import { type Format, formats } from "../../../shared/trace/import/index.ts";
import { chooseFile, openFile } from "./open-file.ts";

const labels: Readonly<Record<Format, string>> = {
  sbtrace: "Signalbox trace",
  otlp: "OpenTelemetry (OTLP JSON)",
  jaeger: "Jaeger JSON",
  chrome: "Chrome trace events",
  shiviz: "log with vector clocks (ShiViz)",
  history: "history of operations (Jepsen, porcupine)",
  "pg-locks": "PostgreSQL pg_locks",
  "pg-deadlock": "PostgreSQL log of deadlocks",
  "pg-isolation": "PostgreSQL isolation test",
  innodb: "InnoDB: LATEST DETECTED DEADLOCK",
  jvm: "JVM thread dump",
};

/** For a file that does not say what it is: its format, and for logs the expression that finds their events. */
export function ReadAsForm({ close }: { close: () => void }) {
  const [format, setFormat] = useState("");
  const [parser, setParser] = useState("");
  const [delimiter, setDelimiter] = useState("");
  const log = format === "" || format === "shiviz";
  const choose = () => {
    close();
    chooseFile((file) =>
      openFile(file, {
        ...(format === "" ? {} : { format }),
        ...(log && parser !== "" ? { parser } : {}),
        ...(log && delimiter !== "" ? { delimiter } : {}),
      }),
    );
  };
  return (
    <Modal opened onClose={close} title="Read a file as" closeButtonProps={{ "aria-label": "Close" }}>
      <Stack gap="sm">
        <NativeSelect
          label="Format"
          data={[{ value: "", label: "what it looks like" }, ...formats.map((value) => ({ value, label: labels[value] }))]}
          value={format}
          onChange={(event) => setFormat(event.currentTarget.value)}
          data-autofocus
        />
        {log ? (
          <TextInput
            label="Parser expression"
            description="A regular expression with the groups host, clock and event, as ShiViz takes it."
            placeholder={String.raw`(?<event>.*)\n(?<host>\S*) (?<clock>{.*})`}
            value={parser}
            onChange={(event) => setParser(event.currentTarget.value)}
            className="sb-mono"
          />
        ) : null}
        {log ? (
          <TextInput
            label="Between executions"
            description="A regular expression for the line between two executions in one log."
            value={delimiter}
            onChange={(event) => setDelimiter(event.currentTarget.value)}
          />
        ) : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            Leave it
          </Button>
          <Button variant="default" onClick={choose}>
            Choose the file…
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
