import { ActionIcon, Button, Menu } from "@mantine/core";
import {
  IconChevronLeft,
  IconChevronRight,
  IconDotsVertical,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerSkipBack,
  IconPlayerSkipForward,
  IconSelector,
  IconX,
} from "@tabler/icons-react";
import type { ReactNode } from "react";
import bar from "../../app/TopBar.module.css";
import { jumpKinds, jumpWords } from "../../replay/marks.ts";
import { replay } from "../../replay/replay.ts";
import { speeds, useCursor } from "../../stores/cursor.ts";
import { useSelection } from "../../stores/selection.ts";
import { jump, loopBetween, markA, markB, openNote, saveTrace } from "./replay-acts.ts";
import { speedText } from "./replay-words.ts";
import classes from "./Scrubber.module.css";

/** Play and pause, steps, jumps, speed, and the rest in a menu. */
export function Transport() {
  const playing = useCursor((cursor) => cursor.playing);
  const live = useCursor(({ trace }) => trace === null);
  const target = jumpWords[useCursor((cursor) => cursor.jumpsTo)].one;
  return (
    <fieldset className={classes.buttons}>
      <legend className="sb-hidden">Transport</legend>
      <Tool label={`Previous ${target}`} keys="P" onClick={() => jump(-1)}>
        <IconPlayerSkipBack size={16} stroke={1.6} />
      </Tool>
      <Tool label="Step back" keys="←" onClick={() => replay.step(-1)}>
        <IconChevronLeft size={16} stroke={1.6} />
      </Tool>
      <Tool
        label={live ? "Stop the picture" : playing ? "Pause" : "Play"}
        keys="Space"
        className={classes.play}
        on={playing}
        onClick={() => replay.togglePlay()}
      >
        {live || playing ? <IconPlayerPause size={16} stroke={1.6} /> : <IconPlayerPlay size={16} stroke={1.6} />}
      </Tool>
      <Tool label="Step forward" keys="→" disabled={live} onClick={() => replay.step(1)}>
        <IconChevronRight size={16} stroke={1.6} />
      </Tool>
      <Tool label={`Next ${target}`} keys="N" disabled={live} onClick={() => jump(1)}>
        <IconPlayerSkipForward size={16} stroke={1.6} />
      </Tool>
      <JumpMenu />
      <SpeedMenu />
      <Followed />
      <MoreMenu live={live} />
    </fieldset>
  );
}

function JumpMenu() {
  const jumpsTo = useCursor((cursor) => cursor.jumpsTo);
  return (
    <Menu position="top-start">
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="md"
          aria-label={`Jumps go to: ${jumpWords[jumpsTo].one}`}
          title={`N and P go to: ${jumpWords[jumpsTo].one}`}
        >
          <IconSelector size={14} stroke={1.6} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Next and previous go to</Menu.Label>
        {jumpKinds.map((kind) => (
          <Menu.Item
            key={kind}
            onClick={() => replay.set({ jumpsTo: kind })}
            aria-current={kind === jumpsTo || undefined}
            fw={kind === jumpsTo ? 600 : undefined}
          >
            {jumpWords[kind].one}: {jumpWords[kind].hint}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function SpeedMenu() {
  const speed = useCursor((cursor) => cursor.speed);
  return (
    <Menu position="top-start">
      <Menu.Target>
        <Button size="compact-xs" variant="subtle" color="gray" className={classes.speed} aria-label={`Speed ${speedText(speed)}`} title="Speed ([ and ])">
          {speedText(speed)}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Of the trace's own time</Menu.Label>
        {speeds.map((one) => (
          <Menu.Item key={one} onClick={() => replay.set({ speed: one })} aria-current={one === speed || undefined} fw={one === speed ? 600 : undefined}>
            {speedText(one)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** Whose events one goes along; a click ends that. */
function Followed() {
  const follow = useCursor((cursor) => cursor.follow);
  if (follow === null) return null;
  return (
    <Button
      size="compact-xs"
      variant="default"
      rightSection={<IconX size={12} aria-hidden />}
      aria-label={`Follow ${follow} no more`}
      title={`Steps and plays along the events of ${follow}; press to end that`}
      onClick={() => replay.follow(null)}
    >
      {follow}
    </Button>
  );
}

function MoreMenu({ live }: { live: boolean }) {
  const skipsIdle = useCursor((cursor) => cursor.skipsIdle);
  const [a, b] = [useCursor((cursor) => cursor.a), useCursor((cursor) => cursor.b)];
  const loop = useCursor((cursor) => cursor.loop);
  const follow = useCursor((cursor) => cursor.follow);
  const selected = useSelection((selection) => selection.selected);
  return (
    <Menu position="top-start">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="md" aria-label="More of replay" title="Marks, notes, range, follow">
          <IconDotsVertical size={16} stroke={1.6} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Item keys="A" disabled={live} onClick={markA}>
          Set A here
        </Item>
        <Item keys="B" disabled={live} onClick={markB}>
          Set B here: what changed since A
        </Item>
        <Item keys="O" disabled={live || (loop === null && (a === null || b === null))} onClick={loopBetween}>
          {loop === null ? "Play from A to B again and again" : "Play on beyond the range"}
        </Item>
        <Item keys="M" disabled={live} onClick={openNote}>
          Note here…
        </Item>
        <Menu.Divider />
        {follow === null ? (
          <Item disabled={live || selected?.kind !== "agent"} onClick={() => selected !== null && replay.follow(selected.id)}>
            {selected?.kind === "agent" ? `Follow ${selected.id}` : "Follow the selected agent"}
          </Item>
        ) : (
          <Item onClick={() => replay.follow(null)}>Follow {follow} no more</Item>
        )}
        <Item onClick={() => replay.set({ skipsIdle: !skipsIdle })}>{skipsIdle ? "Show quiet stretches in full" : "Leap over quiet stretches"}</Item>
        <Menu.Divider />
        <Item disabled={live} onClick={() => void saveTrace()}>
          Save with its notes…
        </Item>
        <Item keys="L" disabled={live} onClick={() => replay.leave()}>
          Back to live
        </Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function Item({ keys, disabled = false, onClick, children }: { keys?: string; disabled?: boolean; onClick(): void; children: ReactNode }) {
  return (
    <Menu.Item disabled={disabled} onClick={onClick} rightSection={keys === undefined ? null : <kbd className={bar.kbd}>{keys}</kbd>}>
      {children}
    </Menu.Item>
  );
}

interface ToolProps {
  readonly label: string;
  readonly keys: string;
  readonly disabled?: boolean;
  readonly on?: boolean;
  readonly className?: string | undefined;
  readonly children: ReactNode;
  onClick(): void;
}

function Tool({ label, keys, disabled = false, on = false, className, children, onClick }: ToolProps) {
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="md"
      className={className}
      data-on={on || undefined}
      disabled={disabled}
      aria-label={label}
      title={`${label} (${keys})`}
      onClick={onClick}
    >
      {children}
    </ActionIcon>
  );
}
