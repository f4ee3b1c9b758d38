import { Button, Group, Modal, NativeSelect, NumberInput, SegmentedControl, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { levelSchema, policySchema } from "../../../shared/model/index.ts";
import { type ForkChange, forkChangeSchema } from "../../../shared/trace/fork/change.ts";
import { formatCount } from "../../app/format.ts";
import { selectionStore } from "../../stores/selection.ts";
import { worldStore } from "../../stores/world.ts";
import classes from "./Traces.module.css";
import { forkTrace } from "./work-store.ts";

type Kind = ForkChange["change"];

const kinds: readonly { value: Kind | "level"; label: string }[] = [
  { value: "settings", label: "another policy" },
  { value: "level", label: "another coordination level" },
  { value: "release", label: "a lock released at once" },
  { value: "pace", label: "an agent faster or slower" },
  { value: "withoutFault", label: "a fault not injected" },
  { value: "nothing", label: "nothing: the control, which has to come out the same" },
];

/** A what-if: the recording goes on from here with one thing changed. */
export function ForkForm({ at, close }: { at: number; close: () => void }) {
  const { state } = worldStore.getState();
  const { selected } = selectionStore.getState();
  const locks = [...(state?.locks.values() ?? [])].filter(({ coolingUntilMs }) => coolingUntilMs === undefined);
  const agentIds = [...(state?.agents.keys() ?? [])].sort();
  const [kind, setKind] = useState<Kind | "level">("settings");
  const [pattern, setPattern] = useState(selected?.kind === "resource" ? selected.id : "**");
  const [policy, setPolicy] = useState<string>("woundWait");
  const [level, setLevel] = useState<string>("advisory");
  const [fence, setFence] = useState(locks.find(({ resource }) => resource === selected?.id)?.fence ?? locks[0]?.fence ?? "");
  const [agent, setAgent] = useState(selected?.kind === "agent" ? selected.id : (agentIds[0] ?? ""));
  const [factor, setFactor] = useState<number | string>(0.5);
  const [fault, setFault] = useState("");
  const [agents, setAgents] = useState("recorded");
  const [seed, setSeed] = useState<number | string>(1);
  const [problem, setProblem] = useState<string>();

  const change = (): unknown => {
    switch (kind) {
      case "settings":
        return { change: "settings", pattern: pattern.trim(), settings: { policy, automatic: "live" } };
      case "level":
        return { change: "settings", pattern: pattern.trim(), settings: { level } };
      case "release":
        return { change: "release", fence, resource: locks.find((lock) => lock.fence === fence)?.resource };
      case "pace":
        return { change: "pace", agent, factor: Number(factor) };
      case "withoutFault":
        return { change: "withoutFault", fault: fault.trim() };
      case "nothing":
        return { change: "nothing" };
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const parsed = forkChangeSchema.safeParse(change());
    if (!parsed.success) return setProblem(parsed.error.issues[0]?.message ?? "this cannot be changed");
    close();
    void forkTrace({ at, change: parsed.data, agents: agents === "simulated" ? "simulated" : "recorded", seed: Number(seed) || 1 });
  };

  return (
    <Modal opened onClose={close} title={`What if, from event ${formatCount(at)}`} closeButtonProps={{ "aria-label": "Close" }}>
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          <NativeSelect
            label="What is different"
            data={[...kinds]}
            value={kind}
            onChange={(event) => setKind(event.currentTarget.value as Kind)}
            data-autofocus
          />
          {kind === "settings" || kind === "level" ? (
            <TextInput
              label="For"
              description="A path or a pattern; ** is everything."
              value={pattern}
              onChange={(event) => setPattern(event.currentTarget.value)}
            />
          ) : null}
          {kind === "settings" ? (
            <NativeSelect label="Policy" data={[...policySchema.options]} value={policy} onChange={(event) => setPolicy(event.currentTarget.value)} />
          ) : null}
          {kind === "level" ? (
            <NativeSelect label="Level" data={[...levelSchema.options]} value={level} onChange={(event) => setLevel(event.currentTarget.value)} />
          ) : null}
          {kind === "release" ? (
            <NativeSelect
              label="Lock"
              data={locks.map((lock) => ({ value: lock.fence, label: `${lock.resource}, held by ${lock.agent}` }))}
              value={fence}
              onChange={(event) => setFence(event.currentTarget.value)}
            />
          ) : null}
          {kind === "pace" ? <NativeSelect label="Agent" data={agentIds} value={agent} onChange={(event) => setAgent(event.currentTarget.value)} /> : null}
          {kind === "pace" ? (
            <NumberInput
              label="Takes so many times its time"
              description="0.5 is twice as fast."
              min={0.01}
              max={100}
              step={0.1}
              value={factor}
              onChange={setFactor}
            />
          ) : null}
          {kind === "withoutFault" ? (
            <TextInput label="Fault" description="Its id, as the audit has it: f3." value={fault} onChange={(event) => setFault(event.currentTarget.value)} />
          ) : null}
          <SegmentedControl
            aria-label="What the agents do"
            value={agents}
            onChange={setAgents}
            data={[
              { value: "recorded", label: "Agents do what they did" },
              { value: "simulated", label: "Agents go on like themselves" },
            ]}
          />
          {agents === "simulated" ? <NumberInput label="Seed" description="The same seed does the same." min={1} value={seed} onChange={setSeed} /> : null}
          {problem === undefined ? null : (
            <p role="alert" className={classes.bad}>
              {problem}
            </p>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Leave it
            </Button>
            <Button type="submit" variant="default">
              Run it
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
