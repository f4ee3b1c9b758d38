import { useStore } from "zustand";
import { momentText, traceName } from "../features/replay/replay-words.ts";
import { replay } from "../replay/replay.ts";
import { useCursor } from "../stores/cursor.ts";
import { liveStore, useWorld, type WorldStatus } from "../stores/world.ts";
import { formatCount } from "./format.ts";
import classes from "./TopBar.module.css";

const words: Record<Exclude<WorldStatus, "replay">, string> = {
  connecting: "Connecting",
  live: "Live",
  offline: "Offline",
  refused: "Refused",
  stopped: "Stopped",
};

/** Whether the picture is the present, and at which position of the journal it stands. */
export function LiveLamp() {
  const status = useWorld((world) => world.status);
  if (status === "replay") return <ReplayLamp />;
  return (
    <span className={classes.chip} title="Position: how many events the journal of this space has">
      <span className={classes.lamp} data-status={status} />
      <b>{words[status]}</b>
      <Position />
    </span>
  );
}

/** On its own, because it changes with every frame. */
function Position() {
  useWorld((world) => world.revision);
  const position = useWorld((world) => world.state?.position);
  return position === undefined ? null : <span className={`sb-mono ${classes.dim} ${classes.position}`}>{formatCount(position)}</span>;
}

/** Says that this is the past, which one and when, and leads back. */
function ReplayLamp() {
  const space = useWorld((world) => world.space);
  const name = useCursor((cursor) => traceName(cursor, space));
  const known = useWorld((world) => world.state !== null);
  const live = useStore(liveStore, (world) => world.status);
  return (
    <span className={`${classes.chip} ${classes.replay}`} data-replay>
      <span className={classes.lamp} data-status="replay" />
      <b>Replay</b>
      <span className={`${classes.dim} ${classes.wide} ${classes.name}`} title={name}>
        {name}
      </span>
      {known ? <Moment /> : null}
      <button
        type="button"
        className={classes.back}
        title={`Back to the live space (L)${live === "live" ? "" : `: ${live}`}`}
        aria-keyshortcuts="L"
        onClick={() => replay.leave()}
      >
        <span className={classes.lamp} data-status={live} />
        Live
      </button>
    </span>
  );
}

function Moment() {
  const atMs = useCursor((cursor) => cursor.atMs);
  const position = useCursor((cursor) => cursor.position);
  const last = useCursor(({ index, indexed }) => (indexed < 0 ? 0 : index.to));
  return (
    <>
      <time className="sb-mono">{momentText(atMs)}</time>
      <span className={`sb-mono ${classes.dim} ${classes.wide}`}>
        {formatCount(position)} of {formatCount(Math.max(position, last))}
      </span>
    </>
  );
}
