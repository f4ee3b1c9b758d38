import { ActionIcon } from "@mantine/core";
import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import { stepTerm } from "../replay/replay-acts.ts";
import classes from "./Elections.module.css";

/** Goes to where the leader before came, or the next one. */
export function TermSteps({ group }: { group: string }) {
  return (
    <span className={classes.steps}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={24}
        aria-label={`Previous change of leader in ${group}`}
        title="Previous change of leader"
        onClick={() => void stepTerm(group, -1)}
      >
        <IconChevronLeft size={16} aria-hidden />
      </ActionIcon>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={24}
        aria-label={`Next change of leader in ${group}`}
        title="Next change of leader"
        onClick={() => void stepTerm(group, 1)}
      >
        <IconChevronRight size={16} aria-hidden />
      </ActionIcon>
    </span>
  );
}
