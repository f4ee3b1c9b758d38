import { Modal } from "@mantine/core";
import { useStore } from "zustand";
import classes from "./KeyList.module.css";
import { bindings, keyListStore } from "./keys.ts";

const more = [
  { shown: "Ctrl K", does: "Palette: find anything, do anything" },
  { shown: "↑ ↓", does: "Row up and down in a table" },
  { shown: "Enter", does: "Select the row" },
  { shown: "← → + -", does: "Move and zoom in the timeline" },
  { shown: "0", does: "Timeline: fit all that is known" },
  { shown: "F", does: "Timeline: fold idle time" },
  { shown: "H", does: "Timeline: hide quiet lanes" },
];

export function KeyList() {
  const opened = useStore(keyListStore, (store) => store.opened);
  return (
    <Modal opened={opened} onClose={() => keyListStore.setState({ opened: false })} title="Keys" size={760} closeButtonProps={{ "aria-label": "Close" }}>
      <dl className={classes.list}>
        {[...more.slice(0, 1), ...bindings, ...more.slice(1)].map(({ shown, does }) => (
          <div key={shown} className={classes.row}>
            <dt>
              <kbd className={classes.key}>{shown}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
