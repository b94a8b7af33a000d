import { describe, expect, it } from "vitest";

import { HUES, PALETTES, type Shade } from "../theme";
import { type Drawn, headline, hueOf, optionOf } from "./charting";

const DRAWN: Drawn = {
  kind: "bar", along: ["a", "b"], series: [{ name: "one", values: [1, 2] }, { name: "two", values: [3, null] }],
  isStacked: false, shade: "light", short: String,
};

interface Made {
  series: { type: string; data: unknown[]; stack?: string; areaStyle?: object; showSymbol?: boolean }[];
  xAxis: { axisLabel: { interval?: (place: number) => boolean } };
  yAxis: { minInterval: number; min: (seen: { min: number }) => number };
}

const made = (more: Partial<Drawn>) => optionOf({ ...DRAWN, ...more }) as unknown as Made;

/** Relative luminance of a colour and contrast of two, by WCAG 2.1. */
function light(colour: string): number {
  const parts = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255);
  const [r = 0, g = 0, b = 0] = parts.map((one) => (one <= 0.040_45 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [light(one), light(other)].toSorted((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

describe("a plot", () => {
  it("holds the numbers as they are, with gaps where nothing is known", () => {
    expect(made({}).series.map((one) => [one.type, one.data])).toEqual([["bar", [1, 2]], ["bar", [3, null]]]);
    expect(made({ isStacked: true }).series.every((one) => one.stack === "all")).toBe(true);
    expect(made({ kind: "area" }).series[0]).toHaveProperty("areaStyle");
    expect(made({ kind: "line" }).series[0]?.areaStyle).toBeUndefined();
  });

  it("writes below the axis what is marked, else what has room", () => {
    expect(made({}).xAxis.axisLabel.interval).toBeUndefined();
    const { interval } = made({ marks: [false, true] }).xAxis.axisLabel;
    expect([0, 1, 2].map((place) => interval?.(place))).toEqual([false, true, false]);
  });

  it("shows a single point of a line, which has no length", () => {
    expect(made({ kind: "line" }).series.map((one) => one.showSymbol)).toEqual([false, true]);
  });

  it("begins at nothing, and counts in whole steps what is counted", () => {
    expect(made({}).yAxis.min({ min: 40 })).toBe(0);
    expect(made({}).yAxis.min({ min: -3 })).toBe(-3);
    expect(made({}).yAxis.minInterval).toBe(1);
    expect(made({ series: [{ name: "share", values: [0.5] }] }).yAxis.minInterval).toBe(0);
  });

  it("sums a series up, or says where it stands", () => {
    expect(headline({ name: "one", values: [1, null, 4] }, "sum")).toBe(5);
    expect(headline({ name: "one", values: [1, 4, null] }, "last")).toBe(4);
    expect(headline({ name: "one", values: [null] }, "sum")).toBeNull();
  });

  it("keeps the hue that is asked for, and goes round after the last", () => {
    expect(hueOf({ name: "one", values: [], hue: 3 }, 0, "light")).toBe(HUES.light[3]);
    expect(hueOf({ name: "one", values: [] }, 9, "dark")).toBe(HUES.dark[1]);
  });

  it.each<Shade>(["light", "dark"])("can be told from its %s paper in every hue", (shade) => {
    for (const hue of HUES[shade]) expect(contrast(hue, PALETTES[shade].paper), hue).toBeGreaterThanOrEqual(3);
  });
});
