import type { ReactNode } from "react";
import classes from "./ViewHead.module.css";

/** Title of a table view, what it counts, and what one can do there. */
export function ViewHead({ title, counts, children }: { title: string; counts: string; children?: ReactNode }) {
  return (
    <header className={classes.head}>
      <h2 className={classes.title}>{title}</h2>
      <span className={classes.counts}>{counts}</span>
      <span className={classes.actions}>{children}</span>
    </header>
  );
}
