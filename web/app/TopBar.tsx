import { AttentionBadge } from "../features/attention/AttentionBadge.tsx";
import { DeadlockBadge } from "../features/deadlocks/DeadlockBadge.tsx";
import { FaultsLamp } from "../features/faults/FaultsLamp.tsx";
import { ActorMenu } from "./ActorMenu.tsx";
import { CommandBox } from "./CommandBox.tsx";
import { LiveLamp } from "./LiveLamp.tsx";
import { SpaceMenu } from "./SpaceMenu.tsx";
import classes from "./TopBar.module.css";

export function TopBar() {
  return (
    <header className={classes.bar}>
      <h1 className={classes.mark}>
        <img src="/mark.svg" alt="" width={20} height={20} />
        <span>Signalbox</span>
      </h1>
      <SpaceMenu />
      <LiveLamp />
      <CommandBox />
      <div className={classes.end}>
        <DeadlockBadge />
        <AttentionBadge />
        <FaultsLamp />
        <ActorMenu />
      </div>
    </header>
  );
}
