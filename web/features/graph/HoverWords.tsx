import { useEffect, useState } from "react";
import { selectionStore } from "../../stores/selection.ts";
import classes from "./GraphView.module.css";

/** Far dots have no names: the one under the pointer says what it is. */
export function HoverWords({ near }: { readonly near: boolean }) {
  const [at, setAt] = useState<{ readonly x: number; readonly y: number; readonly words: string } | null>(null);
  useEffect(() => {
    if (near) return setAt(null);
    let pointer = { x: 0, y: 0 };
    const move = (event: PointerEvent) => {
      pointer = { x: event.clientX, y: event.clientY };
    };
    document.addEventListener("pointermove", move, { passive: true });
    const stop = selectionStore.subscribe(({ hovered }) => setAt(hovered === null ? null : { ...pointer, words: hovered.id }));
    return () => {
      document.removeEventListener("pointermove", move);
      stop();
    };
  }, [near]);
  return at === null ? null : (
    <span className={classes.hover} style={{ left: at.x + 12, top: at.y + 14 }} aria-hidden="true">
      {at.words}
    </span>
  );
}
