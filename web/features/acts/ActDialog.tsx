import { Alert, Button, Group, Modal, Radio, Stack, Textarea } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useStore } from "zustand";
import { type CommandError, limits } from "../../../shared/model/index.ts";
import { formatCount, formatDuration } from "../../app/format.ts";
import type { Search } from "../../app/search.ts";
import { port } from "../../connection/port.ts";
import { nowMs } from "../../stores/clock.ts";
import { pastReason, useIsPast, useSettledPosition, useWorld, worldStore } from "../../stores/world.ts";
import classes from "./ActDialog.module.css";
import { type ActDraft, actStore, closeAct } from "./act-store.ts";
import { toAct, wordsOf } from "./act-words.ts";
import { EffectList } from "./EffectList.tsx";
import { usePreview } from "./use-preview.ts";

/** Every act goes through here: its effect first, then a reason, then the act, then what became of it. */
export function ActDialog() {
  const draft = useStore(actStore, (store) => store.draft);
  return (
    <Modal
      opened={draft !== null}
      onClose={closeAct}
      size={520}
      title={draft === null ? "" : wordsOf(draft).title}
      closeButtonProps={{ "aria-label": "Close without doing it" }}
      classNames={{ title: classes.title }}
    >
      {draft === null ? null : <ActForm key={JSON.stringify(draft)} draft={draft} />}
    </Modal>
  );
}

function ActForm({ draft }: { draft: ActDraft }) {
  const [fence, setFence] = useState(draft.type === "lock.forceRelease" && draft.locks.length === 1 ? draft.locks[0]?.fence : undefined);
  const [reason, setReason] = useState("");
  const [sending, setSending] = useState(false);
  const [error, setError] = useState<CommandError>();
  const [doneAs, setDoneAs] = useState<string>();
  const role = useWorld((world) => world.actor?.role);
  const past = useIsPast();
  const chosen = draft.type !== "lock.forceRelease" || fence !== undefined;
  const preview = usePreview(chosen && doneAs === undefined ? toAct(draft, "preview", fence) : undefined, fence ?? draft.type);
  const words = wordsOf(draft, fence);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const act = toAct(draft, reason.trim(), fence);
    if (act === undefined || reason.trim() === "") return;
    setSending(true);
    setError(undefined);
    const answer = await port().act(act);
    setSending(false);
    if (answer.ok) setDoneAs(answer.id);
    else setError(answer.error);
  };

  if (doneAs !== undefined) return <Done words={words.done} id={doneAs} />;
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <p className={classes.meaning}>{words.meaning}</p>
        {draft.type === "lock.forceRelease" && draft.locks.length > 1 ? (
          <Radio.Group label="Which lock?" value={fence ?? null} onChange={setFence}>
            {draft.locks.map((lock) => (
              <Radio
                key={lock.fence}
                mt={8}
                value={lock.fence}
                label={`${lock.resource} · ${lock.agent} · fence ${lock.fence} · held ${formatDuration(nowMs() - lock.grantedMs)}`}
              />
            ))}
          </Radio.Group>
        ) : null}
        {chosen ? (
          <section aria-label="What it would do now" className={classes.effect}>
            <h3 className={classes.heading}>What it would do now</h3>
            {preview.error !== undefined ? (
              <p className={classes.problem}>{preview.error.message}</p>
            ) : preview.effect === undefined ? (
              <p className={classes.meaning}>Asking the server…</p>
            ) : words.calm !== undefined ? (
              <p className={classes.meaning}>{words.calm}</p>
            ) : (
              <EffectList effect={preview.effect} />
            )}
          </section>
        ) : null}
        <Textarea
          label="Reason"
          description="Goes into the audit, and to whom it concerns."
          required
          autosize
          minRows={2}
          maxLength={limits.reasonLength}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          data-autofocus
        />
        {past ? <Alert color="gray">{pastReason}</Alert> : null}
        {past || role === "operator" ? null : (
          <Alert color="gray">You look at this space as {role ?? "nobody"}: only operators act. The server would refuse it.</Alert>
        )}
        {error === undefined ? null : (
          <Alert color="red" title={`Not done (${error.code})`} role="alert">
            {error.message}
            {error.field === undefined ? null : ` Field: ${error.field}.`}
          </Alert>
        )}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={closeAct}>
            Leave it
          </Button>
          <Button
            type="submit"
            className={words.harmful ? classes.harmful : classes.plain}
            loading={sending}
            disabled={!chosen || reason.trim() === "" || role !== "operator" || past}
          >
            {words.confirm}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** The act's own events, as they come back with the stream: the same lines the audit has. */
function Done({ words, id }: { words: string; id: string }) {
  useSettledPosition();
  const { events, actor } = worldStore.getState();
  const recent = events.slice(Math.max(events.from, events.to - 2_000));
  const entry =
    recent.findLast((event) => event.cause?.id === id && "actor" in event) ??
    recent.findLast((event) => "actor" in event && event.actor?.principal === actor?.principal);
  return (
    <Stack gap="md">
      <p role="status" className={classes.done}>
        {words}
      </p>
      {entry !== undefined && "reason" in entry ? (
        <p className={classes.meaning}>
          In the audit at position <span className="sb-mono">{formatCount(entry.position)}</span>: {entry.actor?.principal}, {entry.actor?.role}, “
          {entry.reason}”.{" "}
          <Link to="/" search={(before: Search) => ({ ...before, view: "audit" as const })} onClick={closeAct} className={classes.link}>
            Open the audit
          </Link>
        </p>
      ) : null}
      <Group justify="flex-end">
        <Button variant="default" onClick={closeAct} data-autofocus>
          Close
        </Button>
      </Group>
    </Stack>
  );
}
