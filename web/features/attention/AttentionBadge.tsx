import { Popover } from "@mantine/core";
import { useState } from "react";
import { plural } from "../../app/format.ts";
import bar from "../../app/TopBar.module.css";
import { useWorld } from "../../stores/world.ts";
import { useAttention } from "./attention-store.ts";
import { NeedList } from "./NeedList.tsx";

/** Counts what needs the operator, not what is busy. */
export function AttentionBadge() {
  const needs = useAttention();
  const [opened, setOpened] = useState(false);
  const hasState = useWorld((world) => world.state !== null);
  if (!hasState) return null;
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" width={400} shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <button type="button" className={bar.chip} data-alert={needs.length > 0 || undefined} onClick={() => setOpened(!opened)} aria-expanded={opened}>
          {needs.length === 0 ? "Nothing needs you" : `${needs.length} ${needs.length === 1 ? "needs" : "need"} you`}
        </button>
      </Popover.Target>
      <Popover.Dropdown aria-label={plural(needs.length, "thing needs you", "things need you")} p={0}>
        <NeedList needs={needs} picked={() => setOpened(false)} />
      </Popover.Dropdown>
    </Popover>
  );
}
