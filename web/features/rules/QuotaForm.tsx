import { Autocomplete, NumberInput } from "@mantine/core";
import { useState } from "react";
import { limits, principalSchema, type Quota, quotaSchema } from "../../../shared/model/index.ts";
import { PreviewForm, type Problem, problemOf } from "../../components/PreviewForm.tsx";
import { openQuota } from "./quota-acts.ts";

const boundSchema = quotaSchema.pick({ locks: true, waits: true });

/** A field left empty is no bound. The reason is asked for when the act's effect is shown. */
export function QuotaForm({ quota, principals, close }: { quota: Quota | undefined; principals: readonly string[]; close: () => void }) {
  const [principal, setPrincipal] = useState(quota?.principal ?? "");
  const [locks, setLocks] = useState<number | string>(quota?.locks ?? "");
  const [waits, setWaits] = useState<number | string>(quota?.waits ?? "");
  const [problem, setProblem] = useState<Problem>();

  const submit = () => {
    const who = principalSchema.safeParse(principal.trim());
    if (!who.success) return setProblem(problemOf(who.error, "principal"));
    const bounds = boundSchema.safeParse({ locks: locks === "" ? null : locks, waits: waits === "" ? null : waits });
    if (!bounds.success) return setProblem(problemOf(bounds.error, "locks"));
    if (quota === undefined && bounds.data.locks === null && bounds.data.waits === null)
      return setProblem({ field: "locks", message: "Set at least one bound." });
    close();
    openQuota({ principal: who.data, ...bounds.data });
  };
  const errorOf = (field: string) => (problem?.field === field ? problem.message : undefined);

  return (
    <PreviewForm title={quota === undefined ? "New quota" : `Quota of ${quota.principal}`} submit={submit} close={close}>
      <Autocomplete
        label="Principal"
        description="Whose agents it binds together: who they act for, as their tokens say."
        data={[...principals]}
        value={principal}
        onChange={setPrincipal}
        error={errorOf("principal")}
        disabled={quota !== undefined}
        data-autofocus
      />
      <NumberInput
        label="Locks"
        description="How many locks they may hold at once. Empty is no bound."
        min={0}
        max={limits.locksPerSession}
        allowDecimal={false}
        value={locks}
        onChange={setLocks}
        error={errorOf("locks")}
      />
      <NumberInput
        label="Waits"
        description="How many of their requests may wait at once. Empty is no bound."
        min={0}
        max={limits.locksPerSession}
        allowDecimal={false}
        value={waits}
        onChange={setWaits}
        error={errorOf("waits")}
      />
    </PreviewForm>
  );
}
