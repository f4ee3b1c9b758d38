import { Alert, Collapse, Group, NativeSelect, NumberInput, SegmentedControl, Slider, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { type Fault, type FaultKind, killPointSchema, limits } from "../../../shared/model/index.ts";
import { formatDuration } from "../../app/format.ts";
import { PreviewForm, type Problem } from "../../components/PreviewForm.tsx";
import { faultGroups, faultLabel, faultWords, killPointWords } from "../../projections/fault-words.ts";
import { worldStore } from "../../stores/world.ts";
import { openAct } from "../acts/act-store.ts";
import { commandOf, type FaultDraft, ms, newDraft, strikesServerOf } from "./fault-draft.ts";
import { closeFaultForm, useFaultDraft } from "./fault-store.ts";
import { ScheduleFields } from "./ScheduleFields.tsx";

/** A new fault or a schedule of them: what, whom, how strong, how long. Its reason is asked for when it is confirmed. */
export function FaultDialog() {
  const draft = useFaultDraft();
  return draft === null ? null : <FaultForm key={`${draft.kind} ${draft.target}`} begin={newDraft(draft)} />;
}

const fieldsWithWords = ["target", "peer", "delayMs", "durationMs", "seed", "everyMs"];

function FaultForm({ begin }: { begin: FaultDraft }) {
  const [draft, setDraft] = useState(begin);
  const [problem, setProblem] = useState<Problem>();
  const set = (values: Partial<FaultDraft>) => {
    setProblem(undefined);
    setDraft((before) => ({ ...before, ...values }));
  };
  const errorOf = (field: string) => (problem?.field === field ? problem.message : undefined);
  const words = faultWords[draft.kind];
  const ofServer = strikesServerOf(draft);

  const submit = () => {
    const made = commandOf(draft);
    if ("problem" in made) return setProblem(made.problem);
    closeFaultForm();
    openAct({ type: "ready", act: made.act, words: wordsOf(draft, faultLabel(made.act as Pick<Fault, "kind" | "target" | "peer">)) });
  };

  return (
    <PreviewForm title="Inject a fault" size={520} note={`At most ${limits.faults} at a time, ten minutes each.`} submit={submit} close={closeFaultForm}>
      <NativeSelect
        label="Fault"
        description={words.means}
        value={draft.kind}
        onChange={(event) => set({ kind: event.currentTarget.value as FaultKind })}
        data={faultGroups.map(({ name, kinds }) => ({ group: name, items: kinds.map((one) => ({ value: one, label: faultWords[one].label })) }))}
      />
      {draft.kind === "clockJump" ? (
        <SegmentedControl
          aria-label="Whose clock"
          value={draft.serverClock ? "server" : "agents"}
          onChange={(value) => set({ serverClock: value === "server" })}
          data={[
            { value: "agents", label: "An agent's clock" },
            { value: "server", label: "The server's clock" },
          ]}
        />
      ) : null}
      {ofServer ? null : (
        <Group grow align="flex-start">
          <TextInput
            label={draft.kind === "cutPair" ? "One side" : "Target"}
            description={
              draft.kind === "cutPair"
                ? "Agents with commas between, or a pattern such as w*."
                : "Agents with commas between, or a pattern: w* is all whose id begins with w."
            }
            placeholder="w3"
            value={draft.target}
            onChange={(event) => set({ target: event.currentTarget.value })}
            error={errorOf("target")}
            list="fault-targets"
            data-autofocus
          />
          {draft.kind === "cutPair" ? (
            <TextInput
              label="The other side"
              description="Whom it is cut off from."
              placeholder="w4"
              value={draft.peer}
              onChange={(event) => set({ peer: event.currentTarget.value })}
              error={errorOf("peer")}
              list="fault-targets"
            />
          ) : null}
        </Group>
      )}
      <datalist id="fault-targets">
        {agentIds().map((agent) => (
          <option key={agent} value={agent} />
        ))}
      </datalist>
      {draft.kind === "killServer" ? (
        <NativeSelect
          label="At which point"
          value={draft.point}
          onChange={(event) => set({ point: killPointSchema.parse(event.currentTarget.value) })}
          data={killPointSchema.options.map((point) => ({ value: point, label: killPointWords[point] }))}
        />
      ) : null}
      {words.strength === undefined ? null : (
        <div>
          <Text size="sm" fw={500} id="fault-strength">
            {words.strength}: {draft.strength} %
          </Text>
          <Slider
            value={draft.strength}
            onChange={(strength) => set({ strength })}
            min={1}
            max={100}
            label={null}
            thumbProps={{ "aria-labelledby": "fault-strength" }}
          />
        </div>
      )}
      <Group grow align="flex-end">
        {words.delay === undefined ? null : (
          <NumberInput label={`${words.delay}, seconds`} min={0} max={60} value={draft.delay} onChange={(delay) => set({ delay })} error={errorOf("delayMs")} />
        )}
        <NumberInput label="Lasts, seconds" min={0.1} max={600} value={draft.lasts} onChange={(lasts) => set({ lasts })} error={errorOf("durationMs")} />
        <NumberInput
          label="Seed"
          title="The same seed does the same again."
          min={0}
          allowDecimal={false}
          value={draft.seed}
          onChange={(seed) => set({ seed })}
          error={errorOf("seed")}
        />
      </Group>
      <SegmentedControl
        aria-label="How often"
        value={draft.again ? "again" : "once"}
        onChange={(value) => set({ again: value === "again" })}
        data={[
          { value: "once", label: "Once" },
          { value: "again", label: "On a schedule" },
        ]}
      />
      <Collapse expanded={draft.again}>
        <ScheduleFields draft={draft} ofServer={ofServer} set={set} everyError={errorOf("everyMs")} />
      </Collapse>
      {problem === undefined || fieldsWithWords.includes(problem.field) ? null : <Alert color="red">{problem.message}</Alert>}
    </PreviewForm>
  );
}

function wordsOf(draft: FaultDraft, what: string) {
  const { means } = faultWords[draft.kind];
  const lasts = formatDuration(ms(draft.lasts));
  const whom = strikesServerOf(draft) ? "" : ", at one agent that the target names";
  return {
    title: draft.again ? `Schedule: ${what}` : `Inject: ${what}`,
    meaning: draft.again
      ? `Every ${formatDuration(ms(draft.every))}${whom}: ${lower(means)} Each time for ${lasts}. It is halted when the fleet is in more trouble than you allow.`
      : `${means} It heals by itself after ${lasts}, and you can stop it at any time.`,
    confirm: draft.again ? "Begin the schedule" : "Inject it",
    done: draft.again ? "The schedule is set." : "The fault has begun.",
    harmful: true,
    calm: "Nobody loses anything at once: what follows comes of the fault itself.",
  };
}

const agentIds = (): string[] =>
  [...(worldStore.getState().state?.agents.keys() ?? [])].sort((a, b) => a.localeCompare(b, "en", { numeric: true })).slice(0, 500);
const lower = (sentence: string): string => sentence.charAt(0).toLowerCase() + sentence.slice(1);
