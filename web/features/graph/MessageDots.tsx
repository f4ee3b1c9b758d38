import { useReducedMotion } from "@mantine/hooks";
import { ViewportPortal } from "@xyflow/react";
import { useEffect, useRef } from "react";
import type { EventOf } from "../../../shared/model/index.ts";
import { agentId } from "../../projections/graph-nodes.ts";
import { followLog } from "../../stores/follow-log.ts";
import classes from "./GraphView.module.css";
import type { Scene } from "./scene.ts";

const dotsAtMost = 24;
const flightMs = 600;
/** What was said before one looked does not fly. */
const freshEvents = 200;

/** What agents say to each other, as small dots from the one to the other: no more at once than the eye can follow. */
export function MessageDots({ scene }: { readonly scene: Scene }) {
  const ground = useRef<HTMLDivElement>(null);
  const still = useReducedMotion();
  useEffect(() => {
    if (still) return;
    let begun = false;
    let flying = 0;
    const fly = ({ agent, to, kind }: EventOf<"message.sent">) => {
      const [from, there] = [scene.places.at(agentId(agent)), scene.places.at(agentId(to))];
      if (ground.current === null || from === undefined || there === undefined || flying >= dotsAtMost) return;
      const dot = document.createElement("i");
      dot.className = classes.message ?? "";
      dot.title = kind;
      ground.current.append(dot);
      flying += 1;
      const at = ({ x, y }: { x: number; y: number }) => ({ transform: `translate(${x}px, ${y}px)` });
      const land = () => {
        dot.remove();
        flying -= 1;
      };
      const flight = dot.animate([at(from), at(there)], { duration: flightMs, easing: "ease-in-out" });
      flight.onfinish = land;
      flight.oncancel = land;
    };
    return followLog(
      {
        reset: () => {
          begun = false;
        },
        take: (events) => {
          if (begun) for (const event of events.slice(-freshEvents)) if (event.type === "message.sent") fly(event);
        },
      },
      () => {
        begun = true;
      },
    );
  }, [scene, still]);
  return (
    <ViewportPortal>
      <div ref={ground} className={classes.messages} aria-hidden="true" />
    </ViewportPortal>
  );
}
