import { Button } from "@mantine/core";
import { useLayout, useView } from "../../app/search.ts";
import { useNarrow } from "../../components/RowActs.tsx";
import { useSelection } from "../../stores/selection.ts";

/** Where the graph is not in sight: goes there, where what is selected is lit and the rest is dimmed. On a narrow screen the inspector lies before it and is put away. */
export function ShowInGraph({ what }: { what: string }) {
  const view = useView();
  const [layout, setLayout] = useLayout();
  const narrow = useNarrow();
  const putAwayInspector = useSelection((selection) => selection.putAwayInspector);
  if (!narrow && view === "graph" && layout === "graph") return null;
  const show = (): void => {
    setLayout("graph");
    putAwayInspector(true);
  };
  return (
    <Button size="compact-xs" variant="default" mt={6} onClick={show}>
      Show {what} in the graph
    </Button>
  );
}
