import { Fieldset, Group, NumberInput, Stack } from "@mantine/core";
import type { FaultDraft } from "./fault-draft.ts";

interface ScheduleFieldsProps {
  readonly draft: FaultDraft;
  readonly ofServer: boolean;
  readonly everyError: string | undefined;
  set(values: Partial<FaultDraft>): void;
}

/** How often a fault comes again, and how unwell the fleet may be before it comes no more. */
export function ScheduleFields({ draft, ofServer, everyError, set }: ScheduleFieldsProps) {
  const halts = [
    { label: "more wait than", value: draft.waiting, change: (waiting: number | string) => set({ waiting }) },
    { label: "more deadlocks than", value: draft.deadlocks, change: (deadlocks: number | string) => set({ deadlocks }) },
    { label: "agents here are fewer than", value: draft.agents, change: (agents: number | string) => set({ agents }) },
  ];
  return (
    <Fieldset legend={ofServer ? "Again and again" : "Again and again, each time at one of the target, by the seed"}>
      <Stack gap="sm">
        <NumberInput label="Every, seconds" min={1} value={draft.every} onChange={(every) => set({ every })} error={everyError} />
        <Fieldset variant="unstyled" legend="Halt when">
          <Group grow align="flex-end">
            {halts.map(({ label, value, change }) => (
              <NumberInput
                key={label}
                label={label}
                aria-label={`Halt when ${label}`}
                placeholder="any"
                min={0}
                allowDecimal={false}
                value={value}
                onChange={change}
              />
            ))}
          </Group>
        </Fieldset>
      </Stack>
    </Fieldset>
  );
}
