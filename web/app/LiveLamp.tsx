import { useWorld, type WorldStatus } from "../stores/world.ts";
import { formatCount } from "./format.ts";
import classes from "./TopBar.module.css";

const words: Record<WorldStatus, string> = { connecting: "Connecting", live: "Live", offline: "Offline", refused: "Refused", stopped: "Stopped" };

/** Whether the picture is the present, and at which position of the journal it stands. */
export function LiveLamp() {
  const status = useWorld((world) => world.status);
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
