import { GraphLayout, type Placement, type Plot } from "../../projections/graph-layout.ts";

/** What came and went since the last message; `anew` forgets all places first. */
export interface LayoutRequest {
  readonly anew: boolean;
  readonly sections: readonly Placement[];
  readonly agents: readonly Placement[];
  readonly removed: readonly string[];
}

export interface LayoutReply {
  readonly ids: readonly string[];
  /** x and y of each id, one after the other. */
  readonly xy: Float64Array<ArrayBuffer>;
  /** Only when there are new ones. */
  readonly plots?: readonly Plot[];
}

let layout = new GraphLayout();
let told = 0;

self.onmessage = ({ data }: MessageEvent<LayoutRequest>) => {
  if (data.anew) {
    layout = new GraphLayout();
    told = 0;
  }
  layout.remove(data.removed);
  layout.place(data.sections, data.agents);
  if (data.sections.length + data.agents.length === 0) return;
  const ids = [...data.sections, ...data.agents].map(({ id }) => id).filter((id) => layout.at(id) !== undefined);
  const xy = new Float64Array(ids.length * 2);
  ids.forEach((id, index) => {
    const at = layout.at(id);
    xy[2 * index] = at?.x ?? 0;
    xy[2 * index + 1] = at?.y ?? 0;
  });
  const reply: LayoutReply = { ids, xy, ...(layout.plots.length === told ? {} : { plots: layout.plots }) };
  told = layout.plots.length;
  self.postMessage(reply, { transfer: [xy.buffer] });
};
