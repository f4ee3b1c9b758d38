import classes from "./GraphView.module.css";

const kinds = [
  { kind: "holds", words: "holds" },
  { kind: "waits", words: "waits" },
  { kind: "intends", words: "plans" },
  { kind: "leads", words: "leads" },
  { kind: "campaigns", words: "stands by" },
  { kind: "conflict", words: "conflict" },
] as const;

/** What the lines mean. */
export function Legend() {
  return (
    <ul className={classes.legend} aria-label="Kinds of lines">
      {kinds.map(({ kind, words }) => (
        <li key={kind}>
          <svg width="22" height="6" aria-hidden="true">
            <line className={classes.sample} data-kind={kind} x1="1" y1="3" x2="21" y2="3" />
          </svg>
          {words}
        </li>
      ))}
    </ul>
  );
}
