/** Counts over time as bars. A table with the same figures stands beside them for who cannot see the bars. */
import { useState } from "react";

import { useFormat } from "./session";

export interface Bar {
  at: number;
  count: number;
}

const HEIGHT = 120;

export function Bars({ label, bars, name }: { label: string; bars: Bar[]; name: (at: number) => string }) {
  const format = useFormat();
  const [pointed, point] = useState<Bar | null>(null);
  const most = Math.max(1, ...bars.map((one) => one.count));
  const step = 100 / Math.max(1, bars.length);
  return (
    <figure className="k-bars">
      <figcaption>
        <b className="k-num">{format.number(pointed?.count ?? bars.reduce((sum, one) => sum + one.count, 0))}</b>{" "}
        {pointed && <span className="k-soft">{name(pointed.at)}</span>}
      </figcaption>
      {/* The table below holds what pointing shows. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <svg role="img" aria-label={label} viewBox={`0 0 100 ${HEIGHT}`} preserveAspectRatio="none" onMouseLeave={() => point(null)}>
        {bars.map((one, index) => {
          const height = one.count === 0 ? 1 : Math.max(2, (one.count / most) * HEIGHT);
          return (
            <g key={one.at} onMouseEnter={() => point(one)}>
              <rect x={index * step} y={0} width={step} height={HEIGHT} className="k-bar-ground" />
              <rect x={index * step + step * 0.12} y={HEIGHT - height} width={step * 0.76} height={height} className={one === pointed ? "k-bar-mark k-bar-pointed" : "k-bar-mark"} />
            </g>
          );
        })}
      </svg>
      <table className="k-unseen">
        <caption>{label}</caption>
        <tbody>
          {bars.map((one) => (
            <tr key={one.at}>
              <th scope="row">{name(one.at)}</th>
              <td>{format.number(one.count)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <div className="k-bars-ends k-hint">
        <span>{bars[0] && name(bars[0].at)}</span>
        <span>{bars.length > 1 && name(bars.at(-1)?.at ?? 0)}</span>
      </div>
    </figure>
  );
}
