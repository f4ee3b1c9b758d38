import { createTheme } from "@mantine/core";
import { useColorScheme } from "@mantine/hooks";
import { usePreferences } from "../stores/preferences.ts";

/** Names of the colour tokens in `tokens.css`, without their `--sb-`. */
export const tokenNames = [
  "canvas",
  "surface",
  "raised",
  "hovered",
  "line",
  "line-strong",
  "track",
  "dot",
  "text",
  "text-2",
  "text-3",
  "focus",
  "hold",
  "hold-text",
  "hold-soft",
  "wait",
  "wait-text",
  "wait-soft",
  "alert",
  "alert-text",
  "alert-soft",
  "intend",
  "intend-text",
  "intend-soft",
  "lead",
  "lead-text",
  "lead-soft",
  "idle",
  "idle-text",
  "idle-soft",
] as const;
export type TokenName = (typeof tokenNames)[number];
export type Tokens = Readonly<Record<TokenName, string>> & { readonly font: string; readonly mono: string };

/** The tokens as they are now, for code that draws on a canvas. Read again when `useScheme()` changes. */
export function readTokens(element: Element = document.documentElement): Tokens {
  const style = getComputedStyle(element);
  const read = (name: string) => style.getPropertyValue(`--sb-${name}`).trim();
  const colours = Object.fromEntries(tokenNames.map((name) => [name, read(name)])) as Record<TokenName, string>;
  return { ...colours, font: read("font"), mono: read("mono") };
}

/** The scheme in force: the chosen one, or the system's. */
export function useScheme(): "dark" | "light" {
  const chosen = usePreferences((preferences) => preferences.theme);
  const system = useColorScheme("dark", { getInitialValueInEffect: false });
  return chosen === "auto" ? system : chosen;
}

const still = { duration: 0 };

export const theme = createTheme({
  fontFamily: "var(--sb-font)",
  fontFamilyMonospace: "var(--sb-mono)",
  fontSizes: { xs: "12px", sm: "13px", md: "14px", lg: "16px", xl: "18px" },
  spacing: { xs: "4px", sm: "8px", md: "12px", lg: "16px", xl: "24px" },
  defaultRadius: "sm",
  radius: { xs: "3px", sm: "6px", md: "8px", lg: "12px", xl: "999px" },
  primaryColor: "gray",
  // Mantine paints fields and menus of the dark scheme with these.
  colors: { dark: ["#e8eaed", "#aeb5bd", "#9ba3ac", "#6b737c", "#3a4047", "#2d3238", "#16191d", "#1a1d21", "#14171a", "#0f1113"] },
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    // The header of a dialog is no banner of the page. Nothing moves that did not move in the fleet: overlays just appear.
    Modal: { defaultProps: { attributes: { header: { role: "none" } }, transitionProps: still } },
    Drawer: { defaultProps: { attributes: { header: { role: "none" } }, transitionProps: still } },
    Popover: { defaultProps: { transitionProps: still } },
    Menu: { defaultProps: { transitionProps: still } },
  },
});
