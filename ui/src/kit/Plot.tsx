/** Draws with ECharts, of which no more is taken than is drawn; a chunk of its own, for pages that have plots. */
import { BarChart, LineChart } from "echarts/charts";
import { AxisPointerComponent, GridComponent } from "echarts/components";
import { type EChartsCoreOption, type EChartsType, init, use as register } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";

register([BarChart, LineChart, GridComponent, AxisPointerComponent, CanvasRenderer]);

interface PlotProps {
  label: string;
  option: EChartsCoreOption;
  height: number;
  /** Told which place along is pointed at; null where none is. */
  onPoint: (place: number | null) => void;
}

interface Pointed {
  axesInfo?: { value: number }[];
}

export default function Plot({ label, option, height, onPoint }: PlotProps) {
  const place = useRef<HTMLDivElement>(null);
  const drawn = useRef<EChartsType>(null);
  useEffect(() => {
    if (!place.current) return;
    const chart = init(place.current, null, { renderer: "canvas" });
    drawn.current = chart;
    chart.on("updateAxisPointer", (event) => onPoint((event as Pointed).axesInfo?.[0]?.value ?? null));
    chart.on("globalout", () => onPoint(null));
    const watch = new ResizeObserver(() => chart.resize());
    watch.observe(place.current);
    return () => {
      watch.disconnect();
      chart.dispose();
    };
  }, [onPoint]);
  useEffect(() => drawn.current?.setOption(option, { notMerge: true }), [option]);
  return <div ref={place} role="img" aria-label={label} style={{ height }} />;
}
