import { sameThing, selectionStore } from "../stores/selection.ts";
import type { AppRouter } from "./router.tsx";
import { formatSelected, parseSelected } from "./search.ts";

/** Keeps the selection and the link the same, whichever changes: a click, the back button, an opened link. */
export function mirrorSelection(router: AppRouter): void {
  const inLink = () => parseSelected(router.state.location.search.sel);
  const fromLink = () => selectionStore.getState().select(inLink());
  fromLink();
  router.subscribe("onBeforeLoad", ({ toLocation }) => selectionStore.getState().select(parseSelected(toLocation.search.sel)));
  selectionStore.subscribe(({ selected }, before) => {
    if (selected === before.selected || sameThing(selected, parseSelected(router.latestLocation.search.sel))) return;
    void router.navigate({ to: "/", search: (search) => ({ ...search, sel: formatSelected(selected) }) });
  });
}
