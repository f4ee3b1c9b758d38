import { Menu } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { useWorld } from "../stores/world.ts";
import { noReplay, useSetSearch } from "./search.ts";
import classes from "./TopBar.module.css";

/** Which coordination domain is shown. With one there is nothing to choose. */
export function SpaceMenu() {
  const space = useWorld((world) => world.space);
  const spaces = useWorld((world) => world.spaces);
  const setSearch = useSetSearch();
  const label = (
    <>
      <span className={`${classes.dim} ${classes.wide}`}>space</span> <b className="sb-mono">{space}</b>
    </>
  );
  if (spaces.length < 2) return <span className={classes.chip}>{label}</span>;
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <button type="button" className={classes.chip}>
          {label} <IconChevronDown size={14} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {spaces.map((name) => (
          <Menu.Item
            key={name}
            onClick={() => setSearch({ space: name, sel: undefined, range: undefined, ...noReplay })}
            aria-current={name === space || undefined}
          >
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
