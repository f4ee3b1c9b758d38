import classes from "./Scrubber.module.css";
import { Track } from "./Track.tsx";
import { Transport } from "./Transport.tsx";

/** One strip between the stage and the timeline: the way through time. While live, it is the way into the past. */
export function Scrubber() {
  return (
    <section className={classes.strip} aria-label="Replay">
      <Transport />
      <Track />
    </section>
  );
}
