import classes from "./Lab.module.css";

export interface Bar {
  readonly key: string;
  readonly label: string;
  readonly value: number | null;
  readonly words: string;
}

/** Values beside each other, each with its figure; the longest fills the room. */
export function Bars({ title, bars }: { title: string; bars: readonly Bar[] }) {
  const most = Math.max(...bars.map(({ value }) => value ?? 0)) || 1;
  return (
    <figure className={classes.figure}>
      <figcaption>{title}</figcaption>
      <dl className={classes.bars}>
        {bars.map(({ key, label, value, words }) => (
          <div key={key}>
            <dt>{label}</dt>
            <dd>
              <span className={classes.bar} style={{ width: `${(100 * (value ?? 0)) / most}%` }} aria-hidden />
              <span>{words}</span>
            </dd>
          </div>
        ))}
      </dl>
    </figure>
  );
}
