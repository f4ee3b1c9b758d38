import { type Selected, selectionStore } from "../stores/selection.ts";
import classes from "./Names.module.css";

/** Lamp colour of an agent or a resource; the shape and the words beside it say the same. */
export type Lamp = "hold" | "wait" | "alert" | "intend" | "lead" | "idle";

/** A thing by its name; a click selects it everywhere. */
export function Name({ kind, id, label }: Selected & { label?: string }) {
  return (
    <button
      type="button"
      className={classes[kind]}
      title={kind === "resource" || kind === "group" ? id : undefined}
      onClick={() => selectionStore.getState().select({ kind, id })}
      onPointerEnter={() => selectionStore.getState().hover({ kind, id })}
      onPointerLeave={() => selectionStore.getState().hover(null)}
    >
      {label ?? id}
    </button>
  );
}

/** Agents are round, resources are track sections. */
export function Dot({ lamp, square = false }: { lamp: Lamp; square?: boolean }) {
  return <span className={classes.dot} data-lamp={lamp} data-square={square || undefined} aria-hidden />;
}
