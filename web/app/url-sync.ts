import { sameThing, selectionStore } from "../stores/selection.ts";
import type { AppRouter } from "./router.tsx";
import { formatSelected, parseSelected, type Search } from "./search.ts";

/** Keeps the selection and the link the same, whichever changes: a click, the back button, an opened link. */
export function mirrorSelection(router: AppRouter): void {
  const take = (search: Search) => selectionStore.getState().select(parseSelected(search.sel));
  take(router.latestLocation.search);
  router.subscribe("onBeforeLoad", ({ toLocation }) => take(toLocation.search));
  selectionStore.subscribe(({ selected }, before) => {
    if (selected === before.selected || sameThing(selected, parseSelected(router.latestLocation.search.sel))) return;
    void router.navigate({ to: "/", search: (search) => ({ ...search, sel: formatSelected(selected) }) });
  });
}
