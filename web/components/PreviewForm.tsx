import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import type { FormEvent, ReactNode } from "react";

/** What is wrong with one field of a form, in words. */
export interface Problem {
  readonly field: string;
  readonly message: string;
}

interface FirstIssue {
  readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[];
}

/** The first thing that a schema says against what was filled in; `field` where it names none. */
export function problemOf({ issues: [issue] }: FirstIssue, field: string): Problem {
  return { field: String(issue?.path[0] ?? field), message: issue?.message ?? "not allowed" };
}

interface PreviewFormProps {
  readonly title: string;
  readonly note?: string;
  readonly size?: number;
  readonly children: ReactNode;
  /** Reads the fields and opens the act; the act's dialog shows its effect and asks for the reason. */
  submit(): void;
  close(): void;
}

/** The dialog in which an act is filled in before its effect is shown. */
export function PreviewForm({ title, note = "", size, children, submit, close }: PreviewFormProps) {
  const submitted = (event: FormEvent) => {
    event.preventDefault();
    submit();
  };
  return (
    <Modal opened onClose={close} title={title} {...(size === undefined ? {} : { size })} closeButtonProps={{ "aria-label": "Close" }}>
      <form onSubmit={submitted} noValidate>
        <Stack gap="sm">
          {children}
          <Group justify="space-between">
            <Text size="xs" c="dimmed">
              {note}
            </Text>
            <Group>
              <Button variant="default" onClick={close}>
                Leave it
              </Button>
              <Button type="submit" variant="default">
                Preview…
              </Button>
            </Group>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
