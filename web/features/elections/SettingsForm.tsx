import { Button, NativeSelect, NumberInput, Switch, TextInput } from "@mantine/core";
import { useState } from "react";
import { type Election, electionPolicySchema } from "../../../shared/model/index.ts";
import { PreviewForm } from "../../components/PreviewForm.tsx";
import { policyWords } from "../../projections/election-words.ts";
import { openConfigure } from "./election-acts.ts";
import { draftOf, type SettingsDraft, type SettingsProblems, settingsOf } from "./settings-draft.ts";

/** All settings of a group, or of a new one. The reason is asked for when the act's effect is shown. */
export function SettingsForm({ election, close }: { election?: Election; close(): void }) {
  const [draft, setDraft] = useState(() => draftOf(election));
  const [problems, setProblems] = useState<SettingsProblems>({});
  const set = (values: Partial<SettingsDraft>) => {
    setDraft((before) => ({ ...before, ...values }));
    setProblems((before) => Object.fromEntries(Object.entries(before).filter(([field]) => !(field in values))));
  };
  const submit = () => {
    const made = settingsOf(draft);
    if ("problems" in made) return setProblems(made.problems);
    close();
    openConfigure(made.group, made.settings);
  };
  /** A number stays as it was typed, and what is wrong with it is told: it is not bent to what is allowed. */
  const seconds = (field: "window" | "confirm" | "delay") => ({
    value: draft[field],
    onChange: (value: number | string) => set({ [field]: value }),
    error: problems[field],
    clampBehavior: "none" as const,
  });
  const text = (field: "group" | "members" | "roles" | "labels") => ({
    value: draft[field],
    onChange: (event: { currentTarget: { value: string } }) => set({ [field]: event.currentTarget.value }),
    error: problems[field],
  });

  return (
    <PreviewForm title={election === undefined ? "Set up a group" : `Settings of ${election.group}`} submit={submit} close={close}>
      <TextInput
        label="Group"
        description="A path. What its leader writes may stand under the same name before a guard."
        placeholder="roles/merger"
        {...text("group")}
        disabled={election !== undefined}
        data-autofocus
      />
      <NativeSelect
        label="Policy"
        value={draft.policy}
        onChange={(event) => set({ policy: electionPolicySchema.parse(event.currentTarget.value) })}
        data={electionPolicySchema.options.map((value) => ({ value, label: `${policyWords[value].label}: ${policyWords[value].means}` }))}
      />
      {draft.policy === "priority" ? (
        <Switch
          label="Somebody of a higher priority takes over from whoever leads"
          checked={draft.preempt}
          onChange={(event) => set({ preempt: event.currentTarget.checked })}
        />
      ) : null}
      {draft.policy === "rendezvous" || problems.window !== undefined ? (
        <NumberInput label="Window, seconds" description="How long one leader leads before the hash falls anew." {...seconds("window")} />
      ) : null}
      {draft.policy === "quorum" || problems.members !== undefined || problems.confirm !== undefined ? (
        <>
          <TextInput
            label="Members"
            description="Agents that confirm, here or not. None named: the candidates."
            placeholder="w1, w2, w3"
            {...text("members")}
          />
          <NumberInput label="A ballot is open, seconds" {...seconds("confirm")} />
        </>
      ) : null}
      <NumberInput
        label="Delay, seconds"
        description="How long nobody leads after a leader that was lost, where no guard keeps it from writing on."
        {...seconds("delay")}
      />
      <TextInput label="Roles" description="Only agents with one of these may lead. None named: everybody." {...text("roles")} />
      <TextInput label="Labels" description="Only agents with all of these may lead." placeholder="zone=north, tier=1" {...text("labels")} />
      {election?.configured === undefined ? null : (
        <Button
          variant="subtle"
          color="gray"
          onClick={() => {
            close();
            openConfigure(election.group, null);
          }}
        >
          Back to the defaults…
        </Button>
      )}
    </PreviewForm>
  );
}
