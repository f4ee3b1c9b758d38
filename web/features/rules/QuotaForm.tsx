import { Autocomplete, Button, Group, Modal, NumberInput, Stack } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { limits, principalSchema, type Quota, quotaSchema } from "../../../shared/model/index.ts";
import { openQuota } from "./quota-acts.ts";

const boundSchema = quotaSchema.pick({ locks: true, waits: true });

/** A field left empty is no bound. The reason is asked for when the act's effect is shown. */
export function QuotaForm({ quota, principals, close }: { quota: Quota | undefined; principals: readonly string[]; close: () => void }) {
  const [principal, setPrincipal] = useState(quota?.principal ?? "");
  const [locks, setLocks] = useState<number | string>(quota?.locks ?? "");
  const [waits, setWaits] = useState<number | string>(quota?.waits ?? "");
  const [problem, setProblem] = useState<{ field: string; message: string }>();

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const who = principalSchema.safeParse(principal.trim());
    if (!who.success) return setProblem({ field: "principal", message: who.error.issues[0]?.message ?? "not a principal" });
    const bounds = boundSchema.safeParse({ locks: locks === "" ? null : locks, waits: waits === "" ? null : waits });
    if (!bounds.success) return setProblem({ field: String(bounds.error.issues[0]?.path[0]), message: bounds.error.issues[0]?.message ?? "not allowed" });
    if (quota === undefined && bounds.data.locks === null && bounds.data.waits === null)
      return setProblem({ field: "locks", message: "Set at least one bound." });
    close();
    openQuota({ principal: who.data, ...bounds.data });
  };
  const errorOf = (field: string) => (problem?.field === field ? problem.message : undefined);

  return (
    <Modal opened onClose={close} title={quota === undefined ? "New quota" : `Quota of ${quota.principal}`} closeButtonProps={{ "aria-label": "Close" }}>
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
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
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Leave it
            </Button>
            <Button type="submit" variant="default">
              Preview…
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
