/** What a plot is told, from the numbers and the colours: no browser, no drawing. */
import type { EChartsCoreOption } from "echarts/core";

import { FONT, HUES, PALETTES, type Shade } from "../theme";

export type PlotKind = "line" | "area" | "bar";

export interface Series {
  name: string;
  /** One for each place along; null where nothing is known. */
  values: (number | null)[];
  /** Number of its hue in theme.ts; its own place by default. What is shown twice keeps its colour by it. */
  hue?: number;
}

export interface Drawn {
  kind: PlotKind;
  /** What stands below the axis at each place. */
  along: string[];
  /** Which places are written below the axis; those that have room where it is not given. */
  marks?: boolean[] | undefined;
  series: Series[];
  isStacked: boolean;
  shade: Shade;
  /** A number of the axis in few signs. */
  short: (value: number) => string;
}

export function hueOf(one: Series, index: number, shade: Shade): string {
  const hues = HUES[shade];
  return hues[(one.hue ?? index) % hues.length] ?? PALETTES[shade].accent;
}

/** The number a series is summed up by: all of it, or where it stands now. Null where nothing is known. */
export function headline(one: Series, by: "sum" | "last"): number | null {
  const known = one.values.filter((value) => value !== null);
  if (known.length === 0) return null;
  return by === "sum" ? known.reduce((sum, value) => sum + value, 0) : (known.at(-1) ?? null);
}

/** The option of ECharts. Nothing moves: the numbers are there at once, and again the same after each answer. */
export function optionOf(drawn: Drawn): EChartsCoreOption {
  const colours = PALETTES[drawn.shade];
  const { marks } = drawn;
  const words = { color: colours.soft, fontFamily: FONT, fontSize: 12 };
  return {
    animation: false,
    grid: { left: 4, right: 12, top: 10, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    xAxis: {
      type: "category", data: drawn.along, boundaryGap: drawn.kind === "bar",
      axisLine: { lineStyle: { color: colours.line } }, axisTick: { show: false },
      axisLabel: { ...words, hideOverlap: true, margin: 10, ...(marks && { interval: (place: number) => marks[place] ?? false }) },
      axisPointer: { show: true, type: drawn.kind === "bar" ? "shadow" : "line", label: { show: false }, ...pointer(drawn) },
    },
    yAxis: {
      type: "value", min: (seen: { min: number }) => Math.min(0, seen.min), minInterval: isWhole(drawn.series) ? 1 : 0, splitNumber: 4,
      axisLabel: { ...words, formatter: drawn.short }, splitLine: { lineStyle: { color: colours.line } },
    },
    series: drawn.series.map((one, index) => seriesOf(drawn, one, index)),
  };
}

/** Whether all are whole numbers, as counts are: no half stands at the axis of these. */
function isWhole(series: Series[]): boolean {
  return series.every((one) => one.values.every((value) => value === null || Number.isInteger(value)));
}

function pointer({ shade }: Drawn) {
  const { faint } = PALETTES[shade];
  return { lineStyle: { color: faint, type: "solid" }, shadowStyle: { color: faint, opacity: 0.18 }, triggerEmphasis: false };
}

function seriesOf(drawn: Drawn, one: Series, index: number) {
  const color = hueOf(one, index, drawn.shade);
  const common = { name: one.name, data: one.values, silent: true, ...(drawn.isStacked ? { stack: "all" } : {}) };
  if (drawn.kind === "bar") return { ...common, type: "bar", itemStyle: { color, borderRadius: drawn.isStacked ? 0 : [2, 2, 0, 0] }, barMaxWidth: 36, barCategoryGap: "24%" };
  const isAlone = one.values.filter((value) => value !== null).length === 1;
  return {
    ...common, type: "line", showSymbol: isAlone, symbolSize: 6, itemStyle: { color }, lineStyle: { color, width: 2 },
    ...(drawn.kind === "area" ? { areaStyle: { color, opacity: 0.16 } } : {}),
  };
}
