/** Numbers over time or beside each other, as a plot or as a table of the same numbers. */
import { lazy, Suspense, useId, useMemo, useState } from "react";

import { useShade } from "../app/shade";
import { NOTHING } from "./format";
import { Icon } from "./icons";
import { headline, hueOf, optionOf, type PlotKind, type Series } from "./charting";
import { useFormat } from "./session";
import { useWords } from "./words";

export type { Series } from "./charting";

export interface ChartProps {
  /** What the numbers are; the plot's name for who does not see it. */
  label: string;
  kind: PlotKind;
  /** What the numbers stand at, in order: instants, or words. */
  along: (number | string)[];
  series: Series[];
  isStacked?: boolean;
  /** What stands above the plot for each series: the sum of what is shown, or where it stands now. */
  by?: "sum" | "last";
  /** A place in full and below the axis; for instants those of `useTimesAlong`. */
  name?: (at: number | string) => string;
  short?: (at: number | string) => string;
  /** Whether a place is written below the axis, among so many; those that have room where it is not given. */
  isMarked?: ((at: number | string, among: number) => boolean) | undefined;
  /** A number in full. */
  show?: (value: number) => string;
  height?: number;
}

const Plot = lazy(() => import("./Plot"));
const HEIGHT = 220;
/** More hours than these are told apart by their days. */
const HOURS_MARKED = 72;

/** How places are named whose instants begin an hour or a day. */
export function useTimesAlong(unit: "hour" | "day"): Pick<ChartProps, "name" | "short" | "isMarked"> {
  const format = useFormat();
  return useMemo(() => {
    if (unit === "day") return { name: (at) => format.day(Number(at)), short: (at) => format.dayOfYear(Number(at)) };
    const name = (at: number | string) => `${format.day(Number(at))}, ${format.clock(Number(at))}`;
    const isMidnight = (at: number | string) => format.clock(Number(at)) === "00:00";
    const short = (at: number | string) => (isMidnight(at) ? format.dayOfYear(Number(at)) : format.clock(Number(at)));
    const isMarked = (at: number | string, among: number) => isMidnight(at) || (among <= HOURS_MARKED && Number.parseInt(format.clock(Number(at)), 10) % 6 === 0);
    return { name, short, isMarked };
  }, [format, unit]);
}

export function Chart(props: ChartProps) {
  const { label, along, series, kind, isStacked = false, by = "sum", name = String, short = name, isMarked, height = HEIGHT } = props;
  const t = useWords();
  const format = useFormat();
  const { shade } = useShade();
  const [isTable, setTable] = useState(false);
  const [pointed, point] = useState<number | null>(null);
  const option = useMemo(() => {
    const marks = isMarked && along.map((at) => isMarked(at, along.length));
    return optionOf({ kind, along: along.map(short), marks, series, isStacked, shade, short: format.short });
  }, [kind, along, short, isMarked, series, isStacked, shade, format]);
  const show = (value: number | null | undefined) => (value === null || value === undefined ? NOTHING : (props.show ?? format.number)(value));
  const at = pointed === null ? undefined : along[pointed];
  return (
    <figure className="k-chart">
      <figcaption>
        <Legend series={series} value={(one) => show(at === undefined ? headline(one, by) : one.values[pointed ?? 0])} />
        <span className="k-soft k-chart-at">{at !== undefined && name(at)}</span>
        <button type="button" className="k-tool" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
          <Icon name={isTable ? "analytics" : "columns"} /> {t(isTable ? "kit.chart.as_plot" : "kit.chart.as_table")}
        </button>
      </figcaption>
      {isTable ? (
        <Numbers label={label} along={along} series={series} name={name} show={show} height={height} />
      ) : (
        <Suspense fallback={<div aria-busy="true" style={{ height }} />}>
          <Plot label={label} option={option} height={height} onPoint={point} />
        </Suspense>
      )}
    </figure>
  );
}

function Legend({ series, value }: { series: Series[]; value: (one: Series) => string }) {
  const { shade } = useShade();
  return (
    <ul className="k-legend">
      {series.map((one, index) => (
        <li key={one.name}>
          {series.length > 1 && <span className="k-hue" style={{ background: hueOf(one, index, shade) }} />}
          {series.length > 1 && <span className="k-soft">{one.name}</span>}
          <b className="k-num">{value(one)}</b>
        </li>
      ))}
    </ul>
  );
}

type NumbersProps = Required<Pick<ChartProps, "label" | "along" | "series" | "name" | "height">> & { show: (value: number | null | undefined) => string };

/** The newest first where the places are instants: who reads a table looks for the last number. */
function Numbers({ label, along, series, name, show, height }: NumbersProps) {
  const t = useWords();
  const id = useId();
  const places = along.map((at, index) => ({ at, index }));
  if (typeof along[0] === "number") places.reverse();
  return (
    // It scrolls, so the keyboard has to reach it.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="k-scroll" style={{ height }} tabIndex={0} role="region" aria-labelledby={id}>
      <table className="k-table">
        <caption id={id} className="k-unseen">{label}</caption>
        <thead>
          <tr>
            <th scope="col">{t(typeof along[0] === "number" ? "kit.chart.time" : "kit.chart.what")}</th>
            {series.map((one) => <th key={one.name} scope="col" className="k-right">{one.name}</th>)}
          </tr>
        </thead>
        <tbody>
          {places.map(({ at, index }) => (
            <tr key={at}>
              <td>{name(at)}</td>
              {series.map((one) => <td key={one.name} className="k-right">{show(one.values[index])}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
