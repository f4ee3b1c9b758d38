import { useEffect, useState } from "react";
import { port } from "../../connection/port.ts";
import { pastReason, useWorld } from "../../stores/world.ts";

/** What the server said last: whoever asks next begins with it. */
let lastSaid: string | undefined;

/** Why this server lets nobody inject faults, asked once; undefined while it does. */
export function useRefusal(): string | undefined {
  const [refusal, setRefusal] = useState(lastSaid);
  const status = useWorld((world) => world.status);
  const role = useWorld((world) => world.actor?.role);
  useEffect(() => {
    if (status === "replay") return setRefusal(pastReason);
    if (status !== "live") return;
    if (role !== "operator") return setRefusal("You look at this space as a viewer: only operators inject faults.");
    let over = false;
    const ask = async () => {
      const answer = await port().preview({
        type: "fault.inject",
        kind: "slowViewer",
        target: "*",
        strength: 1,
        delayMs: 0,
        durationMs: 100,
        seed: 1,
        reason: "preview",
      });
      lastSaid = answer.ok || answer.error.code !== "unauthorized" ? undefined : answer.error.message;
      if (!over) setRefusal(lastSaid);
    };
    void ask();
    return () => {
      over = true;
    };
  }, [status, role]);
  return refusal;
}
