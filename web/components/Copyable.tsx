import { CopyButton } from "@mantine/core";
import classes from "./Copyable.module.css";

/** A text to be pasted elsewhere; `what` names it for screen readers. */
export function Copyable({ text, what }: { text: string; what: string }) {
  return (
    <div className={classes.code}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by key. */}
      <pre className="sb-mono" tabIndex={0}>
        {text}
      </pre>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <button type="button" className={classes.copy} onClick={copy} aria-label={`Copy ${what}`}>
            {copied ? "Copied" : "Copy"}
          </button>
        )}
      </CopyButton>
    </div>
  );
}
