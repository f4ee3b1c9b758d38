import type { ReactNode } from "react";
import classes from "./Facts.module.css";

/** Lines of a name and its value. */
export function Facts({ children }: { children: ReactNode }) {
  return <dl className={classes.facts}>{children}</dl>;
}

export function Fact({ label, value }: { label: ReactNode; value: ReactNode }) {
  return (
    <div className={classes.fact}>
      <dt>{label}</dt>
      <dd className="sb-mono">{value}</dd>
    </div>
  );
}
