import { Alert, Button, Group, Modal, Stack, Textarea } from "@mantine/core";
import { type FormEvent, type ReactNode, useState } from "react";
import { type Answer, limits } from "../../../shared/model/index.ts";

interface AskFormProps {
  readonly title: string;
  readonly confirm: string;
  /** Everything but the reason is there. */
  readonly ready: boolean;
  readonly children: ReactNode;
  ask(reason: string): Promise<Answer>;
  close(): void;
}

/** An act with a reason whose effect needs no preview: nobody's locks are touched. Stays open, as filled in, when it is refused. */
export function AskForm({ title, confirm, ready, children, ask, close }: AskFormProps) {
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState<string>();
  const [sending, setSending] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!ready || reason.trim() === "") return;
    setSending(true);
    const answer = await ask(reason.trim());
    setSending(false);
    if (answer.ok) close();
    else setProblem(answer.error.message);
  };
  return (
    <Modal opened onClose={close} title={title} closeButtonProps={{ "aria-label": "Close" }}>
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          {children}
          <Textarea
            label="Reason"
            description="It goes into the audit."
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            maxLength={limits.reasonLength}
            autosize
            required
          />
          {problem === undefined ? null : (
            <Alert color="red" role="alert">
              {problem}
            </Alert>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Leave it
            </Button>
            <Button type="submit" variant="default" loading={sending} disabled={!ready || reason.trim() === ""}>
              {confirm}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
