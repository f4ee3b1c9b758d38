import { CloseButton, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { spotlight } from "@mantine/spotlight";
import { useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { findThings } from "../features/palette/entries.ts";
import { selectionStore } from "../stores/selection.ts";
import { worldStore } from "../stores/world.ts";
import { useSetSearch } from "./search.ts";
import classes from "./TopBar.module.css";

export const filterInputId = "filter";

/** Selects what is called most like it; false when nothing is. */
function selectBest(query: string): boolean {
  const { state } = worldStore.getState();
  const [best] = state === null ? [] : findThings(state, query, 1);
  if (best !== undefined) selectionStore.getState().select({ kind: best.kind, id: best.id });
  return best !== undefined;
}

/** What is typed here filters every view, Enter selects the best match; Ctrl-K opens the palette, which finds and does. */
export function CommandBox() {
  const inLink = useSearch({ strict: false, select: (search) => search.q }) ?? "";
  const setSearch = useSetSearch();
  const [typed, setTyped] = useState(inLink);
  useEffect(() => setTyped(inLink), [inLink]);
  const apply = useDebouncedCallback((query: string) => setSearch({ q: query.trim() === "" ? undefined : query }, { replace: true }), 150);
  const change = (query: string) => {
    setTyped(query);
    apply(query);
  };
  return (
    <search className={classes.box}>
      <TextInput
        id={filterInputId}
        aria-label="Filter all views"
        placeholder="Search, filter or do…"
        title="Words, or state:waiting path:repo/src agent:w3"
        size="xs"
        value={typed}
        onChange={(event) => change(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && !selectBest(typed)) spotlight.open();
          if (event.key === "Escape") {
            change("");
            event.currentTarget.blur();
          }
        }}
        classNames={{ input: classes.boxInput }}
        data-filtering={typed !== "" || undefined}
        rightSectionWidth={typed === "" ? 56 : 28}
        rightSection={
          typed === "" ? (
            <button type="button" className={classes.kbd} onClick={spotlight.open} aria-label="Open the palette" aria-keyshortcuts="Control+K">
              Ctrl K
            </button>
          ) : (
            <CloseButton size="sm" aria-label="Clear the filter" onClick={() => change("")} />
          )
        }
      />
    </search>
  );
}
