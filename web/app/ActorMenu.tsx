import { Menu } from "@mantine/core";
import { IconDeviceDesktop, IconKeyboard, IconMoon, IconSun, IconUser } from "@tabler/icons-react";
import { usePreferences } from "../stores/preferences.ts";
import { useWorld } from "../stores/world.ts";
import { keyListStore } from "./keys.ts";
import classes from "./TopBar.module.css";

const themes = [
  { id: "auto", label: "As the system", Icon: IconDeviceDesktop },
  { id: "dark", label: "Dark", Icon: IconMoon },
  { id: "light", label: "Light", Icon: IconSun },
] as const;

/** Who looks, and with which right; colours and keys. */
export function ActorMenu() {
  const actor = useWorld((world) => world.actor);
  const theme = usePreferences((preferences) => preferences.theme);
  const set = usePreferences((preferences) => preferences.set);
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <button type="button" className={classes.chip}>
          <IconUser size={16} className={classes.small} aria-hidden />
          <span className={classes.wide}>{actor === null ? "Not signed in" : `${actor.principal} · ${actor.role}`}</span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Colours</Menu.Label>
        {themes.map(({ id, label, Icon }) => (
          <Menu.Item
            key={id}
            leftSection={<Icon size={16} aria-hidden />}
            onClick={() => set({ theme: id })}
            aria-current={theme === id || undefined}
            fw={theme === id ? 600 : undefined}
          >
            {label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconKeyboard size={16} aria-hidden />}
          rightSection={<kbd className={classes.kbd}>?</kbd>}
          onClick={() => keyListStore.setState({ opened: true })}
        >
          Keys
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
