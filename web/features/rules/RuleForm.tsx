import { NativeSelect, NumberInput, TextInput } from "@mantine/core";
import { useState } from "react";
import {
  automaticSchema,
  levelSchema,
  policySchema,
  type Rule,
  resourceSchema,
  type Settings,
  settingsSchema,
  victimRuleSchema,
} from "../../../shared/model/index.ts";
import { PreviewForm, type Problem, problemOf } from "../../components/PreviewForm.tsx";
import { openAct } from "../acts/act-store.ts";

const levelWords = {
  none: "none: nothing is recorded",
  advisory: "advisory: recorded, conflicts are told, nobody waits",
  optimistic: "optimistic: act first, whoever was late is told",
  sequenced: "sequenced: one after the other",
};

const policyWords = {
  detect: "detect: find deadlocks; reorder the queue, or let one give way",
  woundWait: "wound-wait: the older one takes it from a younger one that waits",
  waitDie: "wait-die: a younger one may not wait for an older one",
  ordered: "ordered: nobody asks for what comes before what it holds",
  timeout: "timeout: nothing but the longest wait ends it",
  manual: "manual: an operator picks who gives way",
};
const victimWords = {
  youngest: "the youngest",
  lowestPriority: "the least urgent",
  leastWork: "who has held for the shortest time",
  fewestLocks: "who holds the fewest locks",
  mostReleased: "whose locks free the most others",
};
const automaticWords = {
  off: "off: it only shows them",
  shadow: "shadow: it says what it would have done",
  canary: "canary: it resolves one in four",
  live: "live: it resolves every one",
};

/** Fields left empty keep what earlier rules say. The reason is asked for when the act's effect is shown. */
export function RuleForm({ rule, pattern: proposed = "", close }: { rule: Rule | undefined; pattern?: string; close: () => void }) {
  const before = rule?.settings;
  const [pattern, setPattern] = useState(rule?.pattern ?? proposed);
  const [level, setLevel] = useState<string>(before?.level ?? "");
  const [guarded, setGuarded] = useState(before?.guarded === undefined ? "" : String(before.guarded));
  const [capacity, setCapacity] = useState<number | string>(before?.capacity ?? "");
  const [lockDelay, setLockDelay] = useState<number | string>(seconds(before?.lockDelayMs));
  const [maxHold, setMaxHold] = useState<number | string>(seconds(before?.maxHoldMs));
  const [aging, setAging] = useState<number | string>(seconds(before?.agingStepMs));
  const [policy, setPolicy] = useState<string>(before?.policy ?? "");
  const [victim, setVictim] = useState<string>(before?.victim ?? "");
  const [automatic, setAutomatic] = useState<string>(before?.automatic ?? "");
  const [waitLimit, setWaitLimit] = useState<number | string>(seconds(before?.waitLimitMs));
  const [inherit, setInherit] = useState(before?.inherit === undefined ? "" : String(before.inherit));
  const [problem, setProblem] = useState<Problem>();

  const submit = () => {
    const place = resourceSchema.safeParse(pattern.trim());
    if (!place.success) return setProblem(problemOf(place.error, "pattern"));
    const settings = settingsSchema.safeParse(
      withoutEmpty({
        level: level || undefined,
        guarded: guarded === "" ? undefined : guarded === "true",
        capacity: number(capacity),
        lockDelayMs: ms(lockDelay),
        maxHoldMs: ms(maxHold),
        agingStepMs: ms(aging),
        policy: policy || undefined,
        victim: victim || undefined,
        automatic: automatic || undefined,
        waitLimitMs: ms(waitLimit),
        inherit: inherit === "" ? undefined : inherit === "true",
      }),
    );
    if (!settings.success) return setProblem(problemOf(settings.error, "pattern"));
    if (Object.keys(settings.data).length === 0) return setProblem({ field: "pattern", message: "Set at least one field." });
    close();
    openAct({ type: "resource.configure", pattern: place.data, settings: settings.data });
  };
  const errorOf = (field: string) => (problem?.field === field ? problem.message : undefined);

  return (
    <PreviewForm title={rule === undefined ? "New rule" : `Rule of ${rule.pattern}`} submit={submit} close={close}>
      <TextInput
        label="Pattern"
        description="A path, or a glob with * ? **; it covers everything below."
        placeholder="repo/src/**/*.test.ts"
        value={pattern}
        onChange={(event) => setPattern(event.currentTarget.value)}
        error={errorOf("pattern")}
        disabled={rule !== undefined}
        data-autofocus
      />
      <NativeSelect
        label="Level"
        value={level}
        onChange={(event) => setLevel(event.currentTarget.value)}
        error={errorOf("level")}
        data={[{ value: "", label: "as before" }, ...levelSchema.options.map((value) => ({ value, label: levelWords[value] }))]}
      />
      <NativeSelect
        label="Guarded"
        description="Its guard checks the fence before every write."
        value={guarded}
        onChange={(event) => setGuarded(event.currentTarget.value)}
        data={[
          { value: "", label: "as before" },
          { value: "true", label: "yes" },
          { value: "false", label: "no" },
        ]}
      />
      <NumberInput
        label="Capacity"
        description="1: one at a time. More: that many units at once."
        min={1}
        allowDecimal={false}
        value={capacity}
        onChange={setCapacity}
        error={errorOf("capacity")}
      />
      <NumberInput
        label="Lock-delay, seconds"
        description="Nobody is granted for so long after an expiry or a forced release."
        min={0}
        value={lockDelay}
        onChange={setLockDelay}
        error={errorOf("lockDelayMs")}
      />
      <NumberInput
        label="Longest hold, seconds"
        description="Then the lock is taken back."
        min={0}
        value={maxHold}
        onChange={setMaxHold}
        error={errorOf("maxHoldMs")}
      />
      <NumberInput
        label="Aging step, seconds"
        description="How much waiting one step of priority is worth."
        min={0}
        value={aging}
        onChange={setAging}
        error={errorOf("agingStepMs")}
      />
      <NativeSelect
        label="Policy"
        description="What is done about deadlocks among waits for it."
        value={policy}
        onChange={(event) => setPolicy(event.currentTarget.value)}
        data={[asBefore, ...policySchema.options.map((value) => ({ value, label: policyWords[value] }))]}
      />
      <NativeSelect
        label="Victim"
        description="Who gives way when somebody has to; the oldest never does."
        value={victim}
        onChange={(event) => setVictim(event.currentTarget.value)}
        data={[asBefore, ...victimRuleSchema.options.map((value) => ({ value, label: victimWords[value] }))]}
      />
      <NativeSelect
        label="Automatic"
        description="Whether the engine resolves deadlocks and livelocks by itself."
        value={automatic}
        onChange={(event) => setAutomatic(event.currentTarget.value)}
        data={[asBefore, ...automaticSchema.options.map((value) => ({ value, label: automaticWords[value] }))]}
      />
      <NumberInput
        label="Longest wait, seconds"
        description="A request that names no deadline itself gives up after it."
        min={0}
        value={waitLimit}
        onChange={setWaitLimit}
        error={errorOf("waitLimitMs")}
      />
      <NativeSelect
        label="Inheritance"
        description="A holder becomes as urgent as the most urgent one who waits for it."
        value={inherit}
        onChange={(event) => setInherit(event.currentTarget.value)}
        data={[asBefore, { value: "true", label: "yes" }, { value: "false", label: "no" }]}
      />
    </PreviewForm>
  );
}

const asBefore = { value: "", label: "as before" };
const seconds = (value: number | undefined): number | string => (value === undefined ? "" : value / 1_000);
const number = (value: number | string): number | undefined => (value === "" ? undefined : Number(value));
const ms = (value: number | string): number | undefined => (value === "" ? undefined : Math.round(Number(value) * 1_000));
const withoutEmpty = (values: Record<string, unknown>): Partial<Settings> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
