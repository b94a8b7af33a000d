/** How large a segment is and was, and what its people come to. */
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";

import { Chart, Choice, Failure, Figure, Money, Num, Panel, Time, useFormat, useTimesAlong, useWords, Waiting } from "../../kit";
import { digitsOf, majorOf } from "../../kit/rules/numbers";
import { type Segment, type Sizes, sizesOf } from "./api";

const SPANS = ["2", "7", "35", "365"] as const;
/** So many days are shown by the hour. */
const HOURLY = 35;

export function Size({ one }: { one: Segment }) {
  const t = useWords();
  const [days, setDays] = useState<(typeof SPANS)[number]>("7");
  const { data, error, refetch } = useQuery(sizesOf(one.key, Number(days)));
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data) return <Waiting lines={5} />;
  return (
    <>
      <Figures sizes={data} isBuilt={one.current > 0} />
      <Panel
        title={t("segments.size.over_time")}
        extra={<Choice label={t("segments.size.span")} value={days} onChange={setDays} options={SPANS.map((each) => ({ value: each, label: t("segments.size.days", { count: Number(each) }) }))} />}
      >
        <Plotted sizes={data} isHourly={Number(days) <= HOURLY} />
      </Panel>
    </>
  );
}

function Figures({ sizes, isBuilt }: { sizes: Sizes; isBuilt: boolean }) {
  const t = useWords();
  const format = useFormat();
  const { figures } = sizes;
  return (
    <div className="k-figures">
      {isBuilt && <Figure name={t("segments.size.now")} value={<Num value={sizes.now} />} note={<>{t("segments.size.at")} <Time at={sizes.instant} /></>} />}
      {!isBuilt && <Figure name={t("segments.size.now")} value="—" note={t("segments.size.not_built")} />}
      {!figures && <Figure name={t("segments.size.share")} value="—" note={t("segments.size.not_yet")} />}
      {figures && (
        <Figure
          name={t("segments.size.share")} value={figures.share === null ? "—" : format.percent(figures.share)}
          note={<>{t("segments.size.of_base", { count: figures.base })} · <Time at={figures.at} isAgo /></>}
        />
      )}
      {figures?.money.map((each) => (
        <Figure
          key={`share ${each.currency}`} name={t("segments.size.revenue", { currency: each.currency })} value={each.share === null ? "—" : format.percent(each.share)}
          note={<Money amount={majorOf(each.net, digitsOf(each.currency))} currency={each.currency} />}
        />
      ))}
      {figures?.money.map((each) => (
        <Figure
          key={`average ${each.currency}`} name={t("segments.size.average", { currency: each.currency })}
          value={each.average === null ? "—" : <Money amount={majorOf(each.average, digitsOf(each.currency))} currency={each.currency} />}
          note={each.base_average !== null && <>{t("segments.size.everybody")} <Money amount={majorOf(each.base_average, digitsOf(each.currency))} currency={each.currency} /></>}
        />
      ))}
    </div>
  );
}

function Plotted({ sizes, isHourly }: { sizes: Sizes; isHourly: boolean }) {
  const t = useWords();
  const times = useTimesAlong(isHourly ? "hour" : "day");
  const { points } = sizes;
  const along = useMemo(() => points.map((point) => point.at), [points]);
  const series = useMemo(
    () => [
      { name: t("segments.size.people"), values: points.map((point) => point.people) },
      { name: t("segments.size.entered"), values: points.map((point) => point.entered) },
      { name: t("segments.size.gone"), values: points.map((point) => point.gone) },
    ],
    [points, t],
  );
  if (points.length < 2) return <p className="k-soft">{t("segments.size.no_points")}</p>;
  return <Chart label={t("segments.size.over_time")} kind="line" by="last" along={along} series={series} {...times} />;
}
