import { Button, Checkbox, Group, Modal, Stack } from "@mantine/core";
import { useState } from "react";
import { type Redaction, redactionRules } from "../../../shared/trace/index.ts";
import classes from "./Traces.module.css";
import { redactTrace } from "./work-store.ts";

const words: Readonly<Record<Redaction, { label: string; description: string }>> = {
  names: { label: "Names", description: "of agents and of people" },
  reasons: { label: "Reasons", description: "of acts, intents and requests" },
  payloads: { label: "What agents say of themselves", description: "labels, roles, what they do" },
  resources: { label: "Resources", description: "every part of every path; patterns may then match no more" },
};

/** A copy for somebody who may not see everything: the same text has everywhere the same stand-in. */
export function RedactForm({ close }: { close: () => void }) {
  const [rules, setRules] = useState<readonly Redaction[]>(["names", "reasons", "payloads"]);
  return (
    <Modal opened onClose={close} title="Redacted copy" closeButtonProps={{ "aria-label": "Close" }}>
      <Stack gap="sm">
        <p className={classes.words}>The copy has a chain of its own, so it still verifies, and it names the hashes of the trace that it is a copy of.</p>
        {redactionRules.map((rule) => (
          <Checkbox
            key={rule}
            {...words[rule]}
            checked={rules.includes(rule)}
            onChange={(event) => setRules(event.currentTarget.checked ? [...rules, rule] : rules.filter((one) => one !== rule))}
          />
        ))}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            Leave it
          </Button>
          <Button
            variant="default"
            disabled={rules.length === 0}
            onClick={() => {
              close();
              void redactTrace(rules);
            }}
          >
            Save the copy
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
