import type { ReactNode } from "react";
import classes from "./Parts.module.css";

/** The body of a view that is no table: it scrolls by itself. */
export function ScrollView({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reachable by key.
    <section className={classes.view} tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}

/** A part of such a view; `name` is for screen readers where it says more than the title. */
export function Part({ title, name = title, children }: { title: string; name?: string; children: ReactNode }) {
  return (
    <section className={classes.part} aria-label={name}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

/** What is said where there is nothing to list. */
export function None({ children }: { children: ReactNode }) {
  return <p className={classes.none}>{children}</p>;
}

/** A conclusion, set off from the facts around it. */
export function Box({ children }: { children: ReactNode }) {
  return <p className={classes.box}>{children}</p>;
}
