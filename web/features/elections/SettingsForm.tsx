import { Button, NativeSelect, NumberInput, Switch, TextInput } from "@mantine/core";
import { useState } from "react";
import { defaultElectionSettings, type Election, electionPolicySchema, electionSettingsSchema, groupSchema } from "../../../shared/model/index.ts";
import { PreviewForm, type Problem, problemOf } from "../../components/PreviewForm.tsx";
import { policyWords } from "../../projections/election-words.ts";
import { openConfigure } from "./election-acts.ts";

/** All settings of a group, or of a new one. The reason is asked for when the act's effect is shown. */
export function SettingsForm({ election, close }: { election?: Election; close(): void }) {
  const before = election?.settings ?? defaultElectionSettings;
  const [group, setGroup] = useState(election?.group ?? "");
  const [policy, setPolicy] = useState(before.policy);
  const [preempt, setPreempt] = useState(before.preempt);
  const [window, setWindow] = useState<number | string>(before.windowMs / 1_000);
  const [roles, setRoles] = useState(before.roles.join(", "));
  const [labels, setLabels] = useState(
    Object.entries(before.labels)
      .map(([label, value]) => `${label}=${value}`)
      .join(", "),
  );
  const [members, setMembers] = useState(before.members.join(", "));
  const [confirm, setConfirm] = useState<number | string>(before.confirmMs / 1_000);
  const [delay, setDelay] = useState<number | string>(before.delayMs / 1_000);
  const [problem, setProblem] = useState<Problem>();

  const submit = () => {
    const place = groupSchema.safeParse(group.trim());
    if (!place.success) return setProblem(problemOf(place.error, "group"));
    const settings = electionSettingsSchema.safeParse({
      policy,
      preempt,
      windowMs: ms(window),
      roles: list(roles),
      labels: Object.fromEntries(list(labels).map((pair) => pair.split(/=(.*)/s).slice(0, 2))),
      members: list(members),
      confirmMs: ms(confirm),
      delayMs: ms(delay),
    });
    if (!settings.success) return setProblem(problemOf(settings.error, "group"));
    close();
    openConfigure(place.data, settings.data);
  };
  const errorOf = (field: string) => (problem?.field === field ? problem.message : undefined);

  return (
    <PreviewForm title={election === undefined ? "Set up a group" : `Settings of ${election.group}`} submit={submit} close={close}>
      <TextInput
        label="Group"
        description="A path. What its leader writes may stand under the same name before a guard."
        placeholder="roles/merger"
        value={group}
        onChange={(event) => setGroup(event.currentTarget.value)}
        error={errorOf("group")}
        disabled={election !== undefined}
        data-autofocus
      />
      <NativeSelect
        label="Policy"
        value={policy}
        onChange={(event) => setPolicy(electionPolicySchema.parse(event.currentTarget.value))}
        data={electionPolicySchema.options.map((value) => ({ value, label: `${policyWords[value].label}: ${policyWords[value].means}` }))}
      />
      {policy === "priority" ? (
        <Switch
          label="Somebody of a higher priority takes over from whoever leads"
          checked={preempt}
          onChange={(event) => setPreempt(event.currentTarget.checked)}
        />
      ) : null}
      {policy === "rendezvous" ? (
        <NumberInput
          label="Window, seconds"
          description="How long one leader leads before the hash falls anew."
          min={1}
          value={window}
          onChange={setWindow}
          error={errorOf("windowMs")}
        />
      ) : null}
      {policy === "quorum" ? (
        <>
          <TextInput
            label="Members"
            description="Agents that confirm, here or not. None named: the candidates."
            placeholder="w1, w2, w3"
            value={members}
            onChange={(event) => setMembers(event.currentTarget.value)}
            error={errorOf("members")}
          />
          <NumberInput label="A ballot is open, seconds" min={0.1} max={600} value={confirm} onChange={setConfirm} error={errorOf("confirmMs")} />
        </>
      ) : null}
      <NumberInput
        label="Delay, seconds"
        description="How long nobody leads after a leader that was lost, where no guard keeps it from writing on."
        min={0}
        max={600}
        value={delay}
        onChange={setDelay}
        error={errorOf("delayMs")}
      />
      <TextInput
        label="Roles"
        description="Only agents with one of these may lead. None named: everybody."
        value={roles}
        onChange={(event) => setRoles(event.currentTarget.value)}
        error={errorOf("roles")}
      />
      <TextInput
        label="Labels"
        description="Only agents with all of these may lead."
        placeholder="zone=north, tier=1"
        value={labels}
        onChange={(event) => setLabels(event.currentTarget.value)}
        error={errorOf("labels")}
      />
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

const ms = (value: number | string): number => Math.round(Number(value) * 1_000);
const list = (text: string): string[] =>
  text
    .split(/[\s,]+/)
    .map((word) => word.trim())
    .filter((word) => word !== "");
