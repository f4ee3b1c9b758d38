import { ActionIcon, Button, Menu } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconDots } from "@tabler/icons-react";
import { useIsPast } from "../stores/world.ts";
import { ActButton } from "./ActButton.tsx";

/** Where there is no room for the inspector beside the view. */
export const useNarrow = (): boolean => useMediaQuery("(max-width: 800px)", undefined, { getInitialValueInEffect: false });

export interface RowAct {
  readonly label: string;
  /** What it does to what, for screen readers. */
  readonly name: string;
  run(): void;
}

/** What can be done to a row. On a narrow screen they are one button, so that none stands out of sight. */
export function RowActs({ of, acts }: { of: string; acts: readonly RowAct[] }) {
  const narrow = useNarrow();
  const past = useIsPast();
  if (!narrow)
    return (
      <Button.Group>
        {acts.map(({ label, name, run }) => (
          <ActButton key={label} size="compact-xs" variant="default" aria-label={name} onClick={run}>
            {label}
          </ActButton>
        ))}
      </Button.Group>
    );
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="default" size={28} aria-label={`Acts on ${of}`}>
          <IconDots size={16} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {acts.map(({ label, name, run }) => (
          <Menu.Item key={label} aria-label={name} disabled={past} onClick={run}>
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
