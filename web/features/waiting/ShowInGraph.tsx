import { Button } from "@mantine/core";
import { useLayout, useView } from "../../app/search.ts";

/** Where the graph is not in sight: goes there, where what is selected is lit and the rest is dimmed. */
export function ShowInGraph({ what }: { what: string }) {
  const view = useView();
  const [layout, setLayout] = useLayout();
  if (view === "graph" && layout === "graph") return null;
  return (
    <Button size="compact-xs" variant="default" mt={6} onClick={() => setLayout("graph")}>
      Show {what} in the graph
    </Button>
  );
}
