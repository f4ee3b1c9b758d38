import { IconBolt } from "@tabler/icons-react";
import classes from "./Faults.module.css";
import { useFaultsOn } from "./fault-store.ts";

/** What an agent is put through on purpose; nothing while it is left alone. */
export function FaultOn({ agent }: { agent: string }) {
  const faults = useFaultsOn(agent);
  return faults === "" ? null : (
    <span className={classes.on}>
      <IconBolt size={12} aria-hidden /> under a fault: {faults}
    </span>
  );
}
