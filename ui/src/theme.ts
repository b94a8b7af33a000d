/** Every colour and measure of the console, in one place: for the kit, for the style sheet and for plots. */
import type { ThemeConfig } from "antd";

export type Shade = "light" | "dark";

const LIGHT = {
  ground: "#f5f6f8",
  paper: "#ffffff",
  raised: "#ffffff",
  ink: "#161a22",
  soft: "#596273",
  faint: "#8b94a5",
  line: "#e2e5ea",
  hover: "#f2f4f8",
  accent: "#2456d6",
  accentInk: "#ffffff",
  accentSoft: "#e9effd",
  bad: "#b3261e",
  badSoft: "#fdecea",
  warn: "#8a5300",
  warnSoft: "#fdf2dc",
  good: "#0b6b45",
  goodSoft: "#e3f5ec",
};

const DARK: typeof LIGHT = {
  ground: "#0f1218",
  paper: "#161a22",
  raised: "#1d222c",
  ink: "#e7eaf0",
  soft: "#a3adbd",
  faint: "#7d8798",
  line: "#2a303b",
  hover: "#1f2530",
  accent: "#86a4ff",
  accentInk: "#0f1218",
  accentSoft: "#1d2949",
  bad: "#ff8a80",
  badSoft: "#3a1c1b",
  warn: "#f0b75a",
  warnSoft: "#38290f",
  good: "#5fd3a0",
  goodSoft: "#12301f",
};

export const PALETTES: Record<Shade, typeof LIGHT> = { light: LIGHT, dark: DARK };

/** Hues of plots, told apart by colour-blind people too (Okabe and Ito, 2008): at least 3 : 1 against their paper. */
export const HUES: Record<Shade, string[]> = {
  light: ["#2456d6", "#d55e00", "#00875f", "#b8518f", "#a07800", "#2b82b8", "#6b5bd2", "#5f6b7a"],
  dark: ["#86a4ff", "#f28a3c", "#2fc297", "#e08fc0", "#d9b13b", "#6cbdea", "#a99cf5", "#9aa6b6"],
};

export const FONT = '"Inter Variable", "Inter", system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';
const KEY = "konnektu-shade";

/** The shade that the person chose; null for that of their machine. */
export function chosenShade(): Shade | null {
  const kept = window.localStorage.getItem(KEY);
  return kept === "light" || kept === "dark" ? kept : null;
}

export function keepShade(shade: Shade | null): void {
  if (shade === null) window.localStorage.removeItem(KEY);
  else window.localStorage.setItem(KEY, shade);
}

/** Give the style sheet its colours. */
export function paint(shade: Shade): void {
  const root = document.documentElement;
  root.dataset["shade"] = shade;
  root.style.colorScheme = shade;
  for (const [name, colour] of Object.entries(PALETTES[shade])) root.style.setProperty(`--${name}`, colour);
}

/** What Ant Design is told. */
export function themeOf(shade: Shade): ThemeConfig {
  const colours = PALETTES[shade];
  return {
    token: {
      colorPrimary: colours.accent,
      colorInfo: colours.accent,
      colorLink: colours.accent,
      // Lighter ones are too faint to be read on the page and in the menu.
      colorLinkHover: colours.accent,
      colorLinkActive: colours.accent,
      colorError: colours.bad,
      colorWarning: colours.warn,
      colorSuccess: colours.good,
      colorTextBase: colours.ink,
      colorBgBase: colours.paper,
      colorBgContainer: colours.paper,
      colorBgElevated: colours.raised,
      colorBgLayout: colours.ground,
      colorBorder: shade === "light" ? "#c9ced8" : "#3a4250",
      colorBorderSecondary: colours.line,
      colorTextSecondary: colours.soft,
      colorTextTertiary: colours.soft,
      colorTextPlaceholder: shade === "light" ? "#6d7788" : "#8d97a8",
      fontFamily: FONT,
      fontSize: 14,
      borderRadius: 8,
      controlHeight: 32,
      motion: !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
      motionDurationMid: "0.12s",
      motionDurationSlow: "0.18s",
    },
    components: {
      Button: { fontWeight: 500, primaryShadow: "none", defaultShadow: "none", primaryColor: colours.accentInk, defaultHoverColor: colours.accent, defaultActiveColor: colours.accent },
    },
  };
}
