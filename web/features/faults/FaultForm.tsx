import { Alert, Button, Collapse, Fieldset, Group, Modal, NativeSelect, NumberInput, SegmentedControl, Slider, Stack, Text, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { type FaultKind, faultCommandSchemas, limits } from "../../../shared/model/index.ts";
import { formatDuration } from "../../app/format.ts";
import { faultGroups, faultLabel, faultWords, strikesAll } from "../../projections/fault-words.ts";
import { worldStore } from "../../stores/world.ts";
import { openAct, type ReadyAct } from "../acts/act-store.ts";
import { closeFaultForm, useFaultDraft } from "./fault-store.ts";

const injectSchema = faultCommandSchemas[0].omit({ id: true, reason: true });
const scheduleSchema = faultCommandSchemas[3].omit({ id: true, reason: true });

/** A new fault or a schedule of them: what, whom, how strong, how long. Its reason is asked for when it is confirmed. */
export function FaultDialog() {
  const draft = useFaultDraft();
  return (
    <Modal opened={draft !== null} onClose={closeFaultForm} title="Inject a fault" size={520} closeButtonProps={{ "aria-label": "Close without a fault" }}>
      {draft === null ? null : <FaultForm key={`${draft.kind} ${draft.target}`} kind={draft.kind} target={draft.target} />}
    </Modal>
  );
}

function FaultForm(draft: { kind: FaultKind; target: string }) {
  const [kind, setKind] = useState(draft.kind);
  const [target, setTarget] = useState(draft.target);
  const [strength, setStrength] = useState(draft.kind === "clockDrift" ? 10 : 50);
  const [delay, setDelay] = useState<number | string>(1);
  const [lasts, setLasts] = useState<number | string>(10);
  const [seed, setSeed] = useState<number | string>(1);
  const [again, setAgain] = useState(false);
  const [every, setEvery] = useState<number | string>(20);
  const [waiting, setWaiting] = useState<number | string>("");
  const [deadlocks, setDeadlocks] = useState<number | string>(0);
  const [agents, setAgents] = useState<number | string>("");
  const [problem, setProblem] = useState<{ field: string; message: string }>();
  const words = faultWords[kind];
  const everybody = strikesAll(kind);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const asked = {
      kind,
      target: everybody ? "*" : target.trim(),
      strength: words.strength === undefined ? 1 : strength / 100,
      ...(words.delay === undefined ? {} : { delayMs: ms(delay) }),
      durationMs: ms(lasts),
      seed: Number(seed === "" ? 1 : seed),
    };
    const parsed = again
      ? scheduleSchema.safeParse({
          type: "schedule.set",
          ...asked,
          everyMs: ms(every),
          halt: given({ waiting: count(waiting), deadlocks: count(deadlocks), agents: count(agents) }),
        })
      : injectSchema.safeParse({ type: "fault.inject", ...asked });
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      return setProblem({ field: String(issue?.path[0] ?? "target"), message: issue?.message ?? "not allowed" });
    }
    closeFaultForm();
    const what = faultLabel(asked);
    openAct({
      type: "ready",
      act: parsed.data as ReadyAct,
      words: {
        title: again ? `Schedule: ${what}` : `Inject: ${what}`,
        meaning: again
          ? `Every ${formatDuration(ms(every))}, at one agent that the target names: ${lower(words.means)} Each time for ${formatDuration(asked.durationMs)}. It is halted when the fleet is in more trouble than you allow.`
          : `${words.means} It heals by itself after ${formatDuration(asked.durationMs)}, and you can stop it at any time.`,
        confirm: again ? "Begin the schedule" : "Inject it",
        done: again ? "The schedule is set." : "The fault has begun.",
        harmful: true,
        calm: "Nobody loses anything at once: what follows comes of the fault itself.",
      },
    });
  };
  const errorOf = (field: string) => (problem?.field === field ? problem.message : undefined);

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        <NativeSelect
          label="Fault"
          description={words.means}
          value={kind}
          onChange={(event) => setKind(event.currentTarget.value as FaultKind)}
          data={faultGroups.map(({ name, kinds }) => ({ group: name, items: kinds.map((one) => ({ value: one, label: faultWords[one].label })) }))}
        />
        {everybody ? null : (
          <TextInput
            label="Target"
            description="An agent, or a pattern: w* is all whose id begins with w."
            placeholder="w3"
            value={target}
            onChange={(event) => setTarget(event.currentTarget.value)}
            error={errorOf("target")}
            list="fault-targets"
            data-autofocus
          />
        )}
        <datalist id="fault-targets">
          {agentIds().map((agent) => (
            <option key={agent} value={agent} />
          ))}
        </datalist>
        {words.strength === undefined ? null : (
          <div>
            <Text size="sm" fw={500} id="fault-strength">
              {words.strength}: {strength} %
            </Text>
            <Slider value={strength} onChange={setStrength} min={1} max={100} label={null} thumbProps={{ "aria-labelledby": "fault-strength" }} />
          </div>
        )}
        <Group grow align="flex-start">
          {words.delay === undefined ? null : (
            <NumberInput label={`${words.delay}, seconds`} min={0} max={60} value={delay} onChange={setDelay} error={errorOf("delayMs")} />
          )}
          <NumberInput label="Lasts, seconds" min={0.1} max={600} value={lasts} onChange={setLasts} error={errorOf("durationMs")} />
          <NumberInput
            label="Seed"
            description={words.delay === undefined ? "The same seed does the same again." : undefined}
            min={0}
            allowDecimal={false}
            value={seed}
            onChange={setSeed}
            error={errorOf("seed")}
          />
        </Group>
        <SegmentedControl
          aria-label="How often"
          value={again ? "again" : "once"}
          onChange={(value) => setAgain(value === "again")}
          data={[
            { value: "once", label: "Once" },
            { value: "again", label: "On a schedule" },
          ]}
        />
        <Collapse expanded={again}>
          <Fieldset legend="Again and again, each time at one of the target, by the seed">
            <Stack gap="sm">
              <NumberInput label="Every, seconds" min={1} value={every} onChange={setEvery} error={errorOf("everyMs")} />
              <Group grow align="flex-end">
                <NumberInput label="Halt when more wait than" placeholder="any" min={0} allowDecimal={false} value={waiting} onChange={setWaiting} />
                <NumberInput label="Halt at more deadlocks than" placeholder="any" min={0} allowDecimal={false} value={deadlocks} onChange={setDeadlocks} />
                <NumberInput label="Halt below agents" placeholder="any" min={0} allowDecimal={false} value={agents} onChange={setAgents} />
              </Group>
            </Stack>
          </Fieldset>
        </Collapse>
        {problem === undefined || ["target", "delayMs", "durationMs", "seed", "everyMs"].includes(problem.field) ? null : (
          <Alert color="red">{problem.message}</Alert>
        )}
        <Group justify="space-between">
          <Text size="xs" c="dimmed">
            At most {limits.faults} at a time, ten minutes each.
          </Text>
          <Group>
            <Button variant="default" onClick={closeFaultForm}>
              Leave it
            </Button>
            <Button type="submit" variant="default">
              Preview…
            </Button>
          </Group>
        </Group>
      </Stack>
    </form>
  );
}

const agentIds = (): string[] =>
  [...(worldStore.getState().state?.agents.keys() ?? [])].sort((a, b) => a.localeCompare(b, "en", { numeric: true })).slice(0, 500);
const ms = (value: number | string): number => Math.round(Number(value) * 1_000);
const count = (value: number | string): number | undefined => (value === "" ? undefined : Number(value));
const given = (values: Record<string, number | undefined>) => Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
const lower = (sentence: string): string => sentence.charAt(0).toLowerCase() + sentence.slice(1);
