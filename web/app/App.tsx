import { type CSSVariablesResolver, MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { Problem } from "./Problem.tsx";
import { Shell } from "./Shell.tsx";
import { theme, useScheme } from "./theme.ts";

/** Mantine's own colours are ours too. */
const variables: CSSVariablesResolver = () => {
  const ours = {
    "--mantine-color-body": "var(--sb-surface)",
    "--mantine-color-text": "var(--sb-text)",
    "--mantine-color-dimmed": "var(--sb-text-3)",
    "--mantine-color-placeholder": "var(--sb-text-3)",
    "--mantine-color-default": "var(--sb-raised)",
    "--mantine-color-default-hover": "var(--sb-hovered)",
    "--mantine-color-default-color": "var(--sb-text)",
    "--mantine-color-default-border": "var(--sb-line)",
    "--mantine-color-error": "var(--sb-alert-text)",
    "--mantine-color-anchor": "var(--sb-intend-text)",
    "--mantine-color-bright": "var(--sb-text)",
    "--mantine-color-disabled": "var(--sb-surface)",
    "--mantine-color-disabled-color": "color-mix(in srgb, var(--sb-text-3) 65%, transparent)",
    "--mantine-color-disabled-border": "var(--sb-line)",
    "--mantine-color-gray-light": "var(--sb-raised)",
    "--mantine-color-gray-light-color": "var(--sb-text)",
  };
  return { variables: {}, light: ours, dark: ours };
};

export function App() {
  const scheme = useScheme();
  return (
    <MantineProvider theme={theme} forceColorScheme={scheme} cssVariablesResolver={variables}>
      <Notifications position="bottom-center" limit={3} autoClose={8_000} containerWidth={440} />
      <Problem where="The dashboard">
        <Shell />
      </Problem>
    </MantineProvider>
  );
}
